/** All that the PNG and text modules need from Node: a build for the browser replaces this file. */
import { promisify } from "node:util";
import zlib from "node:zlib";

const inflateInPool = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflate);

/** CRC-32 as in PNG; `seed` is the value of the bytes before. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  return zlib.crc32(bytes, seed);
}

/** Each byte as the code point of that number. Not by TextDecoder, whose "latin1" is Windows-1252. */
export function fromLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** One zlib stream. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return zlib.deflateSync(bytes);
}

/** The content of one zlib stream. Throws when the stream is broken or gives more than `maxBytes`; no more than that is kept in memory. */
export async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    return await inflateInPool(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new Error(inflateFailure(error as NodeJS.ErrnoException, maxBytes), { cause: error });
  }
}

function inflateFailure(error: NodeJS.ErrnoException, maxBytes: number): string {
  if (error.code === "ERR_BUFFER_TOO_LARGE") return `inflates to more than ${maxBytes.toLocaleString("en-US")} bytes`;
  if (error.code === "Z_BUF_ERROR") return "its compressed text is cut off";
  return `its compressed text is damaged (${error.message})`;
}
