/**
 * The shards of a pool. Each holds whole conversations, chosen by the hash of the session at the root, and is a database of views over the
 * tables of the pool: `stored`, `counted` and main as the pool has them, without the rows of other shards.
 */
import fs from "node:fs";
import { relationsOf } from "../../relations/relations.ts";
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

/** What the tables of a shard are made of. */
export interface ShardSource {
  /** Queries for the keys of its steps and of its sessions. */
  readonly steps: string;
  readonly sessions: string;
  /** Query for its rows of a table that has one of the keys. */
  rowsOf(table: PoolTable): string;
}

/** Shards as `assignShards` has divided the tables of the pool. */
export async function assignedShards(engine: Engine): Promise<(shard: number) => ShardSource> {
  const { hasNull } = await engine.one<{ hasNull: boolean }>('SELECT EXISTS (FROM sharding.steps WHERE round_pk IS NULL) AS "hasNull"');
  return (shard) => ({
    steps: `SELECT round_pk FROM memory.sharding.steps WHERE shard = ${shard} ORDER BY round_pk`,
    sessions: `SELECT session_id FROM memory.sharding.sessions WHERE shard = ${shard} ORDER BY session_id`,
    rowsOf: (table) => {
      const ofKey = ofShard(shardName(shard), [keyOf(table) ?? ""]);
      const isNull = shard === 0 && (keyOf(table) === "session_id" || hasNull);
      return `FROM memory.${placeOf(table)} WHERE ${ofKey}${isNull ? ` OR ${keyOf(table)} IS NULL` : ""}`;
    },
  });
}

/**
 * Shards whose rows have files of their own.
 * @param rowsOf query for the rows of a table in the files of a shard
 */
export function filedShards(rowsOf: (table: PoolTable, shard: number) => string): (shard: number) => ShardSource {
  const keys = (key: Key, tables: readonly PoolTable[], shard: number) =>
    `SELECT ${key} FROM (${tables.map((table) => `SELECT ${key} FROM (${rowsOf(table, shard)})`).join(" UNION ")}) WHERE ${key} IS NOT NULL ORDER BY ${key}`;
  return (shard) => ({
    steps: keys("round_pk", tablesWith("round_pk"), shard),
    sessions: keys("session_id", tablesWith("session_id"), shard),
    rowsOf: (table) => rowsOf(table, shard),
  });
}

/**
 * Makes the database of a shard.
 * @param name of the database
 * @param relation makes a relation of the shard; null when the tables of the reading are those of the pool
 * @param keys what the keys of its steps and sessions become: a view where they are hardly read
 */
export async function makeShard(
  engine: Engine,
  name: string,
  { steps, sessions, rowsOf }: ShardSource,
  accounting: Accounting,
  relation: ((name: string) => Promise<void>) | null,
  keys: "TABLE" | "VIEW" = "TABLE",
): Promise<void> {
  await engine.run(`ATTACH ':memory:' AS ${name}`);
  await engine.run(
    [
      `CREATE SCHEMA ${name}.stored`,
      `CREATE SCHEMA ${name}.counted`,
      `CREATE ${keys} ${name}.main.shard_steps AS ${steps}`,
      `CREATE ${keys} ${name}.main.shard_sessions AS ${sessions}`,
      ...[...tablesBy("round_pk"), ...tablesBy("session_id")].map((table) => `CREATE VIEW ${name}.${placeOf(table)} AS ${rowsOf(table)}`),
    ].join(";\n"),
  );
  for (const { kind, name: made, sql } of madeFor(accounting))
    if (kind === "TABLE" && relation) {
      for (const read of relationsOf(sql)) await relation(read);
      await engine.run(`CREATE TABLE ${name}.${made} AS\n${sql}`, undefined, shardPath(name));
    } else if (kind === "TABLE" && made !== "counted.roots")
      await engine.run(`CREATE VIEW ${name}.${made} AS FROM memory.${made} WHERE ${ofShard(name, ["round_pk"])}`);
    else if (kind === "VIEW" && !made.includes("."))
      await engine.run(`CREATE VIEW ${name}.main.${made} AS\n${sql}`, undefined, shardPath(name));
}

export function shardName(shard: number): string {
  return `shard_${shard}`;
}

/** Where queries of a shard look for tables: what it does not have is the pool's. */
export function shardPath(name: string): string {
  return `${name}.main,${POOL_PATH}`;
}

/** Condition for the rows of a relation of the whole pool that a shard has, by the columns of the relation. Rows that are not of steps or sessions are all there. */
export function ofShard(name: string, columns: readonly string[]): string {
  const key = keyIn(columns);
  return key === undefined ? "true" : `${key} IN (SELECT ${key} FROM ${name}.main.shard_${key === "round_pk" ? "steps" : "sessions"})`;
}

const KEYS = ["round_pk", "session_id"] as const;
export type Key = (typeof KEYS)[number];

/** The column by which rows are of a shard; none for rows that all shards have. */
export function keyIn(columns: readonly string[]): Key | undefined {
  return KEYS.find((column) => columns.includes(column));
}

/** Tables that name steps, or sessions. */
export function tablesWith(key: Key): PoolTable[] {
  return key === "session_id" ? ["rounds", ...tablesBy(key)] : tablesBy(key);
}

/** Tables that have the column; those with a round_pk go by that. */
function tablesBy(column: Key): PoolTable[] {
  return TABLE_NAMES.filter((table) => keyOf(table) === column);
}

/** In the databases of the pool and of its shards. */
function placeOf(table: PoolTable): string {
  return `${isNeeded(table) ? "stored" : "main"}.${table}`;
}

function keyOf(table: PoolTable): Key | undefined {
  return keyIn(Object.keys(columnsOf(table)));
}
