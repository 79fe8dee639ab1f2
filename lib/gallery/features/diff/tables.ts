/** What changed between two tables of one name: columns, rows by their key, cells. */
import type { ColumnInfo } from "../../../experiment.ts";
import { groupBy } from "../../../stats/group-by.ts";
import { at } from "../../../stats/known.ts";
import { sumOf } from "../../../stats/sum.ts";
import { effectOf, type NumberChange, numberChange } from "./numbers.ts";

type Column = Pick<ColumnInfo, "name" | "says" | "unit" | "type">;
type Cells = readonly string[];

export interface TableRows {
  readonly columns: readonly Column[];
  /** Text of the cells, in the order of the columns. */
  readonly rows: readonly Cells[];
}

export interface CellDiff {
  /** Cells of the key columns of its row, or the number of the row (from 1) when rows are compared by place. */
  readonly key: Cells;
  readonly column: string;
  readonly before: string;
  readonly after: string;
  /** Null unless both are numbers. */
  readonly number: NumberChange | null;
}

/** A row under its key: its cells in the columns that both tables have, null where a table lacks it. */
export interface RowPair {
  readonly key: Cells;
  readonly before: Cells | null;
  readonly after: Cells | null;
}

/** A column of numbers that both tables have. */
export interface NumberColumn extends Column {
  /** Place among the cells of a `RowPair`. */
  readonly place: number;
  /** Over the rows that both tables have; null without such a row. */
  readonly effect: number | null;
  /** The value of a cell, with its unit; null where there is none. */
  measure(cells: Cells): Measured | null;
}

export interface Measured {
  readonly value: number;
  readonly unit: string | undefined;
}

export interface TableDiff {
  /** Columns that identify rows in both tables; null when there are none, and rows are compared by position. */
  readonly keyColumns: readonly string[] | null;
  readonly columnsAdded: readonly string[];
  readonly columnsRemoved: readonly string[];
  /** Keys of rows that only one of them has, in its order. */
  readonly rowsAdded: readonly Cells[];
  readonly rowsRemoved: readonly Cells[];
  /** Rows of both tables with a cell that differs. */
  readonly rowsChanged: number;
  readonly cellsChanged: number;
  /** The first `MOST_CELLS` of them: what contributes most to the effect of its column comes first, text last. */
  readonly cells: readonly CellDiff[];
  /** The mean of its columns of numbers; null when there is none, or no row that both tables have. */
  readonly effect: number | null;
}

/** The same with all rows, for charts. */
export interface AlignedTables extends TableDiff {
  /** In the order of the later table, then those that only the earlier has. */
  readonly pairs: readonly RowPair[];
  /** Columns of numbers other than the key's. */
  readonly numbers: readonly NumberColumn[];
  /** Units of the key's columns. */
  readonly keyUnits: readonly (string | undefined)[];
}

export const MOST_CELLS = 100;

export function diffTables(before: TableRows, after: TableRows): AlignedTables {
  const shared = sharedColumns(before, after);
  const tables: [Cells[], Cells[]] = [project(before, shared), project(after, shared)];
  const columns = shared.map((column, place) => readColumn(column, place, shared, tables));
  const index = keyOf(tables, columns);
  const keyPlaces = index && withoutIndex(index, tables, columns);
  const pairs = pairsOf(tables, (row, i) => (keyPlaces ? keyPlaces.map((place) => row[place] ?? "") : [String(i + 1)]));
  const changes = columns.map((column) => changesOf(column, pairs));
  const effects = changes.map((cells) => effectOf(cells.flatMap(({ number }) => number ?? [])));
  const differing = changes.map((cells) => cells.filter(isChange));
  const numbers = columns.flatMap((column, i) =>
    column.numeric && !keyPlaces?.includes(i) ? [{ ...column.info, place: i, effect: at(effects, i), measure: column.measure }] : [],
  );
  const keysOf = (found: readonly RowPair[]) => found.map(({ key }) => key);
  return {
    keyColumns: keyPlaces?.map((place) => at(shared, place).name) ?? null,
    columnsAdded: namesBeyond(after, shared),
    columnsRemoved: namesBeyond(before, shared),
    rowsAdded: keysOf(pairs.filter((pair) => !pair.before)),
    rowsRemoved: keysOf(pairs.filter((pair) => !pair.after)),
    rowsChanged: new Set(differing.flat().map(({ key }) => key)).size,
    cellsChanged: differing.flat().length,
    cells: largestFirst(differing, changes).slice(0, MOST_CELLS),
    effect: meanOf(numbers.flatMap(({ effect }) => effect ?? [])),
    pairs,
    numbers,
    keyUnits: keyPlaces?.map((place) => at(columns, place).info.unit) ?? [],
  };
}

/** Of columns of cells that differ, those that contribute most to the effect of their columns. */
function largestFirst(differing: readonly CellDiff[][], columns: readonly CellDiff[][]): CellDiff[] {
  const ranked = differing.flatMap((cells, i) => {
    const size = sumOf(at(columns, i), ({ number }) => number?.size ?? 0) || 1;
    return cells.map((cell) => ({ cell, part: cell.number ? cell.number.moved / size : -1 }));
  });
  return ranked.sort((a, b) => b.part - a.part).map(({ cell }) => cell);
}

export function isEmpty({ columnsAdded, columnsRemoved, rowsAdded, rowsRemoved, cells }: TableDiff): boolean {
  return [columnsAdded, columnsRemoved, rowsAdded, rowsRemoved, cells].every((list) => list.length === 0);
}

/** In the order of the later table; a column that has no value there may have a type in the earlier one. */
function sharedColumns(before: TableRows, after: TableRows): Column[] {
  return after.columns.flatMap((column) => {
    const earlier = before.columns.find(({ name }) => name === column.name);
    const type = column.type ?? earlier?.type;
    return earlier ? [type === undefined ? column : { ...column, type }] : [];
  });
}

function namesBeyond({ columns }: TableRows, shared: readonly Column[]): string[] {
  return columns.map(({ name }) => name).filter((name) => shared.every((column) => column.name !== name));
}

function project({ columns, rows }: TableRows, shared: readonly Column[]): Cells[] {
  const places = shared.map(({ name }) => columns.findIndex((column) => column.name === name));
  return rows.map((row) => places.map((place) => row[place] ?? ""));
}

// Values

interface ReadColumn {
  readonly info: Column;
  readonly place: number;
  readonly numeric: boolean;
  measure(cells: Cells): Measured | null;
}

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const PERCENT = /^-?\d+(\.\d+)?%$/;
/** A text column of this name has the units of a row's numbers. */
const UNIT_COLUMN = "unit";

/**
 * Numbers are what their column declares as such, or, in a column without a declared type, what reads as a number throughout.
 * A column of text is one of numbers only if it holds nothing but percentages.
 */
function readColumn(info: Column, place: number, shared: readonly Column[], tables: readonly (readonly Cells[])[]): ReadColumn {
  const filled = tables.flat().flatMap((row) => row[place] || []);
  const all = (pattern: RegExp) => filled.length > 0 && filled.every((cell) => pattern.test(cell));
  if (info.type === "text" && all(PERCENT))
    return { info: { ...info, unit: "%" }, place, numeric: true, measure: (row) => measured(row[place]?.slice(0, -1), "%") };
  const numeric = info.type === "number" || (info.type === undefined && all(NUMBER));
  if (!numeric) return { info, place, numeric, measure: () => null };
  const unitPlace = info.unit === undefined ? shared.findIndex(({ name, type }) => name === UNIT_COLUMN && type === "text") : -1;
  return { info, place, numeric, measure: (row) => measured(row[place], info.unit ?? (row[unitPlace] || undefined)) };
}

function measured(cell: string | undefined, unit: string | undefined): Measured | null {
  return cell !== undefined && NUMBER.test(cell) && Number.isFinite(Number(cell)) ? { value: Number(cell), unit } : null;
}

function changesOf({ info, place, measure }: ReadColumn, pairs: readonly RowPair[]): CellDiff[] {
  return pairs.flatMap(({ key, before, after }) => {
    if (!before || !after) return [];
    const [a, b] = [measure(before), measure(after)];
    const number = a && b && a.unit === b.unit ? numberChange(a.value, b.value, b.unit) : null;
    return [{ key, column: info.name, before: before[place] ?? "", after: after[place] ?? "", number }];
  });
}

function isChange({ before, after, number }: CellDiff): boolean {
  return number ? number.difference !== 0 : before !== after;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

// Rows

function pairsOf([before, after]: readonly [Cells[], Cells[]], keyOfRow: (row: Cells, index: number) => Cells): RowPair[] {
  const earlier = new Map(before.map((row, i) => [JSON.stringify(keyOfRow(row, i)), { key: keyOfRow(row, i), row }]));
  const pairs = after.map((row, i): RowPair => {
    const key = keyOfRow(row, i);
    const text = JSON.stringify(key);
    const old = earlier.get(text)?.row ?? null;
    earlier.delete(text);
    return { key, before: old, after: row };
  });
  return [...pairs, ...[...earlier.values()].map(({ key, row }): RowPair => ({ key, before: row, after: null }))];
}

/**
 * Places of columns that make every row of each table unique: words before numbers, earlier columns before later ones, and
 * none that the others can do without. Null when even all columns together don't.
 */
function keyOf([a, b]: readonly [Cells[], Cells[]], columns: readonly ReadColumn[]): readonly number[] | null {
  const distinct = (rows: readonly Cells[], key: readonly number[]) =>
    new Set(rows.map((row) => JSON.stringify(key.map((place) => row[place])))).size;
  const isUnique = (key: readonly number[]) => distinct(a, key) === a.length && distinct(b, key) === b.length;
  let key: number[] = [];
  let distinctRows = 0;
  for (const { place } of [...columns.filter(({ numeric }) => !numeric), ...columns.filter(({ numeric }) => numeric)]) {
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

/**
 * The key with the place itself instead of the number of a place (bin 7 starts at 0.5 s): the first column with a unit that grows
 * with the number. Bins of one number may be at different places in two runs, and then they are not the same bin.
 */
function withoutIndex(key: readonly number[], tables: readonly (readonly Cells[])[], columns: readonly ReadColumn[]): readonly number[] {
  const replaced = key.map((place) => {
    const index = at(columns, place);
    const others = key.filter((other) => other !== place);
    if (!index.numeric || index.info.unit !== undefined) return place;
    const lines = tables.flatMap((rows) => [...groupBy(rows, (row) => JSON.stringify(others.map((other) => row[other]))).values()]);
    const growing = columns.find(
      ({ numeric, info, measure }) => numeric && info.unit !== undefined && lines.every((rows) => growsWith(index, measure, rows)),
    );
    return growing?.place ?? place;
  });
  return new Set(replaced).size === key.length ? replaced.sort((x, y) => x - y) : key;
}

/** With rows in the order of the number, each value is larger than the one before. */
function growsWith(index: ReadColumn, measure: ReadColumn["measure"], rows: readonly Cells[]): boolean {
  const values = rows
    .map((row) => ({ number: index.measure(row)?.value ?? Number.NaN, value: measure(row)?.value ?? Number.NaN }))
    .sort((a, b) => a.number - b.number)
    .map(({ value }) => value);
  return values.every((value, i) => !Number.isNaN(value) && (i === 0 || value > at(values, i - 1)));
}
