/** Tables of a finished run on disk. */
import fs from "node:fs";
import path from "node:path";
import Papa from "papaparse";
import type { TableArtifact } from "../../../artifacts/artifacts.ts";
import { messageOf, UserError } from "../../../files/errors.ts";
import type { TableRows } from "./tables.ts";

/** Longer tables are not compared row by row. */
export const MOST_ROWS = 50_000;
const MOST_BYTES = 30_000_000;

/** Rows without the header; null when they are too many to be compared one by one. */
export function rowsOf(folder: string, table: TableArtifact): TableRows | null {
  if (table.rows > MOST_ROWS || table.bytes > MOST_BYTES) return null;
  const file = path.join(folder, table.file);
  try {
    const { data } = Papa.parse<string[]>(fs.readFileSync(file, "utf8"));
    // The end of the last line would parse as one more row; the number of rows is known.
    return { columns: table.columns, rows: data.slice(1, 1 + table.rows) };
  } catch (error) {
    throw new UserError(`${file} can't be read (${messageOf(error)}); draw that run again.`, 1, { cause: error });
  }
}
