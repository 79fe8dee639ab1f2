/** The beginning of a CSV of unknown origin. */
import Papa from "papaparse";
import type { TableHead } from "./messages.ts";

const SHOWN_ROWS = 200;
const SHOWN_COLUMNS = 60;
const CELL_CHARS = 300;

/** Null when there is not even a header. */
export function tableHead(csv: string): TableHead | null {
  const { data } = Papa.parse<string[]>(csv, { delimiter: ",", skipEmptyLines: true, preview: SHOWN_ROWS + 1 });
  const [header, ...rows] = data.map((record) => record.slice(0, SHOWN_COLUMNS).map(shortened));
  if (!header) return null;
  const columns = header.map((name, i) => ({ name, numeric: isNumeric(rows.map((row) => row[i] ?? "")) }));
  return { columns, rows, rowCount: rows.length < SHOWN_ROWS ? rows.length : countRecords(csv) - 1 };
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** Lines that hold something; line ends between quotes belong to a cell. Millions of rows are counted in no time, which parsing them is not. */
function countRecords(csv: string): number {
  let [records, quoted, start] = [0, false, 0];
  for (let i = 0; i < csv.length; i++) {
    const unit = csv.charCodeAt(i);
    if (unit === QUOTE) quoted = !quoted;
    else if (unit === NEWLINE && !quoted) {
      if (i > start) records += 1;
      start = i + 1;
    }
  }
  return records + (start < csv.length ? 1 : 0);
}

function isNumeric(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== "");
  return filled.length > 0 && filled.every((cell) => Number.isFinite(Number(cell)));
}

function shortened(cell: string): string {
  return cell.length > CELL_CHARS ? `${cell.slice(0, CELL_CHARS)}…` : cell;
}
