/** The bytes of a trace file, decompressed. What a file holds is told by its first bytes, not by its name. */
import fs from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import { messageOf, UserError } from "../../errors.ts";
import { quoteLiteral } from "../sql.ts";
import { STDIN, type TraceFile } from "./inputs.ts";
import { MAX_LINE_BYTES } from "./lines.ts";
import { checkZstdFrames, isZstd } from "./zstd-frames.ts";

const CHUNK_BYTES = 1 << 20;
const HEAD_BYTES = 12;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Files that are easily taken for a trace, by what they hold at a position. */
const FOREIGN: readonly (readonly [at: number, magic: Buffer, advice: string])[] = [
  [0, Buffer.from("PK\x03\x04", "latin1"), "is a zip archive. Unpack it first"],
  [0, Buffer.from("\xfd7zXZ", "latin1"), "is compressed with xz. Unpack it first"],
  [0, Buffer.from("BZh", "latin1"), "is compressed with bzip2. Unpack it first"],
  [0, Buffer.from("PAR1", "latin1"), "is a Parquet file, not JSON lines. Export it as JSON lines first"],
  [0, Buffer.from([0xff, 0xfe]), "is UTF-16 text. Convert it to UTF-8 first"],
  [0, Buffer.from([0xfe, 0xff]), "is UTF-16 text. Convert it to UTF-8 first"],
  [8, Buffer.from("DUCK", "latin1"), "is a DuckDB database, not a trace. Give it with --db"],
];

/** What DuckDB's reader of zstd finds, in our words: its own quote whole lines. */
const CSV_PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [/CSV Error.*(unicode|encod)/is, "it holds bytes that are no UTF-8 text"],
  [/Maximum line size/i, `it holds a line that is longer than ${MAX_LINE_BYTES / CHUNK_BYTES} MiB`],
];

export interface Source {
  /** Decompressed bytes without a UTF-8 byte order mark, in pieces of any size. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes read from the file so far. */
  consumed(): number;
}

export interface Unpacking {
  /** Where standard input is put down when it has to be read by path. */
  readonly folder: string;
  connect(): Promise<DuckDBConnection>;
}

/**
 * Opens a trace that is plain, gzip (of any number of members) or zstd.
 * A compressed file that is cut off or damaged ends the iteration with a UserError that names it: what is missing is unknown.
 */
export function openTrace(file: TraceFile, unpacking: Unpacking): Source {
  const raw = countedBytes(file);
  return { chunks: readAll(file, raw.bytes, unpacking), consumed: raw.consumed };
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

async function* readAll(file: TraceFile, raw: AsyncGenerator<Buffer>, unpacking: Unpacking): AsyncGenerator<Buffer> {
  try {
    const head = await takeHead(raw);
    const foreign = FOREIGN.find(([at, magic]) => head.subarray(at, at + magic.length).equals(magic));
    if (foreign) throw new UserError(`${file.name} ${foreign[2]}.`);
    yield* withoutMark(unpack(file, head, prepend(head, raw), unpacking));
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`${file.name} cannot be read: ${explain(error)}.`, 2, { cause: error });
  }
}

function explain(error: unknown): string {
  const code = (error as { code?: string }).code;
  if (code === "Z_BUF_ERROR") return "it ends within its compressed data. Fetch it again or unpack what is left of it";
  if (code?.startsWith("Z_")) return `its compressed data are damaged (${messageOf(error)}). Fetch it again`;
  const problem = CSV_PROBLEMS.find(([pattern]) => pattern.test(messageOf(error)));
  return problem ? `${problem[1]}. Unpack it first to see which line` : messageOf(error);
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

function unpack(file: TraceFile, head: Buffer, bytes: AsyncGenerator<Buffer>, unpacking: Unpacking): AsyncIterable<Buffer> {
  if (GZIP.equals(head.subarray(0, 2))) return gunzip(bytes);
  if (isZstd(head)) return unzstd(file, bytes, unpacking);
  if (file.name.endsWith(".gz") && GZIP.subarray(0, head.length).equals(head)) return gunzip(bytes);
  if (file.name.endsWith(".zst") && head.length < 4) return unzstd(file, bytes, unpacking);
  return bytes;
}

async function* gunzip(bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzipped = createGunzip({ chunkSize: CHUNK_BYTES });
  // An error of the source also ends the iteration below, which reports it.
  pipeline(Readable.from(bytes), gunzipped).catch(() => {});
  for await (const chunk of gunzipped as AsyncIterable<Buffer>) yield chunk;
  if (gunzipped.bytesWritten === 0) throw Object.assign(new Error("unexpected end of file"), { code: "Z_BUF_ERROR" });
}

/**
 * DuckDB unpacks zstd, which Node 20 cannot, by its reader of CSV with neither separators nor quotes. That reader takes a
 * file that was cut off for a short one, so the frames are checked first; it passes over blank lines, so line numbers do
 * not count them; and it refuses a file that is not UTF-8 as a whole.
 */
async function* unzstd(file: TraceFile, bytes: AsyncGenerator<Buffer>, unpacking: Unpacking): AsyncGenerator<Buffer> {
  const source = await regularFile(file, bytes, unpacking.folder);
  checkZstdFrames(source);
  const connection = await unpacking.connect();
  try {
    const result = await connection.stream(`
      SELECT line FROM read_csv(${quoteLiteral(source)}, compression = 'zstd', columns = {'line': 'VARCHAR'},
        auto_detect = false, header = false, delim = '', quote = '', escape = '', new_line = '\\n', strict_mode = false,
        parallel = false, maximum_line_size = ${MAX_LINE_BYTES + 2}, buffer_size = ${MAX_LINE_BYTES + 2})`);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
      yield* packLines(chunk.getColumnValues(0) as (string | null)[]);
  } finally {
    connection.closeSync();
  }
}

/** Reads to the end either way, so that the progress is complete. */
async function regularFile(file: TraceFile, bytes: AsyncGenerator<Buffer>, folder: string): Promise<string> {
  if (file.size !== null) {
    for await (const _ of bytes);
    return file.path;
  }
  const copy = path.join(folder, "input.zst");
  await pipeline(bytes, fs.createWriteStream(copy));
  return copy;
}

function* packLines(lines: readonly (string | null)[]): Generator<Buffer> {
  let open: string[] = [];
  let openLength = 0;
  for (const line of lines) {
    open.push(line ?? "", "\n");
    openLength += line?.length ?? 0;
    if (openLength < CHUNK_BYTES) continue;
    yield Buffer.from(open.join(""));
    open = [];
    openLength = 0;
  }
  yield Buffer.from(open.join(""));
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
