/** For tests: the pools whose published tables are at hand, and readers for these. Pool A only where `hasShared` holds. */
import fs from "node:fs";
import { buildDatabase } from "../db/build/build.ts";
import { undeclaredValue } from "../db/open/declared-columns.ts";
import { Pool } from "../db/open/pool.ts";
import type { ColumnKind, Experiment, ExperimentResult, Query, QueryContext, Row, Table } from "../experiment.ts";
import { csvText } from "../files/csv.ts";
import { completed, queriesOf, type Result } from "../run/compute.ts";
import { parseFlags } from "../run/flags.ts";
import { inTestCache, oncePerTestRun } from "./once.ts";
import { project, shared } from "./paths.ts";

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

/** A pool that is there as a trace only is built first, once per run of the tests. */
async function openPool(name: ReferencePool): Promise<Pool> {
  if (name === "pool-a") return Pool.open(shared("data", "pool-a.reference.duckdb"));
  const db = await oncePerTestRun(inTestCache("pool-x.duckdb"), async (place) => {
    await buildDatabase({ inputs: [project("data", "pool-x", "trace.jsonl.gz")], db: place });
  });
  return Pool.open(db);
}

/**
 * Runs an experiment on an open pool with the given flags, e.g. `{ "max-steps": 5 }`, and defaults for the others. Those that it
 * needs run with their defaults, unless what they provide is given.
 */
export async function runOn<P>(
  experiment: Experiment<P>,
  pool: Pool,
  flags: Record<string, unknown> = {},
  provided?: Readonly<Record<string, unknown>>,
): Promise<Result<P>> {
  const options = parseFlags(experiment.flags, flags);
  const needs = provided ?? (await providedTo(experiment, pool));
  const result = await experiment.run({ db: checkedQueries(experiment, pool), options, needs, log: () => undefined });
  return completed(experiment, result);
}

async function providedTo({ needs }: Experiment, pool: Pool): Promise<Record<string, unknown>> {
  const provided = Object.entries(needs).map(async ([name, needed]) => [name, (await runOn(needed, pool)).provides]);
  return Object.fromEntries(await Promise.all(provided));
}

/** Queries whose every value is compared with what the experiment declares. */
export function checkedQueries(experiment: Experiment, pool: Pool): QueryContext {
  const db = queriesOf(experiment, pool);
  const check = (query: Query, rows: readonly object[]) => {
    const problem = undeclaredValue(query, rows as readonly Row[]);
    if (problem) throw new Error(problem);
  };
  return {
    rows: async (query, params) => {
      const rows = await db.rows(query, params);
      check(query, rows as object[]);
      return rows;
    },
    columns: async (query, params) => {
      const columns = await db.columns(query, params);
      for (const [name, values] of Object.entries<readonly unknown[]>(columns))
        check(
          { ...query, columns: { [name]: query.columns[name] as ColumnKind } },
          values.map((value) => ({ [name]: value })),
        );
      return columns;
    },
  };
}

/** The rows of a table, the first unless named. @throws when there is none or its rows are streamed */
export function rowsOf({ tables }: ExperimentResult, name = tables[0]?.name): readonly Row[] {
  const rows = tables.find((table) => table.name === name)?.rows;
  if (!rows || "query" in rows) throw new Error(`no rows of a table ${name} at hand`);
  return rows;
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
