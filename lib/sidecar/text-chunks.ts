/** Text chunks of a PNG: `tEXt` (Latin-1), `zTXt` (Latin-1, deflated) and `iTXt` (UTF-8, deflated or not). */
import { deflate, fromLatin1, inflate } from "./codec.ts";
import { buildChunk, concat, type PngChunk } from "./png.ts";

export const MAX_KEYWORD_BYTES = 79;

const TEXT_TYPES = new Set(["tEXt", "zTXt", "iTXt"]);
const DEFLATED = 0;
const BEYOND_LATIN1 = /[\u0100-\uffff]/;
const SURROGATE = /[\ud800-\udfff]/;
/** Latin-1 without control characters; a space neither outside nor twice in a row. */
const KEYWORD = /^(?! )(?!.* {2})(?!.* $)[\u0020-\u007e\u00a1-\u00ff]{1,79}$/;

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

/** A whole chunk with compressed text: `zTXt` if all of it is Latin-1, otherwise `iTXt`. Throws if PNG does not allow the keyword. */
export function compressedTextChunk(keyword: string, text: string): Uint8Array {
  return BEYOND_LATIN1.test(text)
    ? buildChunk("iTXt", concat([keywordBytes(keyword), Uint8Array.of(1, DEFLATED, 0, 0), deflate(new TextEncoder().encode(text))]))
    : buildChunk("zTXt", concat([keywordBytes(keyword), Uint8Array.of(DEFLATED), deflate(toLatin1(text))]));
}

/** A whole chunk with text as it is: `tEXt` if all of it is Latin-1, otherwise `iTXt`. Throws if PNG does not allow the keyword. */
export function plainTextChunk(keyword: string, text: string): Uint8Array {
  return BEYOND_LATIN1.test(text)
    ? buildChunk("iTXt", concat([keywordBytes(keyword), new Uint8Array(4), new TextEncoder().encode(text)]))
    : buildChunk("tEXt", concat([keywordBytes(keyword), toLatin1(text)]));
}

/** Bytes of a text inside its chunk, before compression. */
export function textBytes(text: string): number {
  return BEYOND_LATIN1.test(text) ? new TextEncoder().encode(text).length : text.length;
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

function keywordBytes(keyword: string): Uint8Array {
  if (!KEYWORD.test(keyword)) throw new Error(`${JSON.stringify(keyword)} can't be the keyword of a PNG text (1 to 79 Latin-1 characters)`);
  return toLatin1(`${keyword}\0`);
}

function toLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Error("is not valid UTF-8", { cause: error });
  }
}
