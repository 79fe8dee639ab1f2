/** Changes of total input, summed up by provider and by what triggered the step. */

import { CURVE_POINTS } from "../../../lib/chart/cdf.ts";
import { type Bin, type Distribution, type IntervalOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";
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

const CHANGES = query("query.sql", {
  provider: "text",
  trigger: ["user", "tool_result"],
  session_id: "text",
  delta_tokens: "number",
  grown_tokens: "number?",
  lost_tokens: "number?",
  steps: "number",
  falls: "number",
});
const COLUMNS = ["delta_tokens", "grown_tokens", "lost_tokens"] as const;

export const MERGED = "merged";

/** The interval of the share of steps that shrink. */
export type FallInterval = (group: Pick<GrowthSummary, "scope" | "trigger">) => IntervalOf["interval"];

/** Of each provider and trigger; null for other groups. */
export async function fallIntervals(db: QueryContext): Promise<FallInterval> {
  const found = await db.intervals(CHANGES, { by: ["provider", "trigger"], of: ["falls"], whole: "steps", session: "session_id" });
  return ({ scope, trigger }) => found.find(({ group }) => group.provider === scope && group.trigger === trigger)?.interval ?? null;
}

/** Tokens; null where there is nothing to take a statistic of. */
export type GrowthSummary = Readonly<ReturnType<typeof summarize>>;

/** One summary for each scope and trigger: everything first, then the providers by name. */
export async function summarizeGrowth(db: QueryContext, ranges: BucketRanges): Promise<GrowthSummary[]> {
  const groups = await Promise.all([
    groupsBy(db, ranges, [], () => ({ scope: MERGED, trigger: "all" })),
    groupsBy(db, ranges, ["trigger"], ({ trigger }) => ({ scope: MERGED, trigger })),
    groupsBy(db, ranges, ["provider"], ({ provider }) => ({ scope: provider, trigger: "all" })),
    groupsBy(db, ranges, ["provider", "trigger"], ({ provider, trigger }) => ({ scope: provider, trigger })),
  ]);
  const found = groups.flat();
  const providers = new Set(found.map(({ scope }) => scope).filter((scope) => scope !== MERGED));
  return [MERGED, ...[...providers].sort()].flatMap((scope) =>
    TRIGGERS.map((trigger) => {
      const group = found.find((candidate) => candidate.scope === scope && candidate.trigger === trigger);
      return summarize(group ?? { scope, trigger, distributions: [], bins: [] }, ranges);
    }),
  );
}

type Change = RowOf<typeof CHANGES>;
interface Named {
  readonly scope: string;
  readonly trigger: Trigger;
}
interface Group extends Named {
  readonly distributions: readonly Distribution[];
  readonly bins: readonly Bin[];
}

async function groupsBy<B extends "provider" | "trigger">(
  db: QueryContext,
  ranges: BucketRanges,
  by: readonly B[],
  nameOf: (group: Pick<Change, B>) => Named,
): Promise<Group[]> {
  const [distributions, bins] = await Promise.all([
    db.distributions(CHANGES, { by, of: COLUMNS, points: CURVE_POINTS }),
    db.bins(CHANGES, { by, of: "delta_tokens", edges: edgesOf(ranges) }),
  ]);
  const names = distributions.filter(({ column }) => column === "delta_tokens").map(({ group }) => nameOf(group));
  return names.map((name) => {
    const isOwn = ({ group }: { readonly group: Pick<Change, B> }) => {
      const { scope, trigger } = nameOf(group);
      return scope === name.scope && trigger === name.trigger;
    };
    return { ...name, distributions: distributions.filter(isOwn), bins: bins.filter(isOwn) };
  });
}

/** Changes are whole numbers, so that a range ends where the next one begins. Ranges that hold none have no edge of their own. */
function edgesOf(ranges: BucketRanges): number[] {
  return [...new Set([...BUCKETS.map((bucket) => ranges[bucket].lowest), Number.MAX_SAFE_INTEGER])].sort((a, b) => a - b);
}

/** Undefined when the scope has no steps. */
export function summaryOf(summaries: readonly GrowthSummary[], scope: string, trigger: Trigger): GrowthSummary | undefined {
  return summaries.find((summary) => summary.scope === scope && summary.trigger === trigger);
}

function summarize({ scope, trigger, distributions, bins }: Group, ranges: BucketRanges) {
  const of = (column: (typeof COLUMNS)[number]) => distributions.find((distribution) => distribution.column === column) ?? NOTHING;
  const [changes, grown, lost] = [of("delta_tokens"), of("grown_tokens"), of("lost_tokens")];
  const edges = edgesOf(ranges);
  const countIn = ({ lowest, highest }: BucketRange) =>
    sumOf(
      bins.filter(({ bin }) => at(edges, bin) >= lowest && at(edges, bin) <= highest),
      ({ n }) => n,
    );
  return {
    /** `merged`, or a provider. */
    scope,
    trigger,
    n: changes.n,
    counts: {
      positive: grown.n,
      zero: countIn(ranges.zero),
      micro_reduction: countIn(ranges.micro_reduction),
      ordinary_reduction: countIn(ranges.ordinary_reduction),
      major_reduction: countIn(ranges.major_reduction),
    },
    /** Steps whose input shrinks by any amount. */
    negative: lost.n,
    /** Sum of what was added by steps that grow. */
    increase: grown.sum,
    meanChange: ratio(changes.sum, changes.n),
    p10: quantileWeighted(changes.ascending, 0.1),
    p50: quantileWeighted(changes.ascending, 0.5),
    p90: quantileWeighted(changes.ascending, 0.9),
    /** Over steps that grow, and over all steps, those that don't grow as 0. */
    meanGrowth: ratio(grown.sum, grown.n),
    meanClippedGrowth: ratio(grown.sum, changes.n),
    /** Over steps that shrink: mean and largest fall. */
    meanReduction: ratio(lost.sum, lost.n),
    maxReduction: lost.n === 0 ? null : at(lost.ascending, lost.n - 1),
    /** Sizes of growth and of reductions, by rank, as far as a curve and the median need them. */
    grown: grown.ascending,
    lost: lost.ascending,
  };
}
