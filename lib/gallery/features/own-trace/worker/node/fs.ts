/** `node:fs` in a browser: only the files of the project that are bundled with the script can be read, and nothing is written. */
import { fileURLToPath } from "./url.ts";

const files = new Map<string, string>();

/** @param added texts by absolute path */
export function addFiles(added: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(added)) files.set(path, text);
}

function pathOf(place: string | URL): string {
  return typeof place === "string" ? place : fileURLToPath(place);
}

function readFileSync(place: string | URL): string {
  const text = files.get(pathOf(place));
  if (text === undefined) throw new Error(`${pathOf(place)} is not bundled with this script`);
  return text;
}

function readdirSync(place: string | URL, { recursive = false } = {}): string[] {
  const folder = `${pathOf(place).replace(/\/$/, "")}/`;
  const inside = [...files.keys()].flatMap((path) => (path.startsWith(folder) ? [path.slice(folder.length)] : []));
  return recursive ? inside : inside.filter((name) => !name.includes("/"));
}

function existsSync(place: string | URL): boolean {
  return files.has(pathOf(place));
}

/** Nothing here is a link. */
function realpathSync(path: string): string {
  return path;
}

/** Modules combine flags of opening when they start; nothing is opened here. */
const constants = {};

export default { constants, existsSync, readFileSync, readdirSync, realpathSync };
