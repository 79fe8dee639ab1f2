/** Whether low hits follow long pauses, by scope and trigger. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";
import { distributionsByScopeTrigger, inScopeTrigger, SCOPE_TRIGGERS } from "../../../lib/trace/triggers.ts";

const STEPS = query("query.sql", {
  round_pk: "number",
  session_id: "text",
  provider: "text",
  trigger: ["user", "tool_result"],
  is_low: "boolean",
  hit_ratio: "number",
  gap_s: "number",
  low_gap_s: "number?",
  is_long: "boolean",
  steps: "number",
  low: "number",
});
const COUNTS = query("counts.sql", {
  provider: "text",
  trigger: ["user", "tool_result"],
  is_low: "boolean",
  steps: "number",
  with_gap: "number",
  long: "number",
});
export type Step = Pick<RowOf<typeof STEPS>, "round_pk" | "provider" | "trigger" | "is_low" | "hit_ratio" | "gap_s">;
type Count = RowOf<typeof COUNTS>;

export interface Limits {
  /** A hit is low when its ratio is below this. */
  readonly lowHitRatio: number;
  /** A gap is long when it exceeds this. */
  readonly idleSeconds: number;
}

export type Misses = Awaited<ReturnType<typeof readMisses>>[number];

/** One entry per scope and trigger. */
export async function readMisses(db: QueryContext, { lowHitRatio, idleSeconds }: Limits) {
  const low = { low_hit_ratio: lowHitRatio, idle_seconds: idleSeconds };
  const [counts, gaps, lowGaps] = await Promise.all([
    db.rows(COUNTS, low),
    distributionsByScopeTrigger(db, STEPS, "gap_s", low),
    distributionsByScopeTrigger(db, STEPS, "low_gap_s", low),
  ]);
  return SCOPE_TRIGGERS.map((group) => {
    const own = counts.filter(({ provider, trigger }) => inScopeTrigger(group, provider, trigger));
    const ownLow = own.filter(({ is_low }) => is_low);
    return {
      ...group,
      steps: sumOf(own, ({ steps }) => steps),
      lowSteps: sumOf(ownLow, ({ steps }) => steps),
      all: { ...longOf(own), ...quantilesOf(gaps(group).ascending) },
      low: { ...longOf(ownLow), ...quantilesOf(lowGaps(group).ascending) },
      others: longOf(own.filter(({ is_low }) => !is_low)),
      /** Low hits after short and after long gaps, by provider. */
      byProvider: [...new Set(own.map(({ provider }) => provider))].map((provider) =>
        lowAfterGaps(
          provider,
          own.filter((count) => count.provider === provider),
        ),
      ),
    };
  });
}

export type LowIntervals = Awaited<ReturnType<typeof lowIntervals>>;

/** Of the share of low hits, after long and after short gaps. */
export async function lowIntervals(db: QueryContext, { lowHitRatio, idleSeconds }: Limits) {
  const request = { by: ["provider", "trigger", "is_long"], of: ["low"], whole: "steps", session: "session_id" } as const;
  const found = await intervalsBy(db, STEPS, request, { low_hit_ratio: lowHitRatio, idle_seconds: idleSeconds });
  return (trigger: Step["trigger"]) => (provider: string, is_long: boolean) => found({ provider, trigger, is_long }, "low");
}

/** Steps with a known gap, and those of them with a long one. */
function longOf(counts: readonly Count[]) {
  const steps = sumOf(counts, ({ with_gap }) => with_gap);
  const long = sumOf(counts, (count) => count.long);
  // The share is null without steps.
  return { steps, long, longShare: ratio(long, steps) };
}

function quantilesOf(ascending: ArrayLike<number>) {
  return { medianS: quantileWeighted(ascending, 0.5), p90S: quantileWeighted(ascending, 0.9) };
}

function lowAfterGaps(provider: string, counts: readonly Count[]) {
  const all = longOf(counts);
  const low = longOf(counts.filter(({ is_low }) => is_low));
  return {
    provider,
    /** With a known gap. */
    steps: all.steps,
    afterLong: { low: low.long, steps: all.long },
    afterShort: { low: low.steps - low.long, steps: all.steps - all.long },
  };
}

/** The most points of a figure. */
const MOST_POINTS = 4_000;

/** Steps of each trigger to draw: of each provider the same number at most of low hits and of others. */
export function readPoints(db: QueryContext, { lowHitRatio, idleSeconds }: Limits, providers: number): Promise<Step[]> {
  const most = Math.floor(MOST_POINTS / (2 * Math.max(1, providers)));
  return db.sample(
    STEPS,
    { by: ["provider", "trigger", "is_low"], key: "round_pk", most },
    { low_hit_ratio: lowHitRatio, idle_seconds: idleSeconds },
  );
}
