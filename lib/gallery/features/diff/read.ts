/** A finished run on disk, as `compareRuns` takes it. */
import fs from "node:fs";
import path from "node:path";
import Papa from "papaparse";
import type { RunReport, TableArtifact } from "../../../artifacts/artifacts.ts";
import { messageOf, UserError } from "../../../files/errors.ts";
import type { ComparableRun } from "./runs.ts";

/** Longer tables are not compared row by row. */
export const MOST_ROWS = 50_000;
const MOST_BYTES = 30_000_000;

export function comparableRun(out: string, report: RunReport): ComparableRun {
  return { report, rowsOf: (id, table) => readRows(path.join(out, id, table.file), table) };
}

function readRows(file: string, table: TableArtifact): string[][] | null {
  if (table.rows > MOST_ROWS || table.bytes > MOST_BYTES) return null;
  try {
    const { data } = Papa.parse<string[]>(fs.readFileSync(file, "utf8"));
    // The end of the last line would parse as one more row; the number of rows is known.
    return data.slice(1, 1 + table.rows);
  } catch (error) {
    throw new UserError(`${file} can't be read (${messageOf(error)}); draw that run again.`, 1, { cause: error });
  }
}
