/** What codec.ts does, in browsers; also on pages opened from disk, where some have no `crypto.subtle`. */
import { concat } from "../files/bytes.ts";

export { sha256 } from "../files/hash-browser.ts";

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});
/** A slice of input can become 1,032 times as long before anyone counts it. */
const SLICE_BYTES = 16 * 1024;

/** CRC-32 as in PNG; `seed` is the value of the bytes before. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Each byte as the code point of that number: a code unit of UTF-16, whose lower half comes first on all machines that have browsers. */
export function fromLatin1(bytes: Uint8Array): string {
  return new TextDecoder("utf-16le").decode(new Uint16Array(bytes));
}

/** The content of one zlib stream. Throws when the stream is broken, followed by anything, or gives more than `maxBytes`; little more than that is kept in memory. */
export async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const stream = new DecompressionStream("deflate");
  const reader = stream.readable.getReader();
  const writing = writeSlices(stream.writable.getWriter(), bytes);
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > maxBytes) break;
      parts.push(part.value);
    }
  } catch (error) {
    throw new Error("its compressed text is damaged or cut off", { cause: error });
  } finally {
    await reader.cancel().catch(() => undefined);
    await writing;
  }
  if (length > maxBytes) throw new Error(`inflates to more than ${maxBytes.toLocaleString("en-US")} bytes`);
  return concat(parts);
}

/** Waits for each slice to be taken, so that what a bomb gives is counted before it gives more. The readable side reports what goes wrong. */
async function writeSlices(writer: WritableStreamDefaultWriter<BufferSource>, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      await writer.ready;
      await writer.write(bytes.slice(at, at + SLICE_BYTES));
    }
    await writer.close();
  } catch {
    await writer.closed.catch(() => undefined);
  }
}
