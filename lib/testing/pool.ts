/** A tiny pool from row literals, for tests of relations, queries and experiments. */
import { NodeEngine } from "../db/open/connection.ts";
import { Pool, type ShardOptions } from "../db/open/pool.ts";
import type { ReadingOptions } from "../db/open/reading.ts";
import { quoteLiteral, quoteName } from "../db/sql.ts";
import type { Cell } from "../experiment.ts";
import { type Labels, parseLabels } from "../trace/labels.ts";
import { COMPANION_TABLES, type Columns, TRACE_TABLES } from "../trace/schema.ts";

type Values<C extends Columns> = { readonly [K in keyof C]?: Cell };

/**
 * An agent step as a trace row has it: any columns of `rounds`, its events and its tool calls; what is left out is NULL.
 * Timestamps are ISO 8601. `round_pk` and `ingest_seq` are the position in the list, `event_index` and `tool_index`
 * the position in theirs, all from 1, unless given.
 */
export interface StepLiteral extends Values<typeof TRACE_TABLES.rounds> {
  readonly timing_events?: readonly Values<typeof TRACE_TABLES.timing_events>[];
  readonly tools?: readonly Values<typeof TRACE_TABLES.tool_calls>[];
  /** Rows of `tool_inputs`. */
  readonly inputs?: readonly Values<typeof COMPANION_TABLES.tool_inputs>[];
  /** Its row of `round_details`; without it the step has none. */
  readonly details?: Values<typeof COMPANION_TABLES.round_details>;
}

/** A transcript as a row of `sessions`; what is left out is NULL. */
export type TranscriptLiteral = Values<typeof COMPANION_TABLES.sessions>;

const TABLES = { ...TRACE_TABLES, ...COMPANION_TABLES };
type Tables = Record<keyof typeof TABLES, readonly object[]>;

/**
 * Makes a pool in memory that holds the steps and transcripts, and lets `use` work with it. A step with details makes the reading
 * `counted`, as in a file, unless `options` say otherwise.
 *
 * @example
 * await withPool([{ session_id: "s", timing_events: [{ event_type: "text", timestamp: "2026-01-01T00:00:01Z" }] }], async (pool) => {
 *   expect(await pool.rows("-- uses: step_times\nSELECT first_us FROM step_times")).toEqual([{ first_us: 1767225601000000 }]);
 * });
 */
export async function withPool<T>(
  steps: readonly StepLiteral[],
  use: (pool: Pool) => Promise<T>,
  transcripts: readonly TranscriptLiteral[] = [],
  events: readonly Values<typeof COMPANION_TABLES.session_events>[] = [],
  options: ReadingOptions & ShardOptions = {},
): Promise<T> {
  const isPlain = Object.keys(options).length === 0;
  const key = isPlain ? JSON.stringify([steps, transcripts, events]) : {};
  const lent = kept.get(key) ?? { opened: open({ ...tablesOf(steps), sessions: transcripts, session_events: events }, options), users: 0 };
  // The one that was used last is the last to go.
  kept.delete(key);
  kept.set(key, lent);
  lent.users += 1;
  try {
    return await use((await lent.opened).pool);
  } catch (error) {
    // It may have left a relation half-made.
    if (kept.get(key) === lent) kept.delete(key);
    throw error;
  } finally {
    lent.users -= 1;
    if (lent.users === 0 && kept.get(key) !== lent) await lent.opened.then(({ engine }) => close(engine)).catch(() => undefined);
    await giveBack();
  }
}

interface Opened {
  readonly engine: NodeEngine;
  readonly pool: Pool;
}

/** Pools that were used last, by what they hold: other tests of the same steps find the relations that these have made. */
const kept = new Map<unknown, { readonly opened: Promise<Opened>; users: number }>();
const MOST_KEPT = 3;

async function open(tables: Tables, options: ReadingOptions & ShardOptions): Promise<Opened> {
  const engine = idle.pop() ?? (await NodeEngine.create({ threads: 1 }));
  engines.add(engine);
  try {
    await fill(engine, tables);
    return { engine, pool: await Pool.over(engine, ":memory:", options) };
  } catch (error) {
    close(engine);
    throw error;
  }
}

/** Empties the engines of the pools that were used longest ago. */
async function giveBack(): Promise<void> {
  while (kept.size > MOST_KEPT) {
    // Looked up again each time, since other tests go on while an engine is emptied.
    const [unused] = [...kept].filter(([, { users }]) => users === 0);
    if (!unused) return;
    const [key, { opened }] = unused;
    kept.delete(key);
    const { engine } = await opened;
    await empty(engine);
    idle.push(engine);
  }
}

/** Labels of sessions as lines `session,key,value` of a file. */
export function labelsOf(...lines: readonly string[]): Labels {
  const file = "labels.csv";
  return { file, id: "f00d", rows: parseLabels(["session,key,value", ...lines].join("\n"), file) };
}

/** Engines for the next pools of a process: starting one costs as much as all else of a pool. */
const idle: NodeEngine[] = [];
/** All that are open. */
const engines = new Set<NodeEngine>();
process.once("exit", () => {
  for (const engine of engines) engine.close();
});

function close(engine: NodeEngine): void {
  engines.delete(engine);
  engine.close();
}

/** Tables of companion files are left out when they have no rows, as in a database of plain traces. */
async function fill(engine: NodeEngine, tables: Tables): Promise<void> {
  const made = (Object.entries(tables) as [keyof Tables, readonly object[]][]).filter(
    ([table, rows]) => table in TRACE_TABLES || rows.length > 0,
  );
  await engine.run(
    ["ATTACH ':memory:' AS pool", ...made.map(([table, rows]) => createTable(`pool.main.${table}`, TABLES[table], rows))].join(";\n"),
  );
}

/** Removes what `fill` and the pool have made. */
async function empty(engine: NodeEngine): Promise<void> {
  const made = await engine.rows<{ drop: string }>(`
    SELECT format('DROP VIEW main."{}"', view_name) AS drop FROM duckdb_views() WHERE database_name = 'memory' AND schema_name = 'main' AND NOT internal
    UNION ALL
    SELECT format('DROP TABLE main."{}"', table_name) FROM duckdb_tables() WHERE database_name = 'memory' AND schema_name = 'main'
    UNION ALL
    SELECT format('DROP SCHEMA "{}" CASCADE', schema_name) FROM duckdb_schemas() WHERE database_name = 'memory' AND NOT internal
    UNION ALL
    SELECT format('DETACH "{}"', database_name) FROM duckdb_databases() WHERE database_name <> 'memory' AND NOT internal`);
  await engine.run(made.map(({ drop }) => drop).join(";\n"));
}

function tablesOf(steps: readonly StepLiteral[]): Omit<Tables, "sessions" | "session_events"> {
  const numbered = steps.map((step, i) => ({ round_pk: i + 1, ingest_seq: i + 1, ...step }));
  return {
    rounds: numbered.map(({ timing_events: _events, tools: _tools, details: _details, inputs: _inputs, ...round }) => round),
    timing_events: numbered.flatMap(({ round_pk, timing_events = [] }) =>
      timing_events.map((event, i) => ({ round_pk, event_index: i + 1, ...event })),
    ),
    tool_calls: numbered.flatMap(({ round_pk, tools = [] }) => tools.map((tool, i) => ({ round_pk, tool_index: i + 1, ...tool }))),
    round_details: numbered.flatMap(({ round_pk, details }) => (details ? [{ round_pk, ...details }] : [])),
    tool_inputs: numbered.flatMap(({ round_pk, inputs = [] }) => inputs.map((input, i) => ({ round_pk, tool_index: i + 1, ...input }))),
  };
}

/** Reads only columns that have values: each that is read from JSON takes as long as several that are not. */
function createTable(name: string, columns: Columns, rows: readonly object[]): string {
  const all = Object.entries(columns).map(([column, type]) => `${quoteName(column)} ${type}`);
  const create = `CREATE TABLE ${name} (${all.join(", ")})`;
  if (rows.length === 0) return create;
  const given = new Set(rows.flatMap(Object.keys));
  const used = Object.entries(columns).filter(([column]) => given.has(column));
  const names = used.map(([column]) => quoteName(column));
  const values = names.map((column) => `r.${column}`).join(", ");
  const shape = quoteLiteral(JSON.stringify([Object.fromEntries(used)]));
  const json = quoteLiteral(JSON.stringify(rows));
  return `${create};\nINSERT INTO ${name} (${names.join(", ")}) SELECT ${values} FROM (SELECT unnest(from_json(${json}, ${shape})) AS r)`;
}
