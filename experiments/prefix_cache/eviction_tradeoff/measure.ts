/** The trade-off for each scope: what every timeout achieves, and what the deployed cache did. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { SCOPES, type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";
import { type IdleSteps, type Outcome, replayTimeouts, totals } from "./replay.ts";

export interface Timeout {
  readonly timeout_s: number;
  readonly is_landmark: boolean;
}

/** Columns of steps.sql. */
type StepColumns = Record<"idle_s" | "prefix_tokens" | "append_tokens" | "fresh_tokens", readonly number[]> & {
  readonly provider: readonly string[];
};

/** Steps of a scope together with what the deployed cache found. */
export interface ObservedSteps extends IdleSteps {
  readonly prefix_tokens: Float64Array;
  readonly append_tokens: Float64Array;
}

/** One timeout of a scope. Ratios of 1 and more are counted in units of what they are compared with. */
export interface TradeoffPoint extends Timeout {
  /** Share of the input that is found cached. */
  readonly hit_rate: number;
  /** All prefilled tokens for each fresh one. */
  readonly amplification: number;
  /** Share of the prefilled tokens that had been cached before. */
  readonly redundant_share: number;
  /** Seconds of idle storage for each second of generation. */
  readonly storage_ratio: number;
}

export interface Tradeoff {
  readonly scope: Scope;
  readonly steps: number;
  readonly generation_s: number;
  /** Share of the input that no cache could have held. */
  readonly fresh_floor: number;
  /** Hit rate of a cache that never evicts. */
  readonly optimal_hit_rate: number;
  readonly observed_hit_rate: number;
  readonly observed_amplification: number;
  /** The timeout whose hit rate comes closest to the observed one; the shortest of several. */
  readonly effective_timeout_s: number;
  /** Ascending by timeout. */
  readonly points: readonly TradeoffPoint[];
}

/** The scopes for which there is something to compare: steps, fresh input and time of generation. */
export async function readTradeoffs(db: QueryContext): Promise<Tradeoff[]> {
  const columns = await db.columns<StepColumns>("steps.sql");
  const generation = await db.rows<{ provider: string | null; generation_s: number }>("generation.sql");
  const timeouts = await db.rows<Timeout>("timeouts.sql");
  return SCOPES.flatMap((scope) => {
    const within = generation.filter(({ provider }) => scopeIncludes(scope, provider));
    const generation_s = sumInOrder(within.map((row) => row.generation_s));
    return tradeoffOf(scope, stepsOf(scope, columns), generation_s, timeouts) ?? [];
  });
}

/** `null` where a denominator is 0: no steps, no input, nothing fresh or no generation. */
export function tradeoffOf(scope: Scope, steps: ObservedSteps, generation_s: number, timeouts: readonly Timeout[]): Tradeoff | null {
  const { input_tokens, fresh_tokens } = totals(steps);
  if (!(input_tokens > 0 && fresh_tokens > 0 && generation_s > 0)) return null;
  const outcomes = replayTimeouts(
    steps,
    timeouts.map(({ timeout_s }) => timeout_s),
  );
  const points = outcomes.map((outcome, i) => ({
    ...pointOf(outcome, input_tokens, generation_s),
    is_landmark: (timeouts[i] as Timeout).is_landmark,
  }));
  const observed_hit_rate = sumInOrder(steps.prefix_tokens) / input_tokens;
  return {
    scope,
    steps: steps.idle_s.length,
    generation_s,
    fresh_floor: fresh_tokens / input_tokens,
    optimal_hit_rate: (input_tokens - fresh_tokens) / input_tokens,
    observed_hit_rate,
    observed_amplification: sumInOrder(steps.append_tokens) / fresh_tokens,
    effective_timeout_s: closestTimeout(points, observed_hit_rate),
    points,
  };
}

/** The shortest timeout among those whose hit rate is closest to `hit_rate`. `points`: at least one, ascending. */
export function closestTimeout(points: readonly Pick<TradeoffPoint, "timeout_s" | "hit_rate">[], hit_rate: number): number {
  const distances = points.map((point) => Math.abs(point.hit_rate - hit_rate));
  return (points[distances.indexOf(Math.min(...distances))] as { timeout_s: number }).timeout_s;
}

function pointOf(outcome: Outcome, input_tokens: number, generation_s: number): Omit<TradeoffPoint, "is_landmark"> {
  const { timeout_s, hit_tokens, redundant_tokens, fresh_tokens, held_s } = outcome;
  return {
    timeout_s,
    hit_rate: hit_tokens / input_tokens,
    amplification: (fresh_tokens + redundant_tokens) / fresh_tokens,
    redundant_share: redundant_tokens / (fresh_tokens + redundant_tokens),
    storage_ratio: held_s / generation_s,
  };
}

/** The steps of a scope, in their order. */
function stepsOf(scope: Scope, columns: StepColumns): ObservedSteps {
  const rows = columns.provider.flatMap((provider, row) => (scopeIncludes(scope, provider) ? [row] : []));
  const pick = (values: readonly number[]) => Float64Array.from(rows, (row) => values[row] as number);
  const prefix_tokens = pick(columns.prefix_tokens);
  const append_tokens = pick(columns.append_tokens);
  return {
    idle_s: pick(columns.idle_s),
    input_tokens: prefix_tokens.map((tokens, i) => tokens + (append_tokens[i] as number)),
    fresh_tokens: pick(columns.fresh_tokens),
    prefix_tokens,
    append_tokens,
  };
}
