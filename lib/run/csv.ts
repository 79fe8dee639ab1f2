import Papa from "papaparse";
import type { Cell, Row } from "../experiment.ts";

/**
 * A table as CSV: UTF-8, `\n`, RFC 4180 quoting, header line first. Missing cells and non-finite numbers are
 * empty, booleans `true`/`false`, numbers in their shortest round-trip form.
 * @throws when a row lacks a column or has one that is not declared
 */
export function csvText(columns: readonly string[], rows: readonly Row[]): string {
  for (const [index, row] of rows.entries()) checkColumns(columns, row, index);
  const fields = [...columns];
  const data = rows.map((row) => columns.map((column) => cellText(row[column] ?? null)));
  return `${Papa.unparse({ fields, data }, { newline: "\n" })}\n`.replace(/\n\n$/, "\n");
}

function checkColumns(columns: readonly string[], row: Row, index: number): void {
  const keys = Object.keys(row);
  if (keys.length === columns.length && columns.every((column) => column in row)) return;
  throw new Error(`row ${index + 1} has columns ${keys.join(",")} but the table declares ${columns.join(",")}`);
}

function cellText(cell: Cell): string {
  if (cell === null || (typeof cell === "number" && !Number.isFinite(cell))) return "";
  return String(cell);
}
