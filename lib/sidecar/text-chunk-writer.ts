/** Writes text chunks of a PNG; not part of what a browser needs to read them. */
import { concat } from "../files/bytes.ts";
import { deflate } from "./codec.ts";
import { buildChunk } from "./png.ts";

const DEFLATED = 0;
const BEYOND_LATIN1 = /[\u0100-\uffff]/;
/** Latin-1 without control characters; a space neither outside nor twice in a row. */
const KEYWORD = /^(?! )(?!.* {2})(?!.* $)[\u0020-\u007e\u00a1-\u00ff]{1,79}$/;

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

function keywordBytes(keyword: string): Uint8Array {
  if (!KEYWORD.test(keyword)) throw new Error(`${JSON.stringify(keyword)} can't be the keyword of a PNG text (1 to 79 Latin-1 characters)`);
  return toLatin1(`${keyword}\0`);
}

function toLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
