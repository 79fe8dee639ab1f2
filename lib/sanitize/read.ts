/** Rows of a file: of a trace or of a companion file. */
import fs from "node:fs";
import { messageOf, UserError } from "../files/errors.ts";
import { STDIN } from "../files/stdio.ts";
import { unpackStream } from "../files/unpack.ts";
import { type NumberedRow, rowsIn } from "./rows.ts";

const CHUNK_BYTES = 1 << 20;

/**
 * The rows of a file that is plain, gzip or zstd, as in `rowsIn`.
 *
 * @param file a path, or `-` for standard input
 * @throws UserError that names file and line where a line is not a JSON object, or the file cannot be read to its end
 */
export function readRows(file: string): AsyncGenerator<NumberedRow, undefined> {
  return rowsIn(textOf(file), file);
}

async function* textOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    const stream: AsyncIterable<Uint8Array> = file === STDIN ? process.stdin : fs.createReadStream(file, { highWaterMark: CHUNK_BYTES });
    yield* unpackStream(stream, file);
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}.`, 2, { cause: error });
  }
}
