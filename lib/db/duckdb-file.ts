/** Whether a file is a database of DuckDB, by its first bytes. */
import fs from "node:fs";
import { bytesOf } from "../files/bytes.ts";
import { UserError } from "../files/errors.ts";
import { readHead } from "../files/read.ts";

const MAGIC = bytesOf("DUCK");
const MAGIC_AT = 8;

export function isDuckDb(file: string): boolean {
  return readHead(file, MAGIC_AT + MAGIC.length)
    .subarray(MAGIC_AT)
    .equals(MAGIC);
}

/** @throws UserError unless there is a database */
export function requireDatabase(file: string): void {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new UserError(`No database at ${file}. Give an existing file with --db, or a trace with --input to build it.`);
  if (stat.isDirectory())
    throw new UserError(
      `${file} is a folder, not a database. Give a file or a folder that export wrote with --db, or a folder of Parquet files with --input.`,
    );
  if (!stat.isFile() || !isDuckDb(file))
    throw new UserError(`${file} is not a DuckDB database. Give one with --db, or a trace with --input.`);
}
