/** `sidecar:manifest`: what an image carries, and how its figure was made. */
import { isObject } from "../files/json.ts";
import { PREFIX } from "./keys.ts";

/** How a figure was made: written into the manifest after the entries. */
export interface FigureRecord {
  /** `<category>/<name>`. */
  readonly experiment: string;
  readonly figure: string;
  /** 10 hex digits, printed in the footer. */
  readonly figureId: string;
  readonly footer: string;
  /** Raster pixels per CSS pixel. */
  readonly scale: number;
  /** The flags that differ from their defaults, as words of a command line. */
  readonly flags: readonly string[];
  /** Of the database. */
  readonly fingerprint: string;
  /** How the database was read: `published` or `counted`. */
  readonly accounting: string;
  readonly synthetic: boolean;
  /** Of this program and of the packages that decide what a figure looks like. */
  readonly versions: Readonly<Record<string, string>>;
  /** SHA-256 by path of what the code imports from this program, in that version: the same for all figures, so not carried. */
  readonly library: Readonly<Record<string, string>>;
}

export interface ManifestPart {
  /** With prefix, as in the chunk. */
  readonly key: string;
  /** Code points. */
  readonly chars: number;
}

export interface ManifestEntry extends ManifestPart {
  /** Of the embedded text as UTF-8, all parts together. */
  readonly sha256?: string;
  /** The chunks of an entry that needs more than one; the first has the entry's own key. */
  readonly parts?: readonly ManifestPart[];
  /** The embedded text is a stub; `full` describes what it stands for. */
  readonly truncated?: boolean;
  readonly full?: { readonly rows: number; readonly bytes: number; readonly sha256: string };
  /** The name that was asked for, when the key had to differ. */
  readonly name?: string;
}

export interface Manifest {
  readonly entries: readonly ManifestEntry[];
  /** Empty in images of other programs. */
  readonly record: Partial<FigureRecord>;
}

/** Indented JSON in ASCII: the entries, then the record. */
export function manifestText(entries: readonly ManifestEntry[], record: FigureRecord): string {
  const json = JSON.stringify({ entries, ...record }, null, 2);
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Reads a manifest that anyone may have written: members of a wrong type are left out. Throws an Error if it has no list of entries. */
export function parseManifest(text: string): Manifest {
  const json: unknown = JSON.parse(text);
  if (!isObject(json) || !Array.isArray(json.entries)) throw new Error("it has no list of entries");
  return { entries: json.entries.flatMap((entry) => entryOf(entry) ?? []), record: recordOf(json) };
}

function entryOf(json: unknown): ManifestEntry | null {
  const part = partOf(json);
  if (!part || !isObject(json)) return null;
  return {
    ...part,
    ...(typeof json.sha256 === "string" ? { sha256: json.sha256 } : {}),
    ...(Array.isArray(json.parts) ? { parts: json.parts.flatMap((each) => partOf(each) ?? []) } : {}),
    ...(json.truncated === true ? { truncated: true } : {}),
  };
}

function partOf(json: unknown): ManifestPart | null {
  return isObject(json) && typeof json.key === "string" && json.key.startsWith(PREFIX) && typeof json.chars === "number"
    ? { key: json.key, chars: json.chars }
    : null;
}

function recordOf(json: Record<string, unknown>): Partial<FigureRecord> {
  const strings = ["experiment", "figure", "figureId", "footer", "fingerprint", "accounting"].filter(
    (name) => typeof json[name] === "string",
  );
  return {
    ...Object.fromEntries(strings.map((name) => [name, json[name]])),
    ...(typeof json.scale === "number" ? { scale: json.scale } : {}),
    ...(Array.isArray(json.flags) ? { flags: json.flags.filter((flag) => typeof flag === "string") } : {}),
    ...(typeof json.synthetic === "boolean" ? { synthetic: json.synthetic } : {}),
    ...(isObject(json.versions) ? { versions: stringsOf(json.versions) } : {}),
    ...(isObject(json.library) ? { library: stringsOf(json.library) } : {}),
  };
}

/** Null when something is missing, as in images of other programs. */
export function completeRecord(record: Partial<FigureRecord>): FigureRecord | null {
  const { experiment, figure, figureId, footer, scale, flags, fingerprint, accounting, synthetic, versions, library } = record;
  if (experiment === undefined || figure === undefined || figureId === undefined || footer === undefined) return null;
  if (scale === undefined || flags === undefined || fingerprint === undefined || accounting === undefined) return null;
  if (synthetic === undefined || versions === undefined || library === undefined) return null;
  return { experiment, figure, figureId, footer, scale, flags, fingerprint, accounting, synthetic, versions, library };
}

function stringsOf(json: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(json).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}
