/** Runs one experiment in a test. */
import { undeclaredValue } from "../db/open/declared-columns.ts";
import type { Pool } from "../db/open/pool.ts";
import type { ColumnKind, Experiment, ExperimentResult, Query, Row } from "../experiment.ts";
import { completed, type Queries, queriesOf, type Result } from "../run/compute.ts";
import { parseFlags } from "../run/flags.ts";

/** What experiments returned on open pools without flags, which many tests look at. */
const returned = new WeakMap<Pool, Map<Experiment, Promise<Result>>>();

/**
 * Runs an experiment on an open pool with the given flags, e.g. `{ "max-steps": 5 }`, and defaults for the others. Those that it
 * needs run with their defaults, unless what they provide is given. Without flags, an experiment runs once on a pool.
 */
export async function runOn<P>(
  experiment: Experiment<P>,
  pool: Pool,
  flags: Record<string, unknown> = {},
  provided?: Readonly<Record<string, unknown>>,
): Promise<Result<P>> {
  if (provided || Object.keys(flags).length > 0) return run(experiment, pool, flags, provided);
  const onPool = returned.get(pool) ?? new Map();
  returned.set(pool, onPool);
  const result = onPool.get(experiment) ?? run(experiment, pool, flags);
  onPool.set(experiment, result);
  return result;
}

async function run<P>(
  experiment: Experiment<P>,
  pool: Pool,
  flags: Record<string, unknown>,
  provided?: Readonly<Record<string, unknown>>,
): Promise<Result<P>> {
  const options = parseFlags(experiment.flags, flags);
  const needs = provided ?? (await providedTo(experiment, pool));
  const db = checkedQueries(experiment, pool);
  const result = await experiment.run({ db, options, needs, log: () => undefined });
  await db.close();
  return completed(experiment, result, pool);
}

async function providedTo({ needs }: Experiment, pool: Pool): Promise<Record<string, unknown>> {
  const provided = Object.entries(needs).map(async ([name, needed]) => [name, (await runOn(needed, pool)).provides]);
  return Object.fromEntries(await Promise.all(provided));
}

/** Queries whose every value is compared with what the experiment declares. */
export function checkedQueries(experiment: Experiment, pool: Pool): Queries {
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
      for (const [name, values] of Object.entries<Iterable<unknown>>({ ...columns }))
        check(
          { ...query, columns: { [name]: query.columns[name] as ColumnKind } },
          Array.from(values, (value) => ({ [name]: value })),
        );
      return columns;
    },
    distributions: db.distributions,
    bins: db.bins,
    intervals: db.intervals,
    sample: async (query, request, params) => {
      const rows = await db.sample(query, request, params);
      check(query, rows as object[]);
      return rows;
    },
    close: db.close,
  };
}

/** The rows of a table, the first unless named. @throws when there is none or its rows are streamed */
export function rowsOf({ tables }: ExperimentResult, name = tables[0]?.name): readonly Row[] {
  const rows = tables.find((table) => table.name === name)?.rows;
  if (!rows || "query" in rows) throw new Error(`no rows of a table ${name} at hand`);
  return rows;
}
