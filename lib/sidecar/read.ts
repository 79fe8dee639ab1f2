/** Reads the texts of a PNG from anywhere: a file may be cut off, damaged or made to exhaust its reader. */
import { messageOf } from "../files/errors.ts";
import { MANIFEST_KEY, PREFIX, partKeys } from "./keys.ts";
import { MAX_ENTRY_BYTES, MAX_INFLATION, MAX_TEXT_CHUNKS, MAX_TOTAL_BYTES } from "./limits.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { type PngChunk, scanPng } from "./png.ts";
import { countCodePoints, decodeTextChunk, isTextChunk, keywordOf } from "./text-chunks.ts";

/** A text of the image, its parts joined. */
export interface EmbeddedText {
  /** As in the chunk. */
  readonly keyword: string;
  /** The keyword without `sidecar:`, or null for a text of another kind. */
  readonly key: string | null;
  readonly text: string;
  /** Code points. */
  readonly chars: number;
}

export interface Sidecar {
  /** Every readable text, by keyword in code-point order; of duplicates the last. */
  readonly texts: readonly EmbeddedText[];
  readonly manifest: Manifest | null;
  /** What is wrong with the PNG itself. */
  readonly problems: readonly string[];
  /** What is wrong with its texts: each names the keyword. */
  readonly warnings: readonly string[];
}

/** The texts of a PNG. Never throws; holds at most 64 MiB of text and inflates no more than about that. */
export async function readSidecar(png: Uint8Array): Promise<Sidecar> {
  const { chunks, problems } = scanPng(png);
  const warnings: string[] = [];
  const byKeyword = await decodeAll(chunks.filter(isTextChunk), warnings);
  warnAboutLookalikes([...byKeyword.keys()], warnings);
  const manifest = readManifest(byKeyword.get(`${PREFIX}${MANIFEST_KEY}`), warnings);
  if (manifest) joinParts(byKeyword, manifest, warnings);
  const texts = [...byKeyword].map(([keyword, text]) => ({ keyword, key: keyOf(keyword), text, chars: countCodePoints(text) }));
  return { texts: texts.sort((a, b) => (a.keyword < b.keyword ? -1 : 1)), manifest, problems, warnings };
}

/** The entries proper, without other programs' texts. */
export function sidecarEntries(sidecar: Sidecar): (EmbeddedText & { readonly key: string })[] {
  return sidecar.texts.filter((text): text is EmbeddedText & { key: string } => text.key !== null);
}

async function decodeAll(chunks: readonly PngChunk[], warnings: string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (chunks.length > MAX_TEXT_CHUNKS) warnings.push(`of ${chunks.length} texts only the first ${MAX_TEXT_CHUNKS} are read`);
  let left = MAX_TOTAL_BYTES;
  for (const chunk of chunks.slice(0, MAX_TEXT_CHUNKS)) {
    if (left <= 0) {
      warnings.push(`texts beyond ${MAX_TOTAL_BYTES.toLocaleString("en-US")} bytes in total are not read`);
      break;
    }
    const name = JSON.stringify(keywordOf(chunk) ?? `a ${chunk.type} chunk`);
    if (!chunk.crcMatches) {
      warnings.push(`${name} is left out: its checksum differs`);
      continue;
    }
    const limit = Math.min(MAX_ENTRY_BYTES, left);
    try {
      const { keyword, text, bytes } = await decodeTextChunk(chunk, limit);
      left -= bytes;
      if (texts.has(keyword)) warnings.push(`${name} is there more than once: the last one counts`);
      texts.set(keyword, text);
    } catch (error) {
      // What a failed stream gave before it failed is unknown, so the most it can have given is charged.
      left -= Math.min(limit, chunk.data.length * MAX_INFLATION);
      warnings.push(`${name} is left out: ${messageOf(error)}`);
    }
  }
  return texts;
}

function warnAboutLookalikes(keywords: readonly string[], warnings: string[]): void {
  const seen = new Map<string, string>();
  for (const keyword of keywords) {
    const other = seen.get(keyword.toLowerCase());
    if (other !== undefined) warnings.push(`${JSON.stringify(other)} and ${JSON.stringify(keyword)} differ in case only`);
    seen.set(keyword.toLowerCase(), keyword);
  }
}

function readManifest(text: string | undefined, warnings: string[]): Manifest | null {
  if (text === undefined) return null;
  try {
    return parseManifest(text);
  } catch (error) {
    warnings.push(`the manifest can't be read: ${messageOf(error)}`);
    return null;
  }
}

/** Puts the parts of long entries together. Only parts with the names that belong to the entry are taken, each once. */
function joinParts(texts: Map<string, string>, manifest: Manifest, warnings: string[]): void {
  for (const { key, parts = [] } of manifest.entries) {
    if (parts.length < 2) continue;
    const expected = partKeys(key, parts.length);
    const missing = expected.find((part) => !texts.has(part));
    if (parts.length > MAX_TEXT_CHUNKS || parts.some((part, i) => part.key !== expected[i]))
      warnings.push(`${JSON.stringify(key)} is not joined: the manifest lists other parts than its own`);
    else if (missing !== undefined) warnings.push(`${JSON.stringify(key)} is not whole: ${JSON.stringify(missing)} is missing`);
    else {
      texts.set(key, expected.map((part) => texts.get(part)).join(""));
      for (const part of expected.slice(1)) texts.delete(part);
    }
  }
}

function keyOf(keyword: string): string | null {
  return keyword.startsWith(PREFIX) ? keyword.slice(PREFIX.length) : null;
}
