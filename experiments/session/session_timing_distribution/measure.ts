/** Where the time goes: statistics and shares of each kind of time, per session, request, step and single event. */
import { CURVE_POINTS } from "../../../lib/chart/cdf.ts";
import { type IntervalOf, type Query, type QueryContext, query, type SqlParams, type ValueColumn } from "../../../lib/experiment.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type Summary, summaryOf } from "../../../lib/stats/summary.ts";
import type { Activity } from "../../../lib/trace/activities.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";
import { distributionsByScope, SCOPES, type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";

export const SESSIONS = query("query.sql", {
  session_id: "text",
  provider: "text?",
  wall_s: "number",
  human_s: "number",
  human_capped_s: "number",
  generation_s: "number",
  tool_s: "number",
  capped_total_s: "number",
});
const REQUESTS = query("requests.sql", { provider: "text?", response_s: "number", generation_s: "number", tool_s: "number" });
export const STEPS = query("steps.sql", { provider: "text?", generation_s: "number", tool_s: "number", busy_s: "number" });
export const WAITS = query("waits.sql", { provider: "text?", session_id: "text?", seconds: "number" });
export const GENERATIONS = query("generations.sql", { provider: "text?", session_id: "text?", seconds: "number" });
export const CALLS = query("calls.sql", { provider: "text?", session_id: "text?", seconds: "number" });

/** After an hour the cache is cold in any case: longer waits count as this many seconds in the capped view. */
const HUMAN_CAP_S = 3600;

export const FIVE_MINUTES_S = 300;

export type Category = "total" | Activity;
export type Block = "session" | "session_capped" | "request" | "step" | "individual";

/** Seconds of one kind over the units of a block. Statistics of no units are 0. */
export interface TimeSummary extends Summary<0> {
  readonly scope: Scope;
  readonly block: Block;
  readonly category: Category;
  /** Part of the summed whole; above 1 where tools ran in parallel. Null for the whole itself and where there is none. */
  readonly share: number | null;
}

export type MeasuredTimes = Awaited<ReturnType<typeof measureTimes>>;

export type WaitInterval = (scope: Scope) => IntervalOf["interval"];

/** Columns of the times of a block; the whole is 100 %. */
interface Kinds<C> {
  readonly whole: C;
  readonly of: readonly (readonly [Category, C])[];
}

/** Summaries, one for each scope, block and kind of time, in this order, and the durations of single events. */
export async function measureTimes(db: QueryContext) {
  const capped = { human_cap_s: HUMAN_CAP_S };
  const blocks = await Promise.all([
    blockOf(
      "session",
      db,
      SESSIONS,
      {
        whole: "wall_s",
        of: [
          ["total", "wall_s"],
          ["human", "human_s"],
          ["generation", "generation_s"],
          ["tool", "tool_s"],
        ],
      },
      capped,
    ),
    blockOf(
      "session_capped",
      db,
      SESSIONS,
      {
        whole: "capped_total_s",
        of: [
          ["total", "capped_total_s"],
          ["human", "human_capped_s"],
          ["generation", "generation_s"],
          ["tool", "tool_s"],
        ],
      },
      capped,
    ),
    blockOf("request", db, REQUESTS, {
      whole: "response_s",
      of: [
        ["total", "response_s"],
        ["generation", "generation_s"],
        ["tool", "tool_s"],
      ],
    }),
    blockOf("step", db, STEPS, {
      whole: "busy_s",
      of: [
        ["generation", "generation_s"],
        ["tool", "tool_s"],
      ],
    }),
  ]);
  const single = {
    human: await singleOf(db, WAITS),
    generation: await singleOf(db, GENERATIONS),
    tool: await singleOf(db, CALLS),
  };
  const individual = (scope: Scope) =>
    (["human", "generation", "tool"] as const).map((category): TimeSummary => {
      const statistics = summaryOf(single[category](scope), 0);
      return { scope, block: "individual", category, ...statistics, share: null };
    });
  return { summaries: SCOPES.flatMap((scope) => [...blocks.flatMap((block) => block(scope)), ...individual(scope)]), single };
}

/** Intervals of the share of the sessions' time that waits for the human take, by provider. */
export async function waitIntervals(db: QueryContext): Promise<WaitInterval> {
  const request = { by: ["provider"], of: ["human_s"], whole: "wall_s", session: "session_id" } as const;
  const found = await db.intervals(SESSIONS, request, { human_cap_s: HUMAN_CAP_S });
  return (scope) => found.find(({ group }) => group.provider === scope)?.interval ?? null;
}

/** Durations of single events in seconds, by rank as far as a curve needs them, and how many are under five minutes. */
async function singleOf(db: QueryContext, events: typeof WAITS) {
  const [distribution, ranges, medians] = await Promise.all([
    distributionsByScope(db, events, { of: ["seconds"], points: CURVE_POINTS }),
    db.bins(events, { by: ["provider"], of: "seconds", edges: [0, FIVE_MINUTES_S] }),
    intervalsBy(db, events, { by: ["provider"], of: ["seconds"], session: "session_id" }),
  ]);
  return (scope: Scope) => {
    const short = ranges.filter(({ group }) => scopeIncludes(scope, group.provider));
    return {
      ...distribution(scope, "seconds"),
      underFiveMinutes: sumOf(short, ({ n }) => n),
      /** Of the median; null for all providers together. */
      interval: medians({ provider: scope }, "seconds"),
    };
  };
}

async function blockOf<R extends { readonly provider: string | null }, const C extends ValueColumn<R>>(
  block: Block,
  db: QueryContext,
  times: Query<R>,
  { whole, of }: Kinds<C>,
  params?: SqlParams,
): Promise<(scope: Scope) => TimeSummary[]> {
  const columns = [...new Set([whole, ...of.map(([, column]) => column)])];
  const distribution = await distributionsByScope(db, times, { of: columns }, params);
  return (scope) => {
    const total = distribution(scope, whole).sum;
    return of.map(([category, column]) => {
      const found = distribution(scope, column);
      return { scope, block, category, ...summaryOf(found, 0), share: category !== "total" && total > 0 ? found.sum / total : null };
    });
  };
}

/** @throws when there is no such summary */
export function timeSummaryOf(summaries: readonly TimeSummary[], scope: Scope, block: Block, category: Category): TimeSummary {
  const found = summaries.find((summary) => summary.scope === scope && summary.block === block && summary.category === category);
  if (!found) throw new Error(`no ${category} time of block ${block} in ${scope}`);
  return found;
}
