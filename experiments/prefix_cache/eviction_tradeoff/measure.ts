/** The trade-off for each scope: the results of every timeout, and those of the deployed cache. */
import { type IntervalOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumInOrder, sumsOf } from "../../../lib/stats/sum.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";
import { SCOPES, type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";
import { type IdleBin, type Outcome, replayTimeouts } from "./replay.ts";

export const IDLE_BINS = query("idle_bins.sql", {
  provider: "text",
  place: "number",
  steps: "number",
  idle_us: "number",
  prefix_tokens: "number",
  append_tokens: "number",
  fresh_tokens: "number",
});
const HITS = query("hits.sql", { provider: "text", session_id: "text", input_tokens: "number", hit_tokens: "number" });
const GENERATION = query("generation.sql", { provider: "text?", generation_us: "number" });
export const TIMEOUTS = query("timeouts.sql", { timeout_s: "number", is_landmark: "boolean" });
type Timeout = RowOf<typeof TIMEOUTS>;

export type Tradeoff = NonNullable<ReturnType<typeof tradeoffOf>>;
/** One timeout of a scope. */
export type TradeoffPoint = Tradeoff["points"][number];

/** The scopes with steps, fresh input and generation time. */
export async function readTradeoffs(db: QueryContext) {
  const timeouts = await db.rows(TIMEOUTS);
  const bins = await db.rows(IDLE_BINS, { timeouts_s: JSON.stringify(timeouts.map(({ timeout_s }) => timeout_s)) });
  const generation = await db.rows(GENERATION);
  return SCOPES.flatMap((scope) => {
    const within = generation.filter(({ provider }) => scopeIncludes(scope, provider));
    const generation_s = sumInOrder(within.map(({ generation_us }) => generation_us / 1e6));
    const own = bins.filter(({ provider }) => scopeIncludes(scope, provider));
    return tradeoffOf(scope, own, generation_s, timeouts) ?? [];
  });
}

export type HitInterval = (scope: Scope) => IntervalOf["interval"];

/** Of the hit rate at a timeout, by provider; null for all together. */
export async function hitIntervals(db: QueryContext, timeout_s: number): Promise<HitInterval> {
  const request = { by: ["provider"], of: ["hit_tokens"], whole: "input_tokens", session: "session_id" } as const;
  const found = await intervalsBy(db, HITS, request, { timeout_s });
  return (scope) => found({ provider: scope }, "hit_tokens");
}

/** `null` where a denominator is 0: no steps, no input, nothing fresh or no generation. */
export function tradeoffOf(scope: Scope, bins: readonly IdleBin[], generation_s: number, timeouts: readonly Timeout[]) {
  const { steps, prefix_tokens, append_tokens, fresh_tokens } = sumsOf(bins, ["steps", "prefix_tokens", "append_tokens", "fresh_tokens"]);
  const input_tokens = prefix_tokens + append_tokens;
  if (!(input_tokens > 0 && fresh_tokens > 0 && generation_s > 0)) return null;
  const seconds = timeouts.map(({ timeout_s }) => timeout_s);
  const points = replayTimeouts(bins, seconds).map((outcome, i) => ({
    ...pointOf(outcome, input_tokens, generation_s),
    is_landmark: at(timeouts, i).is_landmark,
  }));
  const observed_hit_rate = prefix_tokens / input_tokens;
  return {
    scope,
    steps,
    generation_s,
    /** Share of the input that no cache could have held. */
    fresh_floor: fresh_tokens / input_tokens,
    /** Hit rate of a cache that never evicts. */
    optimal_hit_rate: (input_tokens - fresh_tokens) / input_tokens,
    observed_hit_rate,
    observed_amplification: append_tokens / fresh_tokens,
    /** The timeout whose hit rate is closest to the observed one; the shortest if there are several. */
    effective_timeout_s: closestTimeout(points, observed_hit_rate),
    /** Ascending by timeout. */
    points,
  };
}

/** The shortest timeout among those whose hit rate is closest to `hit_rate`. `points`: at least one, ascending. */
export function closestTimeout(points: readonly { readonly timeout_s: number; readonly hit_rate: number }[], hit_rate: number): number {
  const distances = points.map((point) => Math.abs(point.hit_rate - hit_rate));
  return at(points, distances.indexOf(Math.min(...distances))).timeout_s;
}

function pointOf(outcome: Outcome, input_tokens: number, generation_s: number) {
  const { timeout_s, hit_tokens, redundant_tokens, fresh_tokens, held_s } = outcome;
  return {
    timeout_s,
    /** Share of the input that is found cached. */
    hit_rate: hit_tokens / input_tokens,
    /** Prefilled tokens per fresh token. */
    amplification: (fresh_tokens + redundant_tokens) / fresh_tokens,
    /** Share of the prefilled tokens that had been cached before. */
    redundant_share: redundant_tokens / (fresh_tokens + redundant_tokens),
    /** Seconds of idle storage for each second of generation. */
    storage_ratio: held_s / generation_s,
  };
}
