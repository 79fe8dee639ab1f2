/** Rows of a file: of a trace or of a companion file. */
import { unpackedBytes } from "../files/unpacked.ts";
import { type NumberedRow, rowsIn } from "./rows.ts";

/**
 * The rows of a file that is plain, gzip or zstd, as in `rowsIn`.
 *
 * @param file a path, or `-` for standard input
 * @throws UserError that names file and line where a line is not a JSON object, or the file cannot be read to its end
 */
export function readRows(file: string): AsyncGenerator<NumberedRow, undefined> {
  return rowsIn(unpackedBytes(file), file);
}
