/** What changed between two tables of one name: columns, rows by their key, cells. */
import { at } from "../../../stats/known.ts";
import { cellChange, type NumberChange } from "./numbers.ts";

export interface TableRows {
  readonly columns: readonly string[];
  /** Text of the cells, in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
}

export interface CellDiff {
  /** Cells of the key columns of its row, or the number of the row (from 1) when rows are compared by place. */
  readonly key: readonly string[];
  readonly column: string;
  readonly before: string;
  readonly after: string;
  /** Null unless both are numbers. */
  readonly number: NumberChange | null;
}

export interface TableDiff {
  /** Columns that identify rows in both tables; null when there are none, and rows are compared by position. */
  readonly keyColumns: readonly string[] | null;
  readonly columnsAdded: readonly string[];
  readonly columnsRemoved: readonly string[];
  /** Keys of rows that only one of them has, in its order. */
  readonly rowsAdded: readonly (readonly string[])[];
  readonly rowsRemoved: readonly (readonly string[])[];
  /** Rows of both tables with a cell that differs. */
  readonly rowsChanged: number;
  /** Largest relative change first; from 0 counts as larger than any; text comes last. */
  readonly cells: readonly CellDiff[];
}

export function diffTables(before: TableRows, after: TableRows): TableDiff {
  const shared = after.columns.filter((column) => before.columns.includes(column));
  const a = project(before, shared);
  const b = project(after, shared);
  const keyPlaces = keyOf(a, b, shared.length);
  const ofRow = (row: readonly string[], i: number) => (keyPlaces ? keyPlaces.map((place) => row[place] ?? "") : [String(i + 1)]);
  const earlier = new Map(a.map((row, i) => [JSON.stringify(ofRow(row, i)), { key: ofRow(row, i), row }]));
  const rowsAdded: (readonly string[])[] = [];
  const changed: CellDiff[] = [];
  let rowsChanged = 0;
  for (const [i, row] of b.entries()) {
    const key = ofRow(row, i);
    const text = JSON.stringify(key);
    const old = earlier.get(text)?.row;
    earlier.delete(text);
    if (!old) {
      rowsAdded.push(key);
      continue;
    }
    const cells = shared.flatMap((column, place): CellDiff[] => {
      const [before = "", after = ""] = [old[place], row[place]];
      const change = cellChange(before, after);
      return change ? [{ key, column, before, after, ...change }] : [];
    });
    if (cells.length > 0) rowsChanged++;
    changed.push(...cells);
  }
  return {
    keyColumns: keyPlaces?.map((place) => at(shared, place)) ?? null,
    columnsAdded: after.columns.filter((column) => !shared.includes(column)),
    columnsRemoved: before.columns.filter((column) => !shared.includes(column)),
    rowsAdded,
    rowsRemoved: [...earlier.values()].map(({ key }) => key),
    rowsChanged,
    cells: changed.sort((x, y) => sizeOf(y) - sizeOf(x)),
  };
}

export function isEmpty(diff: TableDiff): boolean {
  return [diff.columnsAdded, diff.columnsRemoved, diff.rowsAdded, diff.rowsRemoved, diff.cells].every((list) => list.length === 0);
}

function project({ columns, rows }: TableRows, shared: readonly string[]): string[][] {
  const places = shared.map((column) => columns.indexOf(column));
  return rows.map((row) => places.map((place) => row[place] ?? ""));
}

/**
 * Places of columns that make every row of each table unique: words before numbers, earlier columns before later ones, and
 * none that the others can do without. Null when even all columns together don't.
 */
function keyOf(a: readonly (readonly string[])[], b: readonly (readonly string[])[], columns: number): readonly number[] | null {
  const isNumeric = (place: number) => [...a, ...b].every((row) => cellIsNumeric(row[place] ?? ""));
  const places = Array.from({ length: columns }, (_, place) => place);
  const numeric = new Set(places.filter(isNumeric));
  const distinct = (rows: readonly (readonly string[])[], key: readonly number[]) =>
    new Set(rows.map((row) => JSON.stringify(key.map((place) => row[place])))).size;
  const isUnique = (key: readonly number[]) => distinct(a, key) === a.length && distinct(b, key) === b.length;
  let key: number[] = [];
  let distinctRows = 0;
  for (const place of [...places.filter((p) => !numeric.has(p)), ...places.filter((p) => numeric.has(p))]) {
    if (isUnique(key)) break;
    const next = distinct(a, [...key, place]) + distinct(b, [...key, place]);
    if (next > distinctRows || key.length === 0) {
      key.push(place);
      distinctRows = next;
    }
  }
  if (!isUnique(key)) return null;
  for (const place of [...key]) {
    const without = key.filter((other) => other !== place);
    if (without.length > 0 && isUnique(without)) key = without;
  }
  return key.sort((x, y) => x - y);
}

function cellIsNumeric(cell: string): boolean {
  return cell === "" || Number.isFinite(Number(cell));
}

/** -1 for text. */
function sizeOf({ number }: CellDiff): number {
  if (!number) return -1;
  return number.relative === null ? Number.MAX_VALUE : Math.abs(number.relative);
}
