/** The first rows of a CSV file of any size. */
import fs from "node:fs";
import path from "node:path";
import Papa from "papaparse";
import type { TableArtifact } from "../../artifacts/artifacts.ts";
import { messageOf, UserError } from "../../files/errors.ts";

export interface CsvHead {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly name: string;
  readonly numeric: boolean;
  /** Has a unit. */
  readonly amount?: boolean;
}

/**
 * Reads at most `limit` rows of a table; the rest of its file is not read. The number of rows distinguishes a last empty cell
 * from the line end.
 * @throws UserError when the file can't be read
 */
export async function readCsvHead(folder: string, table: TableArtifact, limit: number): Promise<CsvHead> {
  const records = await firstRecords(path.join(folder, table.file), 1 + Math.min(limit, table.rows));
  const columns = table.columns.map(({ name, type, unit }) => ({
    name,
    numeric: type === "number",
    amount: type === "number" && Boolean(unit),
  }));
  return { columns, rows: records.slice(1) };
}

function firstRecords(file: string, count: number): Promise<string[][]> {
  const stream = fs.createReadStream(file, { encoding: "utf8" });
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(new UserError(`${file} can't be read (${messageOf(error)}); run again with --force.`, 1, { cause: error }));
    stream.once("error", fail);
    Papa.parse<string[]>(stream, {
      preview: count,
      error: fail,
      complete: ({ data }) => {
        stream.destroy();
        resolve(data.slice(0, count));
      },
    });
  });
}
