/** Rows of a trace or of a file beside one, each with its line. */
import fs from "node:fs";
import { encode, isObject, type Json, type JsonObject, parseJson } from "../collect/json.ts";
import { STDIN } from "../db/build/ingest/inputs.ts";
import { MAX_LINE_BYTES, readBlocks } from "../db/build/ingest/lines.ts";
import { messageOf, UserError } from "../files/errors.ts";
import { PACKING_HEAD_BYTES, packingOf, unpack } from "../files/unpack.ts";

export interface NumberedRow {
  readonly row: JsonObject;
  /** 1 is the first of the file. */
  readonly line: number;
  /** Spells the row, or what was made of it, as its line was spelt. */
  readonly spell: (row: JsonObject) => string;
}

const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 10;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const BLANK = /^\s*$/;

/**
 * The rows of a file that is plain, gzip or zstd, in batches. Blank lines are passed over but counted.
 *
 * @param file a path, or `-` for standard input
 * @throws UserError that names file and line where a line is no JSON object, or the file cannot be read to its end
 */
export async function* readRows(file: string): AsyncGenerator<NumberedRow[]> {
  let line = 0;
  for await (const { bytes, cut } of readBlocks(textOf(file))) {
    if (cut) throw new UserError(`${file}:${line + 1} is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB; no row is.`, 1);
    const rows: NumberedRow[] = [];
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(LINE_FEED, from);
      const row = rowOf(bytes.subarray(from, end), file, ++line);
      if (row) rows.push(row);
      from = end + 1;
    }
    yield rows;
  }
}

function rowOf(bytes: Buffer, file: string, line: number): NumberedRow | null {
  const bare = line === 1 && bytes.subarray(0, UTF8_MARK.length).equals(UTF8_MARK) ? bytes.subarray(UTF8_MARK.length) : bytes;
  const text = bare.toString();
  const native = parseNatively(text);
  if (isObject(native)) return { row: native, line, spell: JSON.stringify };
  const row = parseJson(bare);
  if (isObject(row)) return { row, line, spell: encode };
  if (row === undefined && BLANK.test(text)) return null;
  throw new UserError(`${file}:${line} is not a JSON object. Correct or remove the line.`, 1);
}

/** The value of a line that the native functions read and write without changing a character; undefined for others. */
function parseNatively(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

async function* textOf(file: string): AsyncGenerator<Buffer> {
  try {
    const stream: AsyncIterable<Buffer> = file === STDIN ? process.stdin : fs.createReadStream(file, { highWaterMark: CHUNK_BYTES });
    const bytes = stream[Symbol.asyncIterator]();
    const head = await takeHead(bytes);
    yield* unpack(prepended(head, bytes), packingOf(head, file));
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}.`, 2, { cause: error });
  }
}

/** The first bytes, or all when there are fewer. */
async function takeHead(bytes: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < PACKING_HEAD_BYTES) {
    const { done, value } = await bytes.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* prepended(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
