/** The first rows of a CSV file of any size. */
import fs from "node:fs";
import Papa from "papaparse";
import { messageOf, UserError } from "../../files/errors.ts";

export interface CsvHead {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly name: string;
  /** Every cell of the head that isn't empty is a number, and there is one. */
  readonly numeric: boolean;
}

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads the header and at most `limit` rows; the rest of the file is not read. `rowCount` is the number of rows that
 * the file is known to have: it distinguishes a last empty cell from the line end.
 * @throws UserError when the file can't be read
 */
export async function readCsvHead(file: string, rowCount: number, limit: number): Promise<CsvHead> {
  const [header = [], ...rows] = await firstRecords(file, 1 + Math.min(limit, rowCount));
  return { columns: header.map((name, i) => ({ name, numeric: isNumeric(rows.map((row) => row[i] ?? "")) })), rows };
}

export function isNumeric(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== "");
  return filled.length > 0 && filled.every((cell) => NUMBER.test(cell));
}

/** A number for a narrow column: at most six significant digits after a decimal point; whole numbers stay whole. */
export function shortNumber(cell: string): string {
  if (!NUMBER.test(cell) || !/[.e]/i.test(cell)) return cell;
  const value = Number(cell);
  const short = String(Number(value.toPrecision(6)));
  return Math.abs(value) >= 1e6 && Math.abs(value) < 1e15 ? String(Math.round(value)) : short.length < cell.length ? short : cell;
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
