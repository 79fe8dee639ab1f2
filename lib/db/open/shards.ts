/**
 * The shards of a pool. Each holds whole conversations, chosen by the hash of the session at the root, and is a database of views over the
 * tables of the pool: `stored`, `counted` and main as the pool has them, without the rows of other shards.
 */
import fs from "node:fs";
import type { Accounting } from "../../trace/readings.ts";
import { columnsOf, isNeeded, type PoolTable, TABLE_NAMES } from "../tables.ts";
import { type Engine, POOL_PATH } from "./engine.ts";
import { madeFor } from "./reading.ts";

const OF_SESSION = fs.readFileSync(new URL("./shard-of-session.sql", import.meta.url), "utf8");
const OF_STEP = fs.readFileSync(new URL("./shard-of-step.sql", import.meta.url), "utf8");

/** Makes tables that say which shard each session and each step is of. */
export async function assignShards(engine: Engine, count: number): Promise<void> {
  await engine.run("CREATE SCHEMA sharding");
  await engine.run(`CREATE TABLE sharding.sessions AS\n${OF_SESSION.replaceAll("$shards", String(count))}`);
  await engine.run(`CREATE TABLE sharding.steps AS\n${OF_STEP}`);
}

/** Condition for the stored rows that are of a shard, once shards are assigned; null for tables that all shards share. */
export function rowsOfShard(table: PoolTable, shard: number): string | null {
  const key = keyOf(table);
  if (key === undefined) return null;
  const ofShard = `${key} IN (SELECT ${key} FROM memory.sharding.${key === "round_pk" ? "steps" : "sessions"} WHERE shard = ${shard})`;
  return shard === 0 ? `(${ofShard} OR ${key} IS NULL)` : ofShard;
}

/** Makes the databases of the shards and returns their names. */
export async function makeShards(engine: Engine, count: number, accounting: Accounting): Promise<string[]> {
  await assignShards(engine, count);
  const { hasNull } = await engine.one<{ hasNull: boolean }>('SELECT EXISTS (FROM sharding.steps WHERE round_pk IS NULL) AS "hasNull"');
  const names = Array.from({ length: count }, (_, i) => `shard_${i}`);
  for (const [i, name] of names.entries()) {
    await engine.run(`ATTACH ':memory:' AS ${name}`);
    await engine.run(shardSql(name, i, accounting, i === 0 && hasNull));
    for (const { kind, name: table, sql } of madeFor(accounting))
      if (kind === "VIEW" && !table.includes("."))
        await engine.run(`CREATE VIEW ${name}.main.${table} AS\n${sql}`, undefined, shardPath(name));
  }
  return names;
}

/** Where queries of a shard look for tables: what it does not have is the pool's. */
export function shardPath(name: string): string {
  return `${name}.main,${POOL_PATH}`;
}

/** Condition for the rows of a relation of the whole pool that a shard has, by the columns of the relation. Rows that are not of steps or sessions are all there. */
export function ofShard(name: string, columns: readonly string[]): string {
  const key = ["round_pk", "session_id"].find((column) => columns.includes(column));
  return key === undefined ? "true" : `${key} IN (SELECT ${key} FROM ${name}.main.shard_${key === "round_pk" ? "steps" : "sessions"})`;
}

function shardSql(name: string, shard: number, accounting: Accounting, hasNull: boolean): string {
  const ofStep = `${ofShard(name, ["round_pk"])}${hasNull ? " OR round_pk IS NULL" : ""}`;
  const ofSession = `${ofShard(name, ["session_id"])}${shard === 0 ? " OR session_id IS NULL" : ""}`;
  const view = (table: string, condition: string) => `CREATE VIEW ${name}.${table} AS FROM memory.${table} WHERE ${condition}`;
  return [
    `CREATE SCHEMA ${name}.stored`,
    `CREATE SCHEMA ${name}.counted`,
    `CREATE TABLE ${name}.main.shard_steps AS SELECT round_pk FROM memory.sharding.steps WHERE shard = ${shard} ORDER BY round_pk`,
    `CREATE TABLE ${name}.main.shard_sessions AS SELECT session_id FROM memory.sharding.sessions WHERE shard = ${shard} ORDER BY session_id`,
    ...tablesBy("round_pk").map((table) => view(table, ofStep)),
    ...tablesBy("session_id").map((table) => view(table, ofSession)),
    ...madeFor(accounting)
      .filter(({ kind, name: table }) => kind === "TABLE" && table !== "counted.roots")
      .map(({ name: table }) => view(table, ofStep)),
  ].join(";\n");
}

/** Full names of the tables that have the column; those with a round_pk go by that. */
function tablesBy(column: "round_pk" | "session_id"): string[] {
  return TABLE_NAMES.filter((table) => keyOf(table) === column).map((table) => (isNeeded(table) ? `stored.${table}` : `main.${table}`));
}

function keyOf(table: PoolTable): "round_pk" | "session_id" | undefined {
  return (["round_pk", "session_id"] as const).find((key) => Object.hasOwn(columnsOf(table), key));
}
