/** How the rows of a part are laid out in a small Parquet file, and SQL that gives them back as they were. */
import { quoteName } from "../sql.ts";
import type { Engine } from "./engine.ts";
import type { PartColumn } from "./merge.ts";

export interface StoredColumn extends PartColumn {
  /** Its numbers are stored as integers, after they are multiplied by this. */
  readonly times?: number;
}

/** Milliseconds and the like are fractions of these; what is none of them is stored as it is. */
const TIMES = [1, 1e3, 1e6, 1e9] as const;
/** Every integer up to here is a DOUBLE. */
const MOST = 2 ** 53;
/** The engine's vector. */
const SOME_ROWS = 2048;
const LARGEST_BIGINT = "9223372036854775807";

/** Columns that the reduction `distributions` ranks, each by itself. */
const RANKED = /^reduced_\d+$/;
/** The column that the reduction `intervals` ranks. */
const RANKED_BY_BLOCK = "reduced_value";

export const LAYOUT = "COMPRESSION zstd, PARQUET_VERSION v2";

/** @param table with these columns */
export async function storedColumns(engine: Engine, table: string, columns: readonly PartColumn[]): Promise<StoredColumn[]> {
  // What fits the first rows mostly fits all, which is one comparison for each number instead of four.
  const some = await fittingTimes(engine, `(FROM ${table} LIMIT ${SOME_ROWS})`, columns, ({ type }) => timesFor(type));
  const all = await fittingTimes(engine, table, columns, (column) => [some.get(column) ?? []].flat());
  const larger = await fittingTimes(engine, table, columns, (column) => {
    const tried = some.get(column);
    return tried === undefined || all.has(column) ? [] : timesFor(column.type).filter((times) => times > tried);
  });
  return columns.map((column) => {
    const times = all.get(column) ?? larger.get(column);
    return times === undefined ? column : { ...column, times };
  });
}

/** The first of the given factors that fits all numbers of a column, for columns where one does. */
async function fittingTimes(
  engine: Engine,
  from: string,
  columns: readonly PartColumn[],
  toTry: (column: PartColumn) => readonly number[],
): Promise<ReadonlyMap<PartColumn, number>> {
  const tries = columns.flatMap((column) => toTry(column).map((times) => ({ column, times })));
  if (tries.length === 0) return new Map();
  const fits = tries.map(({ column, times }, i) => `coalesce(bool_and(${fitsSql(column, times)}), true) AS fits_${i}`);
  const fit = await engine.one<Record<string, boolean>>(`SELECT ${fits.join(", ")} FROM ${from}`);
  const found = tries.filter((_, i) => fit[`fits_${i}`]);
  return new Map(found.reverse().map(({ column, times }) => [column, times]));
}

/** Query for what is stored of a table. Values that are ranked are sorted, because neighbors that are alike take little space. */
export function storeSql(table: string, columns: readonly StoredColumn[]): string {
  const stored = columns.map((column) => `${storedSql(column)} AS ${quoteName(column.name)}`).join(", ");
  const ranked = columns.filter(({ name }) => RANKED.test(name));
  if (ranked.length > 0) return `SELECT ${stored} FROM (${rankedSql(table, columns)})`;
  const order = columns.some(({ name }) => name === RANKED_BY_BLOCK) ? " ORDER BY ALL" : "";
  return `SELECT ${stored} FROM ${table}${order}`;
}

/** The columns as they were, of what is stored. */
export function restoreSql(columns: readonly StoredColumn[]): string {
  return columns.map((column) => `${restoredSql(column)} AS ${quoteName(column.name)}`).join(", ");
}

function timesFor(type: string): readonly number[] {
  if (type === "DOUBLE") return TIMES;
  return /^U?HUGEINT$/.test(type) ? [1] : [];
}

function fitsSql({ name, type }: PartColumn, times: number): string {
  const value = quoteName(name);
  if (type !== "DOUBLE") return `${value} BETWEEN -${LARGEST_BIGINT} AND ${LARGEST_BIGINT}`;
  const isNegativeZero = `(${value} = 0 AND signbit(${value}))`;
  return `abs(${value}) <= ${MOST / times} AND round(${value} * ${times}) / ${times} = ${value} AND NOT ${isNegativeZero}`;
}

function storedSql({ name, type, times }: StoredColumn): string {
  const value = quoteName(name);
  if (times === undefined) return `${value}::${storedType(type)}`;
  return type === "DOUBLE" ? `round(${value} * ${times})::BIGINT` : `${value}::BIGINT`;
}

function restoredSql({ name, type, times = 1 }: StoredColumn): string {
  const value = `${quoteName(name)}::${type}`;
  return times === 1 ? value : `${value} / ${times}`;
}

/** Each column sorted by itself, within the rows that are alike in the others. */
function rankedSql(table: string, columns: readonly PartColumn[]): string {
  const groups = columns.filter(({ name }) => !RANKED.test(name)).map(({ name }) => quoteName(name));
  const sorted = columns.map(({ name }) => (RANKED.test(name) ? `unnest(list_sort(list(${name}))) AS ${name}` : quoteName(name)));
  const by = groups.length === 0 ? "" : ` GROUP BY ${groups.join(", ")} ORDER BY ${groups.join(", ")}`;
  return `SELECT ${sorted.join(", ")} FROM ${table}${by}`;
}

/** Parquet has no integers of 128 bits: the engine would write them as DOUBLE. */
function storedType(type: string): string {
  return type.replaceAll(/\bU?HUGEINT\b/g, "DECIMAL(38, 0)");
}
