/**
 * Makes a figure carry its README, tables, code, chart specification and a manifest as PNG text chunks. What all figures
 * of an experiment share is compressed once (`prepareEntries`) and put into each of them (`embedPrepared`).
 */

import { createHash } from "node:crypto";
import fs from "node:fs";
import { at, known } from "../stats/known.ts";
import { claimKey, FIGURE_ID_KEYWORD, MANIFEST_KEY, PREFIX, partKeys } from "./keys.ts";
import { MAX_ENTRY_BYTES, MAX_INFLATION, MAX_PART_BYTES, MAX_TEXT_CHUNKS, MAX_TOTAL_BYTES } from "./limits.ts";
import { type FigureRecord, type ManifestEntry, type ManifestPart, manifestText } from "./manifest.ts";
import { type Outline, outlineOfFile, outlineOfText, splitText, stubText } from "./oversize.ts";
import { joinPng, type PngChunk, parsePng } from "./png.ts";
import { assertNoMachinePaths, withoutMachinePaths } from "./privacy.ts";
import { compressedTextChunk, plainTextChunk, textBytes } from "./text-chunk-writer.ts";
import { countCodePoints, isTextChunk, keywordOf } from "./text-chunks.ts";

/** A text to carry. `key` is `readme`, `spec.vl.json`, or a path below `code/`, `data/` or `extra/`. */
export interface TextEntry {
  readonly key: string;
  readonly text: string;
}

/** A text to carry, or the UTF-8 file that holds it; with `stub`, all images carry no more than a stub. */
export type SidecarEntry = TextEntry | FileEntry;

interface FileEntry {
  readonly key: string;
  readonly file: string;
  readonly stub?: boolean;
}

/** An entry as it goes into images: compressed if it may travel whole, and described for the case that it may not. */
export interface PreparedEntry {
  /** Without prefix; valid as keyword and as path. */
  readonly key: string;
  /** The key that was asked for. */
  readonly wanted: string;
  readonly whole: EncodedText | null;
  readonly outline: Outline;
}

/** Text as finished chunks. */
interface EncodedText {
  readonly chunks: readonly Uint8Array[];
  readonly parts: readonly ManifestPart[];
  /** Code points. */
  readonly chars: number;
  /** After inflating. */
  readonly bytes: number;
  readonly sha256: string;
}

interface CarriedEntry {
  readonly entry: PreparedEntry;
  readonly encoded: EncodedText;
  readonly truncated: boolean;
}

/** Set aside for the manifest. */
const MANIFEST_BYTES = MAX_PART_BYTES;

/**
 * Compresses what several images will carry. Line ends become `\n`; keys are made valid and unique, in the order given.
 * A text above 16 MiB is kept as a stub: rows, bytes, SHA-256 and the first rows. Files may be of any length.
 * Throws an Error when a text contains a path of this machine (tables in files are not searched) or a file can't be read.
 */
export async function prepareEntries(entries: readonly SidecarEntry[]): Promise<PreparedEntry[]> {
  const taken = new Set([MANIFEST_KEY]);
  const prepared: PreparedEntry[] = [];
  for (const entry of entries) prepared.push("file" in entry ? await prepareFile(entry, taken) : prepareText(entry, taken));
  return prepared;
}

/** The same entry as a stub: how many rows and bytes it has, its SHA-256 and its first rows. */
export function described(entry: PreparedEntry): PreparedEntry {
  return { ...entry, whole: null };
}

/**
 * The PNG with `carried`, `own` and the manifest right after its header. Sidecar chunks from before are dropped; all other
 * chunks stay as they are. If the text would exceed 64 MiB, the largest tables become stubs first.
 * Throws an Error for a PNG that is not sound, and for a text that contains a path of this machine.
 */
export function embedPrepared(
  png: Uint8Array,
  carried: readonly PreparedEntry[],
  own: readonly TextEntry[],
  record: FigureRecord,
): Uint8Array {
  const chunks = parsePng(png);
  const foreign = chunks.slice(1).filter((chunk) => !isSidecarChunk(chunk));
  const taken = new Set([MANIFEST_KEY, ...carried.flatMap(keysOf)]);
  const entries = [...carried, ...own.map((entry) => prepareText(entry, taken))];
  const kept = withinBudget(entries, MAX_TOTAL_BYTES - MANIFEST_BYTES - inflatedBound(foreign));
  const ours = [
    plainTextChunk(FIGURE_ID_KEYWORD, record.figureId),
    ...kept.flatMap(({ encoded }) => encoded.chunks),
    manifestChunk(kept, record),
  ];
  const textChunks = ours.length + foreign.filter(isTextChunk).length;
  if (textChunks > MAX_TEXT_CHUNKS) throw new Error(`a figure can carry ${MAX_TEXT_CHUNKS} texts, but this one would have ${textChunks}`);
  return joinPng([at(chunks, 0).bytes, ...ours, ...foreign.map((chunk) => chunk.bytes)]);
}

/** Whether `embedPrepared` wrote the chunk, or another program that follows the same convention. */
export function isSidecarChunk(chunk: PngChunk): boolean {
  const keyword = isTextChunk(chunk) ? keywordOf(chunk) : null;
  return keyword !== null && (keyword.startsWith(PREFIX) || keyword === FIGURE_ID_KEYWORD);
}

async function prepareFile({ key, file, stub = false }: FileEntry, taken: Set<string>): Promise<PreparedEntry> {
  const outline = await outlineOfFile(key, file);
  const text = stub || outline.extent.bytes > MAX_ENTRY_BYTES ? null : normalized(fs.readFileSync(file, "utf8"));
  return prepare(key, text, outline, taken);
}

function prepareText({ key, text }: TextEntry, taken: Set<string>): PreparedEntry {
  assertNoMachinePaths(text, key);
  const plain = normalized(text);
  return prepare(key, plain, outlineOfText(key, plain), taken);
}

function prepare(wanted: string, text: string | null, outline: Outline, taken: Set<string>): PreparedEntry {
  const pieces = text === null || Buffer.byteLength(text) > MAX_ENTRY_BYTES ? null : splitText(text, MAX_PART_BYTES);
  const parts = pieces?.length ?? 1;
  const key = claimKey(wanted, parts, taken);
  return { key, wanted, whole: pieces && encode(partKeys(key, parts), pieces), outline };
}

function normalized(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function encode(keys: readonly string[], pieces: readonly string[]): EncodedText {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece, "utf8");
  const parts = pieces.map((piece, i) => ({ key: `${PREFIX}${keys[i]}`, chars: countCodePoints(piece) }));
  return {
    chunks: pieces.map((piece, i) => compressedTextChunk(at(parts, i).key, piece)),
    parts,
    chars: parts.reduce((sum, part) => sum + part.chars, 0),
    bytes: pieces.reduce((sum, piece) => sum + textBytes(piece), 0),
    sha256: hash.digest("hex"),
  };
}

/** The largest tables give way first, then the largest other entries. */
function withinBudget(entries: readonly PreparedEntry[], budget: number): CarriedEntry[] {
  const carried = new Map(entries.map((entry) => [entry, entry.whole ? { entry, encoded: entry.whole, truncated: false } : asStub(entry)]));
  let total = [...carried.values()].reduce((sum, { encoded }) => sum + encoded.bytes, 0);
  for (const entry of entries.filter((each) => each.whole !== null).sort(inOrderOfGivingWay)) {
    if (total <= budget) break;
    const stub = asStub(entry);
    total += stub.encoded.bytes - known(entry.whole).bytes;
    carried.set(entry, stub);
  }
  if (total > budget) throw new Error("the texts already in the image leave no room for a sidecar");
  return [...carried.values()];
}

function inOrderOfGivingWay(a: PreparedEntry, b: PreparedEntry): number {
  const isData = (entry: PreparedEntry) => Number(entry.key.startsWith("data/"));
  return isData(b) - isData(a) || b.outline.extent.bytes - a.outline.extent.bytes || (a.key < b.key ? -1 : 1);
}

function asStub(entry: PreparedEntry): CarriedEntry {
  const { key, outline } = entry;
  const encoded = stubs.get(outline) ?? encode([key], [normalized(stubText(key, outline))]);
  stubs.set(outline, encoded);
  return { entry, encoded, truncated: true };
}

/** Of entries by their outlines: the images of an experiment carry the same. */
const stubs = new WeakMap<Outline, EncodedText>();

function manifestChunk(kept: readonly CarriedEntry[], record: FigureRecord): Uint8Array {
  const text = manifestText(kept.map(manifestEntry), { ...record, flags: record.flags.map((flag) => withoutMachinePaths(flag)) });
  assertNoMachinePaths(text, "the manifest");
  if (text.length > MANIFEST_BYTES)
    throw new Error(`the manifest of a figure has ${text.length} bytes; at most ${MANIFEST_BYTES} are read`);
  return compressedTextChunk(`${PREFIX}${MANIFEST_KEY}`, text);
}

function manifestEntry({ entry, encoded, truncated }: CarriedEntry): ManifestEntry {
  return {
    key: `${PREFIX}${entry.key}`,
    chars: encoded.chars,
    sha256: encoded.sha256,
    ...(encoded.parts.length > 1 ? { parts: encoded.parts } : {}),
    ...(truncated ? { truncated, full: entry.outline.extent } : {}),
    ...(entry.wanted === entry.key ? {} : { name: entry.wanted }),
  };
}

/** No more than this is read from text chunks of others; above 1 MiB a chunk is refused by readers anyway. */
function inflatedBound(chunks: readonly PngChunk[]): number {
  return chunks
    .filter(isTextChunk)
    .map((chunk) => (chunk.type === "tEXt" ? chunk.data.length : Math.min(MAX_PART_BYTES, chunk.data.length * MAX_INFLATION)))
    .reduce((sum, bytes) => sum + bytes, 0);
}

function keysOf(entry: PreparedEntry): string[] {
  return partKeys(entry.key, entry.whole?.parts.length ?? 1).map((key) => key.toLowerCase());
}
