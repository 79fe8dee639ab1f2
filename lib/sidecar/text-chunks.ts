/** Reads text chunks of a PNG: `tEXt` (Latin-1), `zTXt` (Latin-1, deflated) and `iTXt` (UTF-8, deflated or not). */
import { fromLatin1, inflate } from "./codec.ts";
import type { PngChunk } from "./png.ts";

export const MAX_KEYWORD_BYTES = 79;

const TEXT_TYPES = new Set(["tEXt", "zTXt", "iTXt"]);
const DEFLATED = 0;
const SURROGATE = /[\ud800-\udfff]/;

export interface DecodedText {
  readonly keyword: string;
  readonly text: string;
  /** Length of the text before it became a string. */
  readonly bytes: number;
}

export function isTextChunk(chunk: PngChunk): boolean {
  return TEXT_TYPES.has(chunk.type);
}

/** The keyword of a text chunk without touching its text, or null when there is none of 1 to 79 bytes. */
export function keywordOf(chunk: PngChunk): string | null {
  const end = chunk.data.subarray(0, MAX_KEYWORD_BYTES + 1).indexOf(0);
  return end > 0 ? fromLatin1(chunk.data.subarray(0, end)) : null;
}

export function countCodePoints(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Keyword and text. Throws an Error in plain words when the chunk is malformed or its text is longer than `maxBytes`. */
export async function decodeTextChunk(chunk: PngChunk, maxBytes: number): Promise<DecodedText> {
  const keyword = keywordOf(chunk);
  if (keyword === null) throw new Error("has no keyword of 1 to 79 bytes");
  const { content, deflated, utf8 } = contentOf(chunk, chunk.data.subarray(keyword.length + 1));
  const bytes = deflated ? await inflate(content, maxBytes) : content;
  if (bytes.length > maxBytes) throw new Error(`is longer than ${maxBytes.toLocaleString("en-US")} bytes`);
  return { keyword, text: utf8 ? fromUtf8(bytes) : fromLatin1(bytes), bytes: bytes.length };
}

function contentOf(chunk: PngChunk, rest: Uint8Array): { content: Uint8Array; deflated: boolean; utf8: boolean } {
  switch (chunk.type) {
    case "tEXt":
      return { content: rest, deflated: false, utf8: false };
    case "zTXt":
      if (rest[0] !== DEFLATED) throw new Error("names an unknown compression method");
      return { content: rest.subarray(1), deflated: true, utf8: false };
    case "iTXt": {
      const [flag, method] = rest;
      if (flag !== 0 && flag !== 1) throw new Error("says neither that its text is compressed nor that it is not");
      if (flag === 1 && method !== DEFLATED) throw new Error("names an unknown compression method");
      const language = afterNul(rest.subarray(2));
      return { content: afterNul(language), deflated: flag === 1, utf8: true };
    }
    default:
      throw new Error(`is a ${chunk.type} chunk, which holds no text`);
  }
}

function afterNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  if (end < 0) throw new Error("ends before its text");
  return bytes.subarray(end + 1);
}

function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Error("is not valid UTF-8", { cause: error });
  }
}
