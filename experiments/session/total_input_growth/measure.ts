/** Changes of total input, summed up by provider and by what triggered the step. */

import { type ColumnsOf, query } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { TRIGGERS, type Trigger } from "../../../lib/trace/triggers.ts";

/** What a change of total input is called: growth, none, or a reduction that is jitter, ordinary or a reset of the context. */
export const REDUCTIONS = ["micro_reduction", "ordinary_reduction", "major_reduction"] as const;
export type Reduction = (typeof REDUCTIONS)[number];
export const BUCKETS = ["positive", "zero", ...REDUCTIONS] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Tokens by which total input falls. */
export interface Thresholds {
  /** Maximum of a micro reduction. */
  readonly microMax: number;
  /** Minimum of a major one. */
  readonly majorMin: number;
}

/** Changes in tokens, both ends included; `lowest > highest` holds none. */
export interface BucketRange {
  readonly lowest: number;
  readonly highest: number;
}
export type BucketRanges = Readonly<Record<Bucket, BucketRange>>;

/** The ranges, which meet without gaps. @throws UserError when the thresholds leave no room between them */
export function bucketRanges({ microMax, majorMin }: Thresholds): BucketRanges {
  if (majorMin <= microMax)
    throw new UserError(`--major-reduction-min-tokens must be larger than --micro-reduction-max-tokens (${microMax}), not ${majorMin}.`);
  return {
    positive: { lowest: 1, highest: Number.MAX_SAFE_INTEGER },
    zero: { lowest: 0, highest: 0 },
    micro_reduction: { lowest: -microMax, highest: -1 },
    ordinary_reduction: { lowest: 1 - majorMin, highest: -microMax - 1 },
    major_reduction: { lowest: -Number.MAX_SAFE_INTEGER, highest: -majorMin },
  };
}

export function isWithin(delta: number, { lowest, highest }: BucketRange): boolean {
  return delta >= lowest && delta <= highest;
}

/** One row per step, in file order. */
export const CHANGES = query("query.sql", { provider: "text", trigger: ["user", "tool_result"], delta_tokens: "number" });
export type Changes = ColumnsOf<typeof CHANGES>;

export const MERGED = "merged";

/** Tokens; null where there is nothing to take a statistic of. */
export type GrowthSummary = Readonly<ReturnType<typeof summarize>>;

/** One summary for each scope and trigger: everything first, then the providers by name. */
export function summarizeGrowth(changes: Changes, ranges: BucketRanges): GrowthSummary[] {
  const scopes = [MERGED, ...[...new Set(changes.provider)].sort()];
  return scopes.flatMap((scope) => TRIGGERS.map((trigger) => summarize(scope, trigger, deltasOf(changes, scope, trigger), ranges)));
}

/** The changes of one scope and trigger in file order. */
export function deltasOf({ provider, trigger, delta_tokens }: Changes, scope: string, wanted: Trigger): Float64Array {
  return Float64Array.from(delta_tokens).filter(
    (_, i) => (scope === MERGED || provider[i] === scope) && (wanted === "all" || trigger[i] === wanted),
  );
}

/** Undefined when the scope has no steps. */
export function summaryOf(summaries: readonly GrowthSummary[], scope: string, trigger: Trigger): GrowthSummary | undefined {
  return summaries.find((summary) => summary.scope === scope && summary.trigger === trigger);
}

function summarize(scope: string, trigger: Trigger, deltas: Float64Array, ranges: BucketRanges) {
  const n = deltas.length;
  const ascending = sorted(deltas);
  const countIn = (range: BucketRange) => deltas.filter((delta) => isWithin(delta, range)).length;
  const counts = {
    positive: countIn(ranges.positive),
    zero: countIn(ranges.zero),
    micro_reduction: countIn(ranges.micro_reduction),
    ordinary_reduction: countIn(ranges.ordinary_reduction),
    major_reduction: countIn(ranges.major_reduction),
  };
  const negative = counts.micro_reduction + counts.ordinary_reduction + counts.major_reduction;
  const increase = sumInOrder(deltas.filter((delta) => delta > 0));
  const decrease = -sumInOrder(deltas.filter((delta) => delta < 0));
  return {
    /** `merged`, or a provider. */
    scope,
    trigger,
    n,
    counts,
    /** Steps whose input shrinks by any amount. */
    negative,
    /** Sum of what was added by steps that grow. */
    increase,
    meanChange: ratio(increase - decrease, n),
    p10: quantileWeighted(ascending, 0.1),
    p50: quantileWeighted(ascending, 0.5),
    p90: quantileWeighted(ascending, 0.9),
    /** Over steps that grow, and over all steps, those that don't grow as 0. */
    meanGrowth: ratio(increase, counts.positive),
    meanClippedGrowth: ratio(increase, n),
    /** Over steps that shrink: mean and largest fall. */
    meanReduction: ratio(decrease, negative),
    maxReduction: negative === 0 ? null : -at(ascending, 0),
  };
}
