/** Rows of a trace or of a companion file, each with its line. */
import { bytesOf, textOf } from "../files/bytes.ts";
import { UserError } from "../files/errors.ts";
import { FILE_START, type Line, MAX_LINE_BYTES, readLines } from "../files/lines.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../trace/exact-json.ts";

export interface NumberedRow {
  readonly row: JsonObject;
  /** 1 is the first of the file. */
  readonly line: number;
  /** Of the line as it is. */
  readonly bytes: Uint8Array;
}

/** The values of a line are in memory together, at about 200 bytes each; real rows have thousands. */
const MAX_VALUES = 3_000_000;
const BLANK = /^\s*$/;

/**
 * The rows of a text. Blank lines are passed over but counted.
 *
 * @param name of the file
 * @throws UserError that names file and line where a line is not a JSON object
 */
export async function* rowsIn(text: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<NumberedRow, undefined> {
  for await (const lines of readLines(text, FILE_START, MAX_LINE_BYTES))
    for (const line of lines) {
      const row = rowOf(line, name);
      if (row) yield { row, line: line.number, bytes: line.bytes };
    }
}

function rowOf({ bytes, number, part }: Line, file: string): JsonObject | null {
  if (part !== "whole")
    throw new UserError(`${file}:${number} is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB; rows are not. Remove the line.`, 1);
  if (valuesIn(bytes) > MAX_VALUES)
    throw new UserError(`${file}:${number} has more than ${MAX_VALUES.toLocaleString("en-US")} values; rows do not. Remove the line.`, 1);
  const row = parseNatively(bytes) ?? parseJson(bytes);
  if (isObject(row)) return row;
  if (row === undefined && BLANK.test(textOf(bytes))) return null;
  throw new UserError(`${file}:${number} is not a JSON object. Correct or remove the line.`, 1);
}

const [QUOTE, BACKSLASH, COMMA, LIST, OBJECT] = [...bytesOf('"\\,[{')];

/** An upper bound of the number of values in the JSON of a long line, by its bytes outside of quotes: a value takes two. */
function valuesIn(bytes: Uint8Array): number {
  if (bytes.length <= 2 * MAX_VALUES) return 0;
  let values = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === COMMA || byte === LIST || byte === OBJECT) values++;
    else if (byte === QUOTE) for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
  }
  return values;
}

/** Several times as fast; undefined where the line is not strictly JSON. */
function parseNatively(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return undefined;
  }
}
