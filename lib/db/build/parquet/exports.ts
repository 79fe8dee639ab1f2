/** Parquet files sorted into the exports and tables they belong to, with what each lacks and has besides. */
import { messageOf, UserError } from "../../../files/errors.ts";
import { at } from "../../../stats/known.ts";
import { quoteLiteral, quoteName } from "../../sql.ts";
import { columnsOf, isNeeded, type PoolTable, TABLE_NAMES } from "../../tables.ts";
import type { TraceFile } from "../ingest/inputs.ts";
import { conversionSql } from "./convert.ts";
import { layoutOf } from "./layout.ts";

/** What the scan of a group calls the path of a row's file. */
export const PLACE = "place_of_row";
/** Columns that the engine adds to those of a file. */
const ADDED = [PLACE, "file_index", "file_row_number"];

/** Runs a statement and returns its rows: integers as bigint, everything else plain. */
export type Run = <Row>(sql: string) => Promise<Row[]>;

/** A file and how its columns become those of its table. */
export interface TableFile {
  readonly file: TraceFile;
  readonly table: PoolTable;
  /** DuckDB types of its columns by name, in order. */
  readonly types: ReadonlyMap<string, string>;
  /** SQL of the documented columns that it has. */
  readonly given: ReadonlyMap<string, string>;
}

export interface Export {
  /** Its folder. */
  readonly root: string;
  readonly files: ReadonlyMap<PoolTable, readonly TableFile[]>;
}

/**
 * The exports in the order of the files, each with the tables of a trace.
 * @throws UserError for a file that is of no table or cannot be read as its table, and for an export that lacks a table
 */
export async function sortIntoExports(files: readonly TraceFile[], run: Run): Promise<Export[]> {
  const exports = new Map<string, Map<PoolTable, TableFile[]>>();
  for (const file of files) {
    const types = await typesOf(file, run);
    const taken = [...types.keys()].find((name) => ADDED.includes(name.toLowerCase()));
    if (taken !== undefined) throw new UserError(`${file.name} has a column ${taken}, a name that reading needs for itself. Leave it out.`);
    const { table, root, partition } = layoutOf(file.path, [...types.keys()]);
    if (table === null)
      throw new UserError(
        `${file.name} is of no table that is known: its columns are ${[...types.keys()].join(", ")}. Name it after its table, for example rounds.parquet, or leave it out.`,
      );
    const tables = exports.get(root) ?? new Map<PoolTable, TableFile[]>();
    exports.set(root, tables);
    tables.set(table, [...(tables.get(table) ?? []), { file, table, types, given: givenColumns(table, types, partition) }]);
  }
  for (const [root, tables] of exports) refuseIncomplete(root, tables);
  return [...exports].map(([root, tables]) => ({ root, files: tables }));
}

/**
 * Query for all documented columns of a table, those that no file has as NULL, by `round_pk` and in the order of the files
 * and their rows.
 * @param range condition on `round_pk`; null for all rows
 */
export function tableSql(table: PoolTable, files: readonly TableFile[], range: string | null = null): string {
  const order = files.length > 1 ? ` ORDER BY ${Object.hasOwn(columnsOf(table), "round_pk") ? "round_pk, " : ""}at_file, at_row` : "";
  const columns = Object.keys(columnsOf(table)).map((name) => `${columnSql(name, files)} AS ${quoteName(name)}`);
  return `SELECT ${columns.join(", ")} FROM (${sourceSql(table, files)})${range === null ? "" : ` WHERE ${range}`}${order}`;
}

/** Query for the keys of a table and the file of each. */
export function keysSql(files: readonly TableFile[]): string {
  return groups(files)
    .map((group) => `SELECT ${at(group, 0).given.get("round_pk")} AS round_pk, ${PLACE} AS place FROM ${scanSql(group)}`)
    .join(" UNION ALL ");
}

/** Files with the same columns, which one scan can read. */
export function groups(files: readonly TableFile[]): TableFile[][] {
  const bySignature = new Map<string, TableFile[]>();
  for (const file of files) {
    const signature = JSON.stringify([...file.types, ...file.given]);
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), file]);
  }
  return [...bySignature.values()];
}

export function scanSql(group: readonly TableFile[]): string {
  const list = group.map(({ file }) => quoteLiteral(file.path)).join(", ");
  return `read_parquet([${list}], filename = '${PLACE}', hive_partitioning = false, union_by_name = false)`;
}

async function typesOf(file: TraceFile, run: Run): Promise<Map<string, string>> {
  try {
    const columns = await run<{ column_name: string; column_type: string }>(
      `DESCRIBE SELECT * FROM read_parquet(${quoteLiteral(file.path)}, hive_partitioning = false)`,
    );
    return new Map(columns.map(({ column_name: name, column_type: type }) => [name, type]));
  } catch (error) {
    throw new UserError(`${file.name} cannot be read as a Parquet file: ${messageOf(error)}. Fetch it again.`, 2, { cause: error });
  }
}

/** The folder of a partition has what the file itself lacks. */
function givenColumns(
  table: PoolTable,
  types: ReadonlyMap<string, string>,
  partition: Readonly<Record<string, string | null>>,
): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, wanted] of Object.entries(columnsOf(table))) {
    const actual = types.get(name);
    const folder = partition[name];
    if (actual !== undefined) given.set(name, conversionSql(quoteName(name), actual, wanted));
    else if (folder !== undefined)
      given.set(name, folder === null ? `NULL::${wanted}` : conversionSql(quoteLiteral(folder), "VARCHAR", wanted));
  }
  return given;
}

function refuseIncomplete(root: string, tables: ReadonlyMap<PoolTable, readonly TableFile[]>): void {
  const missing = TABLE_NAMES.filter((table) => isNeeded(table) && !tables.has(table));
  if (missing.length > 0)
    throw new UserError(
      `Of the Parquet files in ${root} that were given, none has ${missing.join(" or ")}. Give all files of the export, or its folder; an empty table has a file too.`,
    );
  for (const [table, files] of tables)
    for (const { file, given, types } of files)
      if (TABLE_NAMES.includes(table) && needsKey(table) && !given.has("round_pk"))
        throw new UserError(
          `${file.name} has no column round_pk, which ${table} needs; its columns are ${[...types.keys()].join(", ")}. Export the table with it.`,
        );
}

function needsKey(table: PoolTable): boolean {
  return Object.hasOwn(columnsOf(table), "round_pk");
}

function sourceSql(table: PoolTable, files: readonly TableFile[]): string {
  return groups(files)
    .map((group, index) => {
      const { given } = at(group, 0);
      const columns = Object.entries(columnsOf(table)).map(([name, type]) => `${given.get(name) ?? `NULL::${type}`} AS ${quoteName(name)}`);
      return `SELECT ${columns.join(", ")}, (${index}, file_index) AS at_file, file_row_number AS at_row FROM ${scanSql(group)}`;
    })
    .join(" UNION ALL ");
}

/** What follows from the order of rows is derived when no file has it. */
function columnSql(name: string, files: readonly TableFile[]): string {
  if (files.some(({ given }) => given.has(name))) return quoteName(name);
  if (name === "event_index") return "row_number() OVER (PARTITION BY round_pk ORDER BY at_file, at_row)";
  if (name === "ingest_seq") return "round_pk";
  return quoteName(name);
}
