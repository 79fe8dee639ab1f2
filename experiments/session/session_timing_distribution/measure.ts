/** Where the time goes: statistics and shares of each kind of time, per session, request, step and single event. */

import type { QueryContext } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { type Summary, summarize } from "../../../lib/stats/summary.ts";
import type { Activity } from "../../../lib/trace/activities.ts";
import { SCOPES, type Scope, valuesInScope } from "../../../lib/trace/scopes.ts";

/** After an hour the cache is cold in any case: longer waits count as this many seconds in the capped view. */
const HUMAN_CAP_S = 3600;

const QUERIES = {
  sessions: "query.sql",
  requests: "requests.sql",
  steps: "steps.sql",
  waits: "waits.sql",
  generations: "generations.sql",
  calls: "calls.sql",
} as const;
type Source = keyof typeof QUERIES;

export type Category = "total" | Activity;
export type Block = "session" | "session_capped" | "request" | "step" | "individual";

interface RowOfBlock {
  readonly category: Category;
  /** Seconds: a column of the query `source`. */
  readonly column: string;
  readonly source: Source;
}

interface BlockDefinition {
  readonly block: Block;
  readonly rows: readonly RowOfBlock[];
  /** Column of the same query whose sum is 100 %; without it there are no shares. */
  readonly whole: string | null;
}

/** In the order of the tables. */
const BLOCKS: readonly BlockDefinition[] = [
  blockOf("session", "sessions", "wall_s", { total: "wall_s", human: "human_s", generation: "generation_s", tool: "tool_s" }),
  blockOf("session_capped", "sessions", "capped_total_s", {
    total: "capped_total_s",
    human: "human_capped_s",
    generation: "generation_s",
    tool: "tool_s",
  }),
  blockOf("request", "requests", "response_s", { total: "response_s", generation: "generation_s", tool: "tool_s" }),
  blockOf("step", "steps", "busy_s", { generation: "generation_s", tool: "tool_s" }),
  {
    block: "individual",
    whole: null,
    rows: [
      { category: "human", source: "waits", column: "seconds" },
      { category: "generation", source: "generations", column: "seconds" },
      { category: "tool", source: "calls", column: "seconds" },
    ],
  },
];

/** Seconds of one kind over the units of a block. Statistics of no units are 0. */
export interface TimeSummary extends Summary<0> {
  readonly scope: Scope;
  readonly block: Block;
  readonly category: Category;
  /** Part of the summed whole; above 1 where tools ran side by side. Null for the whole itself and where there is none. */
  readonly share: number | null;
}

type TimeColumns = { readonly provider: readonly (string | null)[] } & Readonly<Record<string, ArrayLike<number>>>;
/** Columns of every query. */
export type Times = Readonly<Record<Source, TimeColumns>>;

export async function readTimes(db: QueryContext): Promise<Times> {
  const read = async ([source, query]: [string, string]) =>
    [source, await db.columns<TimeColumns>(query, source === "sessions" ? { human_cap_s: HUMAN_CAP_S } : undefined)] as const;
  return Object.fromEntries(await Promise.all(Object.entries(QUERIES).map(read))) as Times;
}

/** One summary for each scope, block and kind of time, in this order. */
export function summarizeTimes(times: Times): TimeSummary[] {
  return SCOPES.flatMap((scope) => BLOCKS.flatMap((block) => summarizeBlock(times, scope, block)));
}

/** @throws when there is no such summary */
export function timeSummaryOf(summaries: readonly TimeSummary[], scope: Scope, block: Block, category: Category): TimeSummary {
  const found = summaries.find((summary) => summary.scope === scope && summary.block === block && summary.category === category);
  if (!found) throw new Error(`no ${category} time of block ${block} in ${scope}`);
  return found;
}

/** Seconds of the single events of one kind, in file order. */
export function individualSeconds(times: Times, scope: Scope, category: Category): Float64Array {
  const row = BLOCKS.flatMap(({ block, rows }) => (block === "individual" ? rows : [])).find((each) => each.category === category);
  return row ? seconds(times, scope, row) : new Float64Array();
}

function summarizeBlock(times: Times, scope: Scope, { block, rows, whole }: BlockDefinition): TimeSummary[] {
  return rows.map((row) => {
    const values = seconds(times, scope, row);
    const total = whole === null ? 0 : sumInOrder(seconds(times, scope, { ...row, column: whole }));
    const share = row.category === "total" || total <= 0 ? null : sumInOrder(values) / total;
    return { scope, block, category: row.category, ...summarize(values, 0), share };
  });
}

function seconds(times: Times, scope: Scope, { source, column }: Pick<RowOfBlock, "source" | "column">): Float64Array {
  const columns = times[source];
  return valuesInScope(scope, columns.provider, columns[column] as ArrayLike<number>);
}

function blockOf(block: Block, source: Source, whole: string, columns: Partial<Record<Category, string>>): BlockDefinition {
  const rows = Object.entries(columns).map(([category, column]) => ({ category: category as Category, column, source }));
  return { block, rows, whole };
}
