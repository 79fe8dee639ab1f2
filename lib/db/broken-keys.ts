/** Whether steps have keys of their own and everything else belongs to a step. */
import fs from "node:fs";
import type { CompanionTable, TraceTable } from "../trace/schema.ts";
import { quoteName } from "./sql.ts";

const SQL = fs.readFileSync(new URL("./broken-keys.sql", import.meta.url), "utf8");

export type KeyedTable = TraceTable | Extract<CompanionTable, "round_details" | "tool_inputs">;
const KEYED_TABLES: readonly KeyedTable[] = ["rounds", "tool_calls", "timing_events", "round_details", "tool_inputs"];

export interface BrokenKey {
  readonly problem: "missing" | "duplicate" | "orphan";
  readonly table: KeyedTable;
  readonly roundPk: string | null;
  /** Rows of the table with this problem; of duplicates, keys. */
  readonly count: number;
  /** Where it is, up to two places. */
  readonly places: readonly string[];
}

type Row = Omit<BrokenKey, "table" | "roundPk"> & { readonly table_name: KeyedTable; readonly round_pk: string | null };

/**
 * @param run a statement on an engine without views of these names, which returns its rows
 * @param keysOf query for the columns `round_pk` and `place` of a table; null when there is no such table
 */
export async function findBrokenKey(
  run: (sql: string) => Promise<readonly unknown[]>,
  keysOf: (table: KeyedTable) => string | null,
): Promise<BrokenKey | null> {
  for (const table of KEYED_TABLES)
    await run(
      `CREATE OR REPLACE VIEW ${quoteName(`key_${table}`)} AS ${keysOf(table) ?? "SELECT NULL::BIGINT AS round_pk, NULL::VARCHAR AS place WHERE false"}`,
    );
  const [row] = (await run(SQL)) as readonly Row[];
  if (!row) return null;
  const { problem, table_name: table, round_pk: roundPk, count, places } = row;
  return { problem, table, roundPk, count, places: places.filter((place) => place !== null) };
}

/** What is wrong, as the middle of a sentence: `3 rows of tool_calls belong to no row of rounds, the first with round_pk 7`. */
export function describeBrokenKey({ problem, table, roundPk, count }: BrokenKey): string {
  const rows = count === 1 ? `1 row of ${table}` : `${count.toLocaleString("en-US")} rows of ${table}`;
  switch (problem) {
    case "missing":
      return `${rows} ${count === 1 ? "has" : "have"} no round_pk`;
    case "duplicate":
      return `round_pk ${roundPk} is in more than one row of ${table}`;
    case "orphan":
      return count === 1
        ? `1 row of ${table} belongs to no row of rounds: round_pk ${roundPk}`
        : `${rows} belong to no row of rounds, the first with round_pk ${roundPk}`;
  }
}
