/** Unpacks plain, gzip and zstd bytes. Their beginning decides what they are, not the name of the file. */
import { Decompress, ZstdErrorCode } from "fzstd";
import { concat } from "./bytes.ts";
import { type Damaged, damaged, inPieces } from "./damaged.ts";
import { gunzip } from "./gunzip.ts";

export type Packing = "plain" | "gzip" | "zstd";

const GZIP = [0x1f, 0x8b];
const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_SKIPPABLE_MAGIC = 0x184d2a50;
const ZSTD_SKIPPABLE_MASK = 0xfffffff0;
/** Bytes that are enough to know the packing. */
export const PACKING_HEAD_BYTES = 4;
/** And to recognize other kinds of files: a DuckDB database has its name at byte 8. */
const CHECKED_HEAD_BYTES = 12;
/** zstd makes up to 128 KiB of 4 bytes, so 128 MiB of these. Each small frame in them costs a call on the stack. */
const ZSTD_PIECE_BYTES = 4 * 1024;

/**
 * @param head the first bytes of the file, all of them when it has fewer than `PACKING_HEAD_BYTES`
 * @param name decides only if the head is too short: a packed file that was cut off there
 */
export function packingOf(head: Uint8Array, name: string): Packing {
  const isGzip = GZIP.slice(0, head.length).every((byte, index) => head[index] === byte);
  if (isGzip && head.length >= GZIP.length) return "gzip";
  if (isZstd(head)) return "zstd";
  if (isGzip && name.endsWith(".gz")) return "gzip";
  if (name.endsWith(".zst") && head.length < PACKING_HEAD_BYTES) return "zstd";
  return "plain";
}

function isZstd(head: Uint8Array): boolean {
  if (head.length < PACKING_HEAD_BYTES) return false;
  const magic = new DataView(head.buffer, head.byteOffset, PACKING_HEAD_BYTES).getUint32(0, true);
  return magic === ZSTD_MAGIC || (magic & ZSTD_SKIPPABLE_MASK) >>> 0 === ZSTD_SKIPPABLE_MAGIC;
}

/**
 * As `unpack`, for a stream whose packing is not known.
 * @param name of the file
 * @param check sees the first bytes and may throw
 */
export async function* unpackStream(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  check: (head: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const stream = bytes[Symbol.asyncIterator]();
  const head = await takeHead(stream);
  check(head);
  yield* unpack(continued(head, stream), packingOf(head, name));
}

/** The first bytes, or all if there are fewer. */
async function takeHead(bytes: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < CHECKED_HEAD_BYTES) {
    const { done, value } = await bytes.next();
    if (done) break;
    head = concat([head, value]);
  }
  return head;
}

async function* continued(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/**
 * The unpacked bytes, in pieces of any size. Bytes that are cut off end the iteration with `Damaged` after all that could
 * be unpacked, damaged ones after what comes before the damaged piece; an error of the source passes through.
 */
export function unpack(bytes: AsyncIterable<Uint8Array>, packing: Packing): AsyncIterable<Uint8Array> {
  switch (packing) {
    case "plain":
      return bytes;
    case "gzip":
      return gunzip(bytes);
    case "zstd":
      return unzstd(bytes);
  }
}

/** Any number of frames, skippable ones included. Checksums are not verified. */
async function* unzstd(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let unpacked: Uint8Array[] = [];
  const stream = new Decompress((chunk) => unpacked.push(chunk));
  const push = (piece: Uint8Array, final: boolean): Damaged | null => {
    try {
      stream.push(piece, final);
      return null;
    } catch (error) {
      return damaged(error, final && isCutOff(error));
    }
  };
  let isEmpty = true;
  for await (const piece of inPieces(bytes, ZSTD_PIECE_BYTES)) {
    isEmpty = false;
    const failure = push(piece, false);
    yield* unpacked;
    unpacked = [];
    if (failure !== null) throw failure;
  }
  const failure = isEmpty ? damaged(new Error("no bytes"), true) : push(new Uint8Array(0), true);
  yield* unpacked;
  if (failure !== null) throw failure;
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === ZstdErrorCode.UnexpectedEOF;
}
