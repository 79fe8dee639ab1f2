/** Rows of a trace or of a companion file, each with its line. */
import fs from "node:fs";
import { messageOf, UserError } from "../files/errors.ts";
import { FILE_START, type Line, MAX_LINE_BYTES, readLines } from "../files/lines.ts";
import { STDIN } from "../files/stdio.ts";
import { unpackStream } from "../files/unpack.ts";
import { encode, isObject, type Json, type JsonObject, parseJson } from "../trace/exact-json.ts";

export interface NumberedRow {
  readonly row: JsonObject;
  /** 1 is the first of the file. */
  readonly line: number;
  /** Spells the row, or what was made of it, as its line was spelt. */
  readonly spell: (row: JsonObject) => string;
}

const CHUNK_BYTES = 1 << 20;
const BLANK = /^\s*$/;

/**
 * The rows of a file that is plain, gzip or zstd, in batches. Blank lines are passed over but counted.
 *
 * @param file a path, or `-` for standard input
 * @throws UserError that names file and line where a line is not a JSON object, or the file cannot be read to its end
 */
export async function* readRows(file: string): AsyncGenerator<NumberedRow[]> {
  for await (const lines of readLines(textOf(file), FILE_START, MAX_LINE_BYTES)) yield lines.flatMap((line) => rowOf(line, file) ?? []);
}

function rowOf({ bytes, number, part }: Line, file: string): NumberedRow | null {
  if (part !== "whole") throw new UserError(`${file}:${number} is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB; no row is.`, 1);
  const text = bytes.toString();
  const native = parseNatively(text);
  if (isObject(native)) return { row: native, line: number, spell: JSON.stringify };
  const row = parseJson(bytes);
  if (isObject(row)) return { row, line: number, spell: encode };
  if (row === undefined && BLANK.test(text)) return null;
  throw new UserError(`${file}:${number} is not a JSON object. Correct or remove the line.`, 1);
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
    yield* unpackStream(stream, file);
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}.`, 2, { cause: error });
  }
}
