/** The bytes of a trace file, decompressed. The first bytes of a file decide what it holds, not its name. */
import fs from "node:fs";
import { Damaged } from "../../../files/damaged.ts";
import { messageOf, UserError } from "../../../files/errors.ts";
import { withoutMark } from "../../../files/lines.ts";
import { STDIN } from "../../../files/stdio.ts";
import { unpackStream } from "../../../files/unpack.ts";
import type { TraceFile } from "./inputs.ts";

const CHUNK_BYTES = 1 << 20;
/** Traces are packed to a tenth or, with many repeated lines, a hundredth of their size. */
const LARGEST_RATIO = 1000;
const HARMLESS_BYTES = 1 << 30;

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
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes read from the file so far. */
  consumed(): number;
}

/**
 * Opens a trace that is plain, gzip (of any number of members) or zstd.
 * A compressed file that is cut off or damaged ends the iteration with a UserError that names it: what is missing is unknown.
 */
export function openTrace(file: TraceFile): Source {
  const raw = countedBytes(file);
  return { chunks: refuseBomb(file, readAll(file, raw.bytes), raw.consumed), consumed: raw.consumed };
}

/** Ends a file of a few bytes that fills a disk. */
async function* refuseBomb(file: TraceFile, chunks: AsyncGenerator<Uint8Array>, consumed: () => number): AsyncGenerator<Uint8Array> {
  let unpacked = 0;
  for await (const chunk of chunks) {
    unpacked += chunk.length;
    if (unpacked > HARMLESS_BYTES && unpacked > LARGEST_RATIO * consumed())
      throw new UserError(
        `${file.name} unpacks to more than ${LARGEST_RATIO.toLocaleString("en-US")} times its size, far more than a trace does. Unpack it yourself if you trust it.`,
      );
    yield chunk;
  }
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

async function* readAll(file: TraceFile, raw: AsyncGenerator<Buffer>): AsyncGenerator<Uint8Array> {
  try {
    yield* withoutMark(unpackStream(raw, file.name, (head) => refuseForeign(file, head)));
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`${file.name} cannot be read: ${explain(error)}.`, 2, { cause: error });
  }
}

function refuseForeign(file: TraceFile, head: Uint8Array): void {
  const foreign = FOREIGN.find(([at, magic]) => magic.equals(head.subarray(at, at + magic.length)));
  if (foreign) throw new UserError(`${file.name} ${foreign[2]}.`);
}

function explain(error: unknown): string {
  if (!(error instanceof Damaged)) return messageOf(error);
  return error.cutOff ? `${error.message}. Fetch it again or unpack what is left of it` : `${error.message}. Fetch it again`;
}
