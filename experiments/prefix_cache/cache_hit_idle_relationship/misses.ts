/** Whether low hits follow long pauses, by scope and trigger. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { inScopeTrigger, SCOPE_TRIGGERS, type ScopeTrigger } from "../../../lib/trace/triggers.ts";

const STEPS = query("query.sql", { provider: "text", trigger: ["user", "tool_result"], hit_ratio: "number", gap_s: "number?" });

/** A step with its hit ratio and the seconds before it. */
export interface Step {
  readonly provider: string;
  readonly trigger: RowOf<typeof STEPS>["trigger"];
  readonly hitRatio: number;
  /** Null when unknown. */
  readonly gapS: number | null;
}

export interface Limits {
  /** A hit is low when its ratio is below this. */
  readonly lowHitRatio: number;
  /** A gap is long when it exceeds this. */
  readonly idleSeconds: number;
}

export type Misses = ReturnType<typeof judge>;

export async function readSteps(db: QueryContext): Promise<Step[]> {
  const { provider, trigger, hit_ratio, gap_s } = await db.columns(STEPS);
  return provider.map((name, i) => ({ provider: name, trigger: at(trigger, i), hitRatio: at(hit_ratio, i), gapS: gap_s[i] ?? null }));
}

/** One entry per scope and trigger. */
export function missesByGroup(steps: readonly Step[], limits: Limits): Misses[] {
  const stepsOf = (group: ScopeTrigger) => steps.filter(({ provider, trigger }) => inScopeTrigger(group, provider, trigger));
  return SCOPE_TRIGGERS.map((group) => judge(group, stepsOf(group), limits));
}

function judge(group: ScopeTrigger, steps: readonly Step[], { lowHitRatio, idleSeconds }: Limits) {
  const low = steps.filter(({ hitRatio }) => hitRatio < lowHitRatio);
  const others = steps.filter(({ hitRatio }) => !(hitRatio < lowHitRatio));
  return {
    ...group,
    steps: steps.length,
    lowSteps: low.length,
    all: gapsOf(steps, idleSeconds),
    low: gapsOf(low, idleSeconds),
    others: gapsOf(others, idleSeconds),
  };
}

/** Gaps of the steps where they are known. */
function gapsOf(steps: readonly Step[], idleSeconds: number) {
  const gaps = sorted(steps.flatMap(({ gapS }) => (gapS === null ? [] : [gapS])));
  const long = gaps.filter((gap) => gap > idleSeconds).length;
  return {
    steps: gaps.length,
    long,
    /** Share of long gaps; null without steps. */
    longShare: ratio(long, gaps.length),
    medianS: quantileWeighted(gaps, 0.5),
    p90S: quantileWeighted(gaps, 0.9),
  };
}
