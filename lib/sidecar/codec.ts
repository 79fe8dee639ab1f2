/** All that reading an image and its texts needs from Node: in a browser, codec-browser.ts takes its place. */

import zlib from "node:zlib";
import { isObject } from "../files/json.ts";

export { sha256 } from "../files/hash.ts";

/** CRC-32 as in PNG; `seed` is the value of the bytes before. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  return zlib.crc32(bytes, seed);
}

/** Each byte as the code point of that number. Not by TextDecoder, whose "latin1" is Windows-1252. */
export function fromLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** One zlib stream. At the default level: the highest takes three times as long for a fiftieth of the bytes. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return zlib.deflateSync(bytes);
}

/** The content of one zlib stream. Throws when the stream is broken, followed by anything, or gives more than `maxBytes`; no more than that is kept in memory. */
export async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const { content, used } = await inflateInPool(bytes, maxBytes);
  if (used < bytes.length) throw new Error(DAMAGED);
  return content;
}

const DAMAGED = "its compressed text is damaged or cut off";

function inflateInPool(bytes: Uint8Array, maxBytes: number): Promise<{ content: Uint8Array; used: number }> {
  return new Promise((resolve, reject) => {
    zlib.inflate(bytes, { maxOutputLength: maxBytes, info: true }, (error, result) => {
      if (error) {
        reject(new Error(inflateFailure(error, maxBytes), { cause: error }));
        return;
      }
      resolve(withInfo(result));
    });
  });
}

/** What `info: true` gives; its declared type is that of a call without it. */
function withInfo(result: unknown): { content: Uint8Array; used: number } {
  if (!isObject(result) || !(result.buffer instanceof Uint8Array) || !isObject(result.engine)) throw new TypeError("zlib gave no info");
  return { content: result.buffer, used: Number(result.engine.bytesWritten) };
}

function inflateFailure(error: NodeJS.ErrnoException, maxBytes: number): string {
  return error.code === "ERR_BUFFER_TOO_LARGE" ? `inflates to more than ${maxBytes.toLocaleString("en-US")} bytes` : DAMAGED;
}
