/** All tables that a database may have, in documented order: needed ones first. */
import { COMPANION_TABLES, type Columns, PRIVATE_COLUMNS, PRIVATE_TABLES, SOURCE_TABLES, TRACE_TABLES } from "../trace/schema.ts";

const TABLES = { ...TRACE_TABLES, ...COMPANION_TABLES, ...SOURCE_TABLES } as const satisfies Record<string, Columns>;

/** A documented table. */
export type PoolTable = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as readonly PoolTable[];

export function columnsOf(table: PoolTable): Columns {
  return TABLES[table];
}

/** Columns that may leave the pool; none of a private table. */
export function publicColumnsOf(table: PoolTable): Columns {
  const columns = PRIVATE_TABLES.has(table) ? [] : Object.entries(columnsOf(table));
  return Object.fromEntries(columns.filter(([name]) => !PRIVATE_COLUMNS.has(`${table}.${name}`)));
}

/** Whether every database has it. */
export function isNeeded(table: PoolTable): boolean {
  return Object.hasOwn(TRACE_TABLES, table);
}
