/** The beginning of a CSV of unknown origin. */
import Papa from "papaparse";
import type { TableHead } from "./messages.ts";

export const SHOWN_ROWS = 200;
const SHOWN_COLUMNS = 60;
const CELL_CHARS = 300;

/** Null when there is not even a header. */
export function tableHead(csv: string): TableHead | null {
  const records: string[][] = [];
  let count = 0;
  Papa.parse<string[]>(csv, {
    delimiter: ",",
    skipEmptyLines: true,
    step: ({ data }) => {
      count += 1;
      if (count <= SHOWN_ROWS + 1) records.push(data.slice(0, SHOWN_COLUMNS).map(shortened));
    },
  });
  const [header, ...rows] = records;
  if (!header) return null;
  return { columns: header.map((name, i) => ({ name, numeric: isNumeric(rows.map((row) => row[i] ?? "")) })), rows, rowCount: count - 1 };
}

function isNumeric(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== "");
  return filled.length > 0 && filled.every((cell) => Number.isFinite(Number(cell)));
}

function shortened(cell: string): string {
  return cell.length > CELL_CHARS ? `${cell.slice(0, CELL_CHARS)}…` : cell;
}
