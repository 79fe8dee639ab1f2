/** Queries return bounded answers: ten times the pool doesn't bring ten times the rows to the program. */
import { beforeAll, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { databaseFiles, NodeEngine } from "../db/open/connection.ts";
import { Pool } from "../db/open/pool.ts";
import { quoteLiteral } from "../db/sql.ts";
import type { Experiment, QueryContext, SqlParams } from "../experiment.ts";
import { queriesOf } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { parseFlags } from "../run/flags.ts";
import { sampleDatabase } from "./sample.ts";

const MOST_GROWTH = 1.2;
/** Longer ones are not for reading. */
const LONGEST_LIST = 100;

/** By experiment: queries that still return a row per step, call, request or session. The list only gets shorter. */
const UNBOUNDED: Readonly<Record<string, readonly string[]>> = {
  "llm_generation/timing_feature_ambiguity": ["duplicate_durations.sql", "duplicates.sql", "query.sql"],
  "llm_generation/timing_fit": ["query.sql"],
  "trace_facts/csv_export": ["sessions.sql"],
};

/** By experiment: flags with which even the sample has more sessions than it chooses. */
const FLAGS: Readonly<Record<string, Parameters<typeof parseFlags>[1]>> = {
  "session/behavioral_drift": { "most-blocks": 1 },
  "session/session_token_steps": { "top-sessions": 1, "context-sessions": 0, "compaction-sessions": 0, "candidate-limit": 1 },
};

/** Rows by query, of all its calls in one run. */
type RowCounts = Record<string, number>;

let once: Map<string, RowCounts>;
let tenTimes: Map<string, RowCounts>;
beforeAll(async () => {
  const experiments = await loadExperiments(experimentIds());
  once = await countsOn(1, experiments);
  tenTimes = await countsOn(10, experiments);
});

it.each(experimentIds())("%s", (id) => {
  const grown = Object.entries(tenTimes.get(id) ?? {}).filter(([file, rows]) => rows > MOST_GROWTH * (once.get(id)?.[file] ?? 0));
  expect(grown.map(([file]) => file).sort()).toEqual(UNBOUNDED[id] ?? []);
});

async function countsOn(times: number, experiments: readonly Experiment[]): Promise<Map<string, RowCounts>> {
  const pool = await repeated(await sampleDatabase(), times);
  try {
    const counts = new Map<string, RowCounts>();
    const provided = new Map<string, unknown>();
    for (const experiment of experiments) {
      const rows: RowCounts = {};
      const needs = Object.fromEntries(Object.entries(experiment.needs).map(([name, { id }]) => [name, provided.get(id)]));
      const options = parseFlags(experiment.flags, FLAGS[experiment.id] ?? {});
      const result = await experiment.run({ db: counting(queriesOf(experiment, pool), rows), options, needs, log: () => undefined });
      provided.set(experiment.id, result.provides);
      counts.set(experiment.id, rows);
    }
    return counts;
  } finally {
    pool.close();
  }
}

function counting(db: QueryContext, counts: RowCounts): QueryContext {
  const count = (file: string, rows: number) => {
    counts[file] = (counts[file] ?? 0) + rows;
  };
  return {
    ...db,
    rows: async (query, params) => {
      const rows = await db.rows(query, params);
      if (!isLimited(rows, params)) count(query.file, rows.length);
      return rows;
    },
    columns: async (query, params) => {
      const columns = await db.columns(query, params);
      count(query.file, Object.values<ArrayLike<unknown>>({ ...columns })[0]?.length ?? 0);
      return columns;
    },
  };
}

/** Lists of the longest, say, end at the parameter `most`, however large the pool is. */
function isLimited(rows: readonly unknown[], { most }: SqlParams = {}): boolean {
  return typeof most === "number" && most <= LONGEST_LIST && rows.length <= most;
}

/** A pool that holds the sessions of a database several times, each time under other names. */
async function repeated(database: string, times: number): Promise<Pool> {
  const engine = await NodeEngine.create({}, databaseFiles(database));
  const apart = 100_000_000;
  const shifted = `* EXCLUDE (copy) REPLACE (round_pk + copy * ${apart} AS round_pk) FROM`;
  const copies = `CROSS JOIN range(${times}) AS copies(copy)`;
  await engine.run(`
    ATTACH ${quoteLiteral(database)} AS original (READ_ONLY);
    ATTACH ':memory:' AS pool;
    CREATE TABLE pool.main.rounds AS
      SELECT * EXCLUDE (copy) REPLACE (round_pk + copy * ${apart} AS round_pk, ingest_seq + copy * ${apart} AS ingest_seq, copy || session_id AS session_id)
      FROM original.rounds ${copies} ORDER BY round_pk;
    CREATE TABLE pool.main.tool_calls AS SELECT ${shifted} original.tool_calls ${copies} ORDER BY round_pk, tool_index;
    CREATE TABLE pool.main.timing_events AS SELECT ${shifted} original.timing_events ${copies} ORDER BY round_pk, event_index;
    DETACH original`);
  return Pool.over(engine, ":memory:");
}
