/** What runs SQL over a pool: DuckDB in this process, or its build for browsers. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Query, SqlParams } from "../../experiment.ts";

/** Queries of several experiments may overlap. Everywhere, `searchPath` is where SQL looks for tables: schemas as in `search_path`. */
export interface Engine {
  /** Runs statements for their effect. */
  run(sql: string, params?: SqlParams, searchPath?: string): Promise<void>;
  /** All rows as objects of plain values; `declared` is what they are checked against. */
  rows<T>(sql: string, params?: SqlParams, declared?: Query<T>, searchPath?: string): Promise<T[]>;
  /** All rows as one array per column. */
  columns<T>(sql: string, params?: SqlParams, declared?: Query, searchPath?: string): Promise<T>;
  /** Compares the columns of a query, which returns no rows, with those declared. */
  check(sql: string, params: SqlParams | undefined, declared: Query, searchPath?: string): Promise<void>;
  /** The single row of a query that returns exactly one. */
  one<T>(sql: string, params?: SqlParams): Promise<T>;
  /** Writes a file by SQL: `write` gets a place that SQL can write to, and what it leaves there becomes `file`. */
  writeFile<T>(file: string, write: (place: string) => Promise<T>): Promise<T>;
  /** A connection for SQL that is not the program's: it finds tables by name in one schema alone. Only DuckDB in this process has one. */
  connect(schema: string): Promise<DuckDBConnection>;
  close(): void;
}

/** Where queries of the whole pool look for tables. */
export const POOL_PATH = "memory.main";

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  readonly values: unknown[];
}

/** Named one by one, in the same order: rows of one shape, which cost less than entries. */
export function rowsOf<T>(columns: readonly AnswerColumn[]): T[] {
  const count = columns[0]?.values.length ?? 0;
  return Array.from({ length: count }, (_, i) => rowOf(columns, i) as T);
}

function rowOf(columns: readonly AnswerColumn[], i: number): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const column of columns) row[column.name] = column.values[i];
  return row;
}

/** @throws Error unless there is exactly one */
export function onlyRow<T>(rows: readonly T[], sql: string): T {
  const [row] = rows;
  if (row === undefined || rows.length !== 1) throw new Error(`expected one row, got ${rows.length}\nSQL: ${sql}`);
  return row;
}

/** A failed query carries its SQL and parameters. */
export function failedQuery(error: unknown, sql: string, params: SqlParams | undefined): Error {
  const bound = params ? `\nParameters: ${JSON.stringify(params)}` : "";
  return new Error(`${error instanceof Error ? error.message : error}\nSQL: ${sql}${bound}`, { cause: error });
}
