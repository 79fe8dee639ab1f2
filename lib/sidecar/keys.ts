/** Names of sidecar entries: which may be written, which may be unpacked, and where to. */
import { at, known } from "../stats/known.ts";
import { MAX_KEYWORD_BYTES } from "./text-chunks.ts";

export const PREFIX = "sidecar:";
export const MANIFEST_KEY = "manifest";
export const SPEC_KEY = "spec.vl.json";
/** All source files: see code.ts. */
export const CODE_KEY = "code.json";
/** Keyword of a plain chunk with the figure's id, for tools that drop compressed text only. */
export const FIGURE_ID_KEYWORD = "Figure ID";

/** Entries outside the three folders, and the file each is unpacked to. */
const TOP_LEVEL: Readonly<Record<string, string>> = {
  readme: "README.md",
  [MANIFEST_KEY]: "manifest.json",
  [SPEC_KEY]: SPEC_KEY,
  [CODE_KEY]: CODE_KEY,
};
const FOLDERS = ["code", "data", "extra"];
/** Below `code/`, where the others are flat. */
const MAX_DEPTH = 8;
const MAX_NAME_CHARS = 120;
/** Names that Windows opens as devices, whatever their extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\.|$)/i;

/** Where an entry may be unpacked, with forward slashes; or why it may not. `key` comes without prefix and is not trusted. */
export function destinationOf(key: string): { path: string } | { refused: string } {
  if (Object.hasOwn(TOP_LEVEL, key)) return { path: known(TOP_LEVEL[key]) };
  const slash = key.indexOf("/");
  const folder = key.slice(0, slash);
  const path = key.slice(slash + 1);
  if (slash < 0 || !FOLDERS.includes(folder))
    return { refused: `only readme, manifest, ${SPEC_KEY}, ${CODE_KEY}, code/, data/ and extra/ are unpacked` };
  const names = folder === "code" ? path.split("/") : [path];
  if (names.length > MAX_DEPTH) return { refused: `it is more than ${MAX_DEPTH} folders deep` };
  const fault = names.map(nameFault).find((each) => each !== null);
  return fault ? { refused: fault } : { path: `${folder}/${path}` };
}

function nameFault(name: string): string | null {
  if (name.length === 0 || name.length > MAX_NAME_CHARS) return `its name must have 1 to ${MAX_NAME_CHARS} characters`;
  if (!/^[A-Za-z0-9._ -]+$/.test(name)) return "its name has characters other than letters, digits, dot, underscore, hyphen and space";
  if (/^[. ]/.test(name) || /[. ]$/.test(name)) return "its name begins or ends with a dot or a space";
  if (DEVICE.test(name)) return "its name means a device on Windows";
  return null;
}

/** The keys of an entry's parts: the first has the entry's own key, the others `.part2`, `.part3`, … after it. */
export function partKeys(key: string, parts: number): string[] {
  return Array.from({ length: parts }, (_, i) => (i === 0 ? key : `${key}.part${i + 1}`));
}

/**
 * A key for `wanted` that can be written and unpacked: path separators become dots, other characters hyphens, and what is too
 * long for a keyword loses its middle. Neither it nor the keys of its `parts` are in `taken` (compared without case); they are added.
 */
export function claimKey(wanted: string, parts: number, taken: Set<string>): string {
  const { folder, name } = splitKey(wanted);
  const isFree = (key: string) => partKeys(key, parts).every((each) => !taken.has(each.toLowerCase()));
  const claim = (key: string) => {
    for (const each of partKeys(key, parts)) taken.add(each.toLowerCase());
    return key;
  };
  if (folder === "") {
    if (isFree(name)) return claim(name);
    throw new Error(`the sidecar entry ${name} is given twice or reserved`);
  }
  for (let attempt = 1; ; attempt++) {
    const key = `${folder}/${fitted(name, attempt === 1 ? "" : `-${attempt}`, nameLimit(folder, parts))}`;
    if (isFree(key)) return claim(key);
  }
}

function splitKey(wanted: string): { folder: string; name: string } {
  if (Object.hasOwn(TOP_LEVEL, wanted)) return { folder: "", name: wanted };
  const [first = "", ...rest] = wanted.split(/[/\\]+/);
  return FOLDERS.includes(first) && rest.length > 0
    ? { folder: first, name: plainName(rest.join(".")) }
    : { folder: "extra", name: plainName(wanted.replace(/[/\\]+/g, ".")) };
}

function plainName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^\.+/, "")
    .replace(/\.+$/, "");
  if (plain === "") return "unnamed";
  return DEVICE.test(plain) ? `_${plain}` : plain;
}

function nameLimit(folder: string, parts: number): number {
  return MAX_KEYWORD_BYTES - `${PREFIX}${folder}/`.length - at(partKeys("", parts), -1).length;
}

/** `name` with `mark` before its extension, shortened in the middle: its first folder and its last words say most. */
function fitted(name: string, mark: string, limit: number): string {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : "";
  const stem = name.slice(0, name.length - extension.length);
  const room = limit - mark.length - extension.length;
  if (stem.length <= room) return `${stem}${mark}${extension}`;
  const head = Math.floor(room / 3);
  return `${stem.slice(0, head)}-${stem.slice(stem.length - (room - head - 1))}${mark}${extension}`;
}
