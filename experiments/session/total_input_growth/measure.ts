/** Changes of total input, summed up by provider and by what triggered the step. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { type Bucket, type BucketRange, isReduction } from "./buckets.ts";

export const MERGED = "merged";
export const TRIGGERS = ["all", "user", "tool_result"] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Column by column, one entry per step, in file order. */
export interface Changes {
  readonly provider: readonly string[];
  readonly trigger: readonly string[];
  readonly delta_tokens: ArrayLike<number>;
}

/** Tokens; null where there is nothing to take a statistic of. */
export interface GrowthSummary {
  /** `merged`, or a provider. */
  readonly scope: string;
  readonly trigger: Trigger;
  readonly n: number;
  readonly counts: Readonly<Record<Bucket, number>>;
  /** Steps whose input shrinks, by however much. */
  readonly negative: number;
  /** Sum of what was added by steps that grow. */
  readonly increase: number;
  readonly meanChange: number | null;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  /** Over steps that grow. */
  readonly meanGrowth: number | null;
  /** Over all steps, those that don't grow as 0. */
  readonly meanClippedGrowth: number | null;
  /** Over steps that shrink: mean and largest fall. */
  readonly meanReduction: number | null;
  readonly maxReduction: number | null;
}

export function readChanges(db: QueryContext): Promise<Changes> {
  return db.columns<Changes & Record<string, ArrayLike<unknown>>>("query.sql");
}

/** One summary for each scope and trigger: everything first, then the providers by name. */
export function summarizeGrowth(changes: Changes, ranges: readonly BucketRange[]): GrowthSummary[] {
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

function summarize(scope: string, trigger: Trigger, deltas: Float64Array, ranges: readonly BucketRange[]): GrowthSummary {
  const n = deltas.length;
  const ascending = sorted(deltas);
  const counts = Object.fromEntries(
    ranges.map(({ bucket, lowest, highest }) => [bucket, deltas.filter((delta) => delta >= lowest && delta <= highest).length]),
  ) as Record<Bucket, number>;
  const negative = ranges.reduce((sum, { bucket }) => sum + (isReduction(bucket) ? counts[bucket] : 0), 0);
  const increase = sumInOrder(deltas.filter((delta) => delta > 0));
  const decrease = -sumInOrder(deltas.filter((delta) => delta < 0));
  return {
    scope,
    trigger,
    n,
    counts,
    negative,
    increase,
    meanChange: ratio(increase - decrease, n),
    p10: quantileWeighted(ascending, 0.1),
    p50: quantileWeighted(ascending, 0.5),
    p90: quantileWeighted(ascending, 0.9),
    meanGrowth: ratio(increase, counts.positive),
    meanClippedGrowth: ratio(increase, n),
    meanReduction: ratio(decrease, negative),
    maxReduction: negative === 0 ? null : -(ascending[0] as number),
  };
}

function ratio(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}
