/** For tests: the pools whose published tables are at hand, and readers for these. Pool A only where `hasShared` holds. */
import fs from "node:fs";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import type { Experiment, Table } from "../experiment.ts";
import { csvText } from "../files/csv.ts";
import { inTestCache, oncePerTestRun } from "./once.ts";
import { project, shared } from "./paths.ts";

export { publishedHeadlines as asPublished } from "../artifacts/headlines.ts";

export { checkedQueries, rowsOf, runOn } from "./run-on.ts";

export const REFERENCE_POOLS = ["pool-a", "pool-x"] as const;
export type ReferencePool = (typeof REFERENCE_POOLS)[number];

/** Open until the process ends, so that the test files of a worker share the relations. */
const opened = new Map<ReferencePool, Promise<Pool>>();

/** Lets `use` work with one of the pools. */
export async function withReferencePool<T>(name: ReferencePool, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = opened.get(name) ?? openPool(name);
  opened.set(name, pool);
  return use(await pool);
}

async function openPool(name: ReferencePool): Promise<Pool> {
  return Pool.open(await referenceDatabase(name), { threads: 1 });
}

/** The database file of a pool. One that is there as a trace only is built first, once per run of the tests. */
export async function referenceDatabase(name: ReferencePool): Promise<string> {
  if (name === "pool-a") return shared("data", "pool-a.reference.duckdb");
  return oncePerTestRun(inTestCache("pool-x.duckdb"), async (place) => {
    await buildDatabase({ inputs: [project("data", "pool-x", "trace.jsonl.gz")], db: place });
  });
}

/** The text of a table's file. @throws when its rows are streamed */
export function csvOf({ name, columns, rows }: Table): string {
  if ("query" in rows) throw new Error(`the rows of ${name} are streamed`);
  return csvText(
    columns.map((column) => column.name),
    rows,
  );
}

/** Text of a published file of an experiment, e.g. `headline.json`. */
export function published(pool: ReferencePool, experiment: Experiment, file: string): string {
  return fs.readFileSync(shared("golden", pool, experiment.id, file), "utf8");
}

/** The cells of all tables of a Markdown text, row by row, headings included; alignment rows and other lines are left out. */
export function markdownCells(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|") && !/^[|:\s-]+$/.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
