/** What codec.ts does, with what every browser has; also on pages opened from a disk, where some have no `crypto.subtle`. */

import { concat } from "./bytes.ts";

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
  for (let i = 0; i < bytes.length; i++) crc = (CRC_TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
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

/** Waits for each slice to be taken, so that what a bomb gives is counted before it gives more. What goes wrong, the readable side tells. */
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

/** First 32 bits of the fractional parts of a root of the first primes: FIPS 180-4, sections 4.2.2 and 5.3.3. */
function primeRoots(count: number, root: (prime: number) => number): Uint32Array {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return Uint32Array.from(primes, (prime) => (root(prime) % 1) * 2 ** 32);
}

const SHA_START = primeRoots(8, Math.sqrt);
const SHA_ROUNDS = primeRoots(64, Math.cbrt);
const BLOCK_BYTES = 64;

/** Of the text as UTF-8, in hexadecimal digits. */
export function sha256(text: string): string {
  const message = padded(new TextEncoder().encode(text));
  const view = new DataView(message.buffer);
  const state = SHA_START.slice();
  const words = new Uint32Array(64);
  for (let at = 0; at < message.length; at += BLOCK_BYTES) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i);
    mixBlock(state, words);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

/** The message, a bit, zeros, and its length in bits. */
function padded(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(Math.ceil((message.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  whole.set(message);
  whole[message.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(message.length) * 8n);
  return whole;
}

/** FIPS 180-4, section 6.2.2. */
function mixBlock(state: Uint32Array, words: Uint32Array): void {
  for (let i = 16; i < 64; i++) {
    const [early, late] = [words[i - 15] as number, words[i - 2] as number];
    const low = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    const high = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    words[i] = ((words[i - 16] as number) + low + (words[i - 7] as number) + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const one = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + (SHA_ROUNDS[i] as number) + (words[i] as number)) | 0;
    const two = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => {
    state[i] = (state[i] as number) + value;
  });
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
