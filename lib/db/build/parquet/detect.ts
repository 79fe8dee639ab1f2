/** Parquet files by their bytes. */
import fs from "node:fs";
import { UserError } from "../../../files/errors.ts";
import { readAt } from "../../../files/read.ts";
import type { TraceFile } from "../ingest/inputs.ts";

const MAGIC = Buffer.from("PAR1");
const ENCRYPTED_MAGIC = Buffer.from("PARE");

/**
 * Whether the inputs are Parquet files, by their first bytes.
 * @throws UserError when only some are, and for Parquet files that are encrypted or cut off
 */
export function areParquet(files: readonly TraceFile[]): boolean {
  const parquet = files.filter(isParquet);
  const other = files.find((file) => !parquet.includes(file));
  if (parquet.length > 0 && other)
    throw new UserError(
      `${parquet[0]?.name} is a Parquet file and ${other.name} is not; a database is built of one kind. Build the other first, export it, and give both exports.`,
    );
  return parquet.length > 0;
}

function isParquet(file: TraceFile): boolean {
  if (file.size === null || file.size < MAGIC.length) return false;
  const handle = fs.openSync(file.path, "r");
  try {
    const head = readAt(handle, 0, MAGIC.length);
    if (head.equals(ENCRYPTED_MAGIC)) throw new UserError(`${file.name} is an encrypted Parquet file. Decrypt it first.`);
    if (!head.equals(MAGIC)) return false;
    if (file.size < 3 * MAGIC.length || !readAt(handle, file.size - MAGIC.length, MAGIC.length).equals(MAGIC))
      throw new UserError(`${file.name} is cut off: a Parquet file ends with PAR1. Fetch it again.`);
    return true;
  } finally {
    fs.closeSync(handle);
  }
}
