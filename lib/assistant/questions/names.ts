/** What questions can be restricted to in a pool. */
import fs from "node:fs";

/** What the pool has, each name once. */
export interface PoolNames {
  readonly providers: readonly string[];
  readonly models: readonly string[];
  readonly projects: readonly string[];
  readonly tools: readonly string[];
}

const NAMES = fs.readFileSync(new URL("./names.sql", import.meta.url), "utf8");

/** @param database a pool, or a database that has the relation `step_facts` as a table */
export async function readNames(database: { rows<T>(sql: string): Promise<T[]> }): Promise<PoolNames> {
  const rows = await database.rows<{ kind: keyof PoolNames; name: string }>(NAMES);
  const of = (kind: keyof PoolNames) => rows.filter((row) => row.kind === kind).map(({ name }) => name);
  return { providers: of("providers"), models: of("models"), projects: of("projects"), tools: of("tools") };
}
