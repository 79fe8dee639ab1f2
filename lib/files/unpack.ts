/** Unpacks plain, gzip and zstd bytes. Their beginning decides what they are, not the name of the file. */
import { createGunzip } from "node:zlib";
import { Decompress, ZstdErrorCode } from "fzstd";
import { codeOf, messageOf } from "./errors.ts";

export type Packing = "plain" | "gzip" | "zstd";

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_SKIPPABLE_MAGIC = 0x184d2a50;
const ZSTD_SKIPPABLE_MASK = 0xfffffff0;
/** Bytes that are enough to know the packing. */
export const PACKING_HEAD_BYTES = 4;
/** And to recognize other kinds of files: a DuckDB database has its name at byte 8. */
const CHECKED_HEAD_BYTES = 12;
/** Packed bytes that are unpacked at once. gzip makes up to 33 MB of them. */
const GZIP_PIECE_BYTES = 32 * 1024;
/** zstd makes up to 128 KiB of 4 bytes, so 128 MiB of these. Each small frame in them costs a call on the stack. */
const ZSTD_PIECE_BYTES = 4 * 1024;
const UNPACKED_CHUNK_BYTES = 256 * 1024;

/** Packed bytes that cannot be unpacked to their end; the message is a clause about the file. */
export class Damaged extends Error {
  /** The bytes end too early; what came before is sound. */
  readonly cutOff: boolean;

  constructor(message: string, cutOff: boolean, options?: ErrorOptions) {
    super(message, options);
    this.cutOff = cutOff;
  }
}

/**
 * @param head the first bytes of the file, all of them when it has fewer than `PACKING_HEAD_BYTES`
 * @param name decides only if the head is too short: a packed file that was cut off there
 */
export function packingOf(head: Buffer, name: string): Packing {
  if (GZIP.equals(head.subarray(0, GZIP.length))) return "gzip";
  if (isZstd(head)) return "zstd";
  if (name.endsWith(".gz") && GZIP.subarray(0, head.length).equals(head)) return "gzip";
  if (name.endsWith(".zst") && head.length < PACKING_HEAD_BYTES) return "zstd";
  return "plain";
}

function isZstd(head: Buffer): boolean {
  if (head.length < PACKING_HEAD_BYTES) return false;
  const magic = head.readUInt32LE(0);
  return magic === ZSTD_MAGIC || (magic & ZSTD_SKIPPABLE_MASK) >>> 0 === ZSTD_SKIPPABLE_MAGIC;
}

/**
 * As `unpack`, for a stream whose packing is not known.
 * @param name of the file
 * @param check sees the first bytes and may throw
 */
export async function* unpackStream(
  bytes: AsyncIterable<Buffer>,
  name: string,
  check: (head: Buffer) => void = () => {},
): AsyncGenerator<Buffer> {
  const stream = bytes[Symbol.asyncIterator]();
  const head = await takeHead(stream);
  check(head);
  yield* unpack(continued(head, stream), packingOf(head, name));
}

/** The first bytes, or all if there are fewer. */
async function takeHead(bytes: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < CHECKED_HEAD_BYTES) {
    const { done, value } = await bytes.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* continued(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/**
 * The unpacked bytes, in pieces of any size. Bytes that are cut off end the iteration with `Damaged` after all that could
 * be unpacked, damaged ones after what comes before the damaged piece; an error of the source passes through.
 */
export function unpack(bytes: AsyncIterable<Buffer>, packing: Packing): AsyncIterable<Buffer> {
  switch (packing) {
    case "plain":
      return bytes;
    case "gzip":
      return gunzip(bytes);
    case "zstd":
      return unzstd(bytes);
  }
}

/** Any number of members. */
async function* gunzip(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
  let unpacked: Buffer[] = [];
  let failure: Error | null = null;
  let isEmpty = true;
  // A stream that fails discards what it holds, so all of a piece is taken before the next is given.
  stream.on("data", (chunk: Buffer) => unpacked.push(chunk));
  const failed = new Promise<void>((resolve) => {
    stream.once("error", (error) => {
      failure = error;
      resolve();
    });
  });
  const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  try {
    for await (const piece of inPieces(bytes, GZIP_PIECE_BYTES)) {
      isEmpty = false;
      await Promise.race([new Promise<void>((resolve) => stream.write(piece, () => resolve())), failed]);
      yield* unpacked;
      unpacked = [];
      if (failure !== null) break;
    }
    stream.end();
    await closed;
    yield* unpacked;
    if (isEmpty) throw damaged(new Error("no bytes"), true);
    if (failure !== null) throw damaged(failure, codeOf(failure) === "Z_BUF_ERROR");
  } finally {
    stream.destroy();
  }
}

/** Any number of frames, skippable ones included. Checksums are not verified. */
async function* unzstd(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let unpacked: Buffer[] = [];
  const stream = new Decompress((chunk) => unpacked.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
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

async function* inPieces(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}

function damaged(error: unknown, cutOff: boolean): Damaged {
  return cutOff
    ? new Damaged("it ends within its compressed data", true, { cause: error })
    : new Damaged(`its compressed data are damaged (${messageOf(error)})`, false, { cause: error });
}
