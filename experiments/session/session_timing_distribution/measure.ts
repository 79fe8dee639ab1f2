/** Where the time goes: statistics and shares of each kind of time, per session, request, step and single event. */
import { type ColumnsOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import type { Activity } from "../../../lib/trace/activities.ts";
import { SCOPES, type Scope, valuesInScope } from "../../../lib/trace/scopes.ts";

const SESSIONS = query("query.sql", {
  provider: "text?",
  wall_s: "number",
  human_s: "number",
  human_capped_s: "number",
  generation_s: "number",
  tool_s: "number",
  capped_total_s: "number",
});
const REQUESTS = query("requests.sql", { provider: "text?", response_s: "number", generation_s: "number", tool_s: "number" });
const STEPS = query("steps.sql", { provider: "text?", generation_s: "number", tool_s: "number", busy_s: "number" });
const WAITS = query("waits.sql", { provider: "text?", seconds: "number" });
const GENERATIONS = query("generations.sql", { provider: "text?", seconds: "number" });
const CALLS = query("calls.sql", { provider: "text?", seconds: "number" });

/** After an hour the cache is cold in any case: longer waits count as this many seconds in the capped view. */
const HUMAN_CAP_S = 3600;

export type Category = "total" | Activity;
export type Block = "session" | "session_capped" | "request" | "step" | "individual";

/** One kind of time of all units of a block. */
export interface Times {
  readonly block: Block;
  readonly category: Category;
  readonly provider: readonly (string | null)[];
  /** One value per unit. */
  readonly seconds: readonly number[];
  /** Of the same units: their sum is 100 %. Null where there are no shares. */
  readonly whole: readonly number[] | null;
}

/** Seconds of one kind over the units of a block. Statistics of no units are 0. */
export type TimeSummary = Readonly<ReturnType<typeof summarizeTimes>[number]>;

/** In the order of the tables. */
export async function readTimes(db: QueryContext): Promise<Times[]> {
  const sessions = await db.columns(SESSIONS, { human_cap_s: HUMAN_CAP_S });
  const requests = await db.columns(REQUESTS);
  const steps = await db.columns(STEPS);
  return [
    ...blockOf("session", sessions.provider, sessions.wall_s, [
      ["total", sessions.wall_s],
      ["human", sessions.human_s],
      ["generation", sessions.generation_s],
      ["tool", sessions.tool_s],
    ]),
    ...blockOf("session_capped", sessions.provider, sessions.capped_total_s, [
      ["total", sessions.capped_total_s],
      ["human", sessions.human_capped_s],
      ["generation", sessions.generation_s],
      ["tool", sessions.tool_s],
    ]),
    ...blockOf("request", requests.provider, requests.response_s, [
      ["total", requests.response_s],
      ["generation", requests.generation_s],
      ["tool", requests.tool_s],
    ]),
    ...blockOf("step", steps.provider, steps.busy_s, [
      ["generation", steps.generation_s],
      ["tool", steps.tool_s],
    ]),
    single("human", await db.columns(WAITS)),
    single("generation", await db.columns(GENERATIONS)),
    single("tool", await db.columns(CALLS)),
  ];
}

function blockOf(
  block: Block,
  provider: Times["provider"],
  whole: readonly number[],
  kinds: readonly (readonly [Category, readonly number[]])[],
): Times[] {
  return kinds.map(([category, seconds]) => ({ block, category, provider, seconds, whole: category === "total" ? null : whole }));
}

function single(category: Activity, { provider, seconds }: ColumnsOf<typeof WAITS>): Times {
  return { block: "individual", category, provider, seconds, whole: null };
}

/** One summary for each scope, block and kind of time, in this order. */
export function summarizeTimes(times: readonly Times[]) {
  return SCOPES.flatMap((scope) =>
    times.map(({ block, category, provider, seconds, whole }) => {
      const values = valuesInScope(scope, provider, seconds);
      const total = whole === null ? 0 : sumInOrder(valuesInScope(scope, provider, whole));
      // `share`: part of the summed whole; above 1 where tools ran in parallel. Null for the whole itself and where there is none.
      return { scope, block, category, ...summarize(values, 0), share: total > 0 ? sumInOrder(values) / total : null };
    }),
  );
}

/** @throws when there is no such summary */
export function timeSummaryOf(summaries: readonly TimeSummary[], scope: Scope, block: Block, category: Category): TimeSummary {
  const found = summaries.find((summary) => summary.scope === scope && summary.block === block && summary.category === category);
  if (!found) throw new Error(`no ${category} time of block ${block} in ${scope}`);
  return found;
}

/** Seconds of the single events of one kind, in file order. */
export function individualSeconds(times: readonly Times[], scope: Scope, category: Activity): Float64Array {
  const found = times.find((each) => each.block === "individual" && each.category === category);
  if (!found) throw new Error(`no single events of kind ${category}`);
  return valuesInScope(scope, found.provider, found.seconds);
}
