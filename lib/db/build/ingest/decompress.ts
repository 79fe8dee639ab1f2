/** The bytes of a trace file, decompressed. What a file holds is told by its first bytes, not by its name. */
import fs from "node:fs";
import { messageOf, UserError } from "../../../files/errors.ts";
import { Damaged, packingOf, unpack } from "../../../files/unpack.ts";
import { STDIN, type TraceFile } from "./inputs.ts";

const CHUNK_BYTES = 1 << 20;
const HEAD_BYTES = 12;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Files that are easily taken for a trace, by what they hold at a position. */
const FOREIGN: readonly (readonly [at: number, magic: Buffer, advice: string])[] = [
  [0, Buffer.from("PK\x03\x04", "latin1"), "is a zip archive. Unpack it first"],
  [0, Buffer.from("\xfd7zXZ", "latin1"), "is compressed with xz. Unpack it first"],
  [0, Buffer.from("BZh", "latin1"), "is compressed with bzip2. Unpack it first"],
  [0, Buffer.from("PAR1", "latin1"), "is a Parquet file, which cannot be read as a stream. Give the file itself"],
  [0, Buffer.from([0xff, 0xfe]), "is UTF-16 text. Convert it to UTF-8 first"],
  [0, Buffer.from([0xfe, 0xff]), "is UTF-16 text. Convert it to UTF-8 first"],
  [8, Buffer.from("DUCK", "latin1"), "is a DuckDB database, not a trace. Give it with --db"],
];

export interface Source {
  /** Decompressed bytes without a UTF-8 byte order mark, in pieces of any size. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes read from the file so far. */
  consumed(): number;
}

/**
 * Opens a trace that is plain, gzip (of any number of members) or zstd.
 * A compressed file that is cut off or damaged ends the iteration with a UserError that names it: what is missing is unknown.
 */
export function openTrace(file: TraceFile): Source {
  const raw = countedBytes(file);
  return { chunks: readAll(file, raw.bytes), consumed: raw.consumed };
}

function countedBytes(file: TraceFile): { bytes: AsyncGenerator<Buffer>; consumed: () => number } {
  let consumed = 0;
  async function* bytes(): AsyncGenerator<Buffer> {
    const stream = file.path === STDIN ? process.stdin : fs.createReadStream(file.path, { highWaterMark: CHUNK_BYTES });
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      consumed += chunk.length;
      yield chunk;
    }
  }
  return { bytes: bytes(), consumed: () => consumed };
}

async function* readAll(file: TraceFile, raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    const head = await takeHead(raw);
    const foreign = FOREIGN.find(([at, magic]) => head.subarray(at, at + magic.length).equals(magic));
    if (foreign) throw new UserError(`${file.name} ${foreign[2]}.`);
    yield* withoutMark(unpack(prepend(head, raw), packingOf(head, file.name)));
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`${file.name} cannot be read: ${explain(error)}.`, 2, { cause: error });
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Damaged)) return messageOf(error);
  return error.cutOff ? `${error.message}. Fetch it again or unpack what is left of it` : `${error.message}. Fetch it again`;
}

/** The first bytes, or all when there are fewer. */
async function takeHead(raw: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const { done, value } = await raw.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* prepend(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (start === null) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < UTF8_MARK.length) continue;
    yield start.subarray(0, UTF8_MARK.length).equals(UTF8_MARK) ? start.subarray(UTF8_MARK.length) : start;
    start = null;
  }
  if (start !== null && start.length > 0) yield start;
}
