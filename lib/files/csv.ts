import Papa from "papaparse";

type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;

/**
 * A table as CSV: UTF-8, `\n`, RFC 4180 quoting, header line first. Missing cells and non-finite numbers are
 * empty, booleans `true`/`false`, numbers in their shortest round-trip form.
 * @throws when a row lacks a column or has one that is not declared
 */
export function csvText(columns: readonly string[], rows: readonly Row[]): string {
  return [...csvChunks(columns, rows)].join("");
}

/** The same of rows that are lists of cells in the order of the columns. */
export function csvOfRecords(columns: readonly string[], records: readonly (readonly Cell[])[]): string {
  return csvLine(columns) + linesOf(records);
}

/** One line of CSV. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(",")}\n`;
}

/** The same in pieces: the text of a large table may be longer than a string can be. */
export function* csvChunks(columns: readonly string[], rows: readonly Row[]): Generator<string> {
  yield csvLine(columns);
  for (let from = 0; from < rows.length; from += ROWS_PER_CHUNK) {
    const chunk = rows.slice(from, from + ROWS_PER_CHUNK);
    for (const [index, row] of chunk.entries()) checkColumns(columns, row, from + index);
    yield linesOf(chunk.map((row) => columns.map((column) => row[column] ?? null)));
  }
}

const ROWS_PER_CHUNK = 10_000;

function linesOf(records: readonly (readonly Cell[])[]): string {
  return records.map(csvLine).join("");
}

function checkColumns(columns: readonly string[], row: Row, index: number): void {
  const keys = Object.keys(row);
  if (keys.length === columns.length && columns.every((column) => column in row)) return;
  throw new Error(`row ${index + 1} has columns ${keys.join(",")} but the table declares ${columns.join(",")}`);
}

function cellText(cell: Cell): string {
  if (typeof cell === "string") return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  if (cell === null || (typeof cell === "number" && !Number.isFinite(cell))) return "";
  return String(cell);
}

const NEEDS_QUOTES = /[",\r\n\ufeff]|^ | $/;

/** The rows of a CSV text by the names in its first line; all cells are texts. */
export function parseCsv(text: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }).data;
}
