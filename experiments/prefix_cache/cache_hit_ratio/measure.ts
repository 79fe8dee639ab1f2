/** Hit ratios by scope and trigger: distribution of steps and of their append tokens. */
import { type ColumnsOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { inScopeTrigger, SCOPE_TRIGGERS, type ScopeTrigger } from "../../../lib/trace/triggers.ts";
import { BANDS, COARSE_BUCKETS, coarseBucket, FINE_BINS, fineBin } from "./bins.ts";

const STEPS = query("query.sql", {
  provider: "text?",
  trigger: ["user", "tool_result", null],
  prefix_tokens: "number",
  append_tokens: "number",
});
type StepColumns = ColumnsOf<typeof STEPS>;

/** Steps and their append tokens. */
export interface Mass {
  readonly steps: number;
  readonly appendTokens: number;
}

export type HitRatios = ReturnType<typeof hitRatios>;
export type InputTokens = ReturnType<typeof inputTokens>;
export type Measures = Awaited<ReturnType<typeof measure>>;

/** One entry per scope and trigger of each: hit ratios of steps that a user or a tool result begins, and tokens of all steps. */
export async function measure(db: QueryContext) {
  const steps = await db.columns(STEPS);
  const groups = SCOPE_TRIGGERS.map((group) => ({ group, members: membersOf(group, steps) }));
  const begun = (members: readonly number[]) => members.filter((i) => steps.trigger[i] !== null);
  return {
    ratios: groups.map(({ group, members }) => hitRatios(group, steps, begun(members))),
    tokens: groups.map(({ group, members }) => inputTokens(group, steps, members)),
  };
}

function membersOf(group: ScopeTrigger, { provider, trigger }: StepColumns): number[] {
  return Array.from(provider.keys()).filter((i) => inScopeTrigger(group, provider[i] ?? null, trigger[i] ?? null));
}

function hitRatios(group: ScopeTrigger, steps: StepColumns, members: readonly number[]) {
  const append = tokensOf(steps.append_tokens, members);
  const ratios = tokensOf(steps.prefix_tokens, members).map((prefix, i) => prefix / (prefix + (append[i] ?? Number.NaN)));
  const massIn = (belongs: (ratio: number) => boolean): Mass => {
    const appended = append.filter((_, i) => belongs(ratios[i] ?? Number.NaN));
    return { steps: appended.length, appendTokens: sumInOrder(appended) };
  };
  return {
    ...group,
    steps: members.length,
    appendTokens: sumInOrder(append),
    /** Unweighted mean over steps; null without steps. */
    mean: members.length === 0 ? null : sumInOrder(ratios) / members.length,
    quantiles: quantilesOf(sorted(ratios)),
    /** In the order of FINE_BINS, COARSE_BUCKETS and BANDS. */
    fine: masses(FINE_BINS.length, ratios.map(fineBin), append),
    coarse: masses(COARSE_BUCKETS.length, ratios.map(coarseBucket), append),
    bands: BANDS.map(({ from, below }) => massIn((ratio) => ratio >= from && ratio < below)),
  };
}

function quantilesOf(ascending: Float64Array) {
  const q = (share: number) => quantileWeighted(ascending, share);
  return { p01: q(0.01), p05: q(0.05), p10: q(0.1), p25: q(0.25), p50: q(0.5), p75: q(0.75), p90: q(0.9), p95: q(0.95), p99: q(0.99) };
}

function masses(count: number, places: readonly number[], append: readonly number[]): Mass[] {
  const found = Array.from({ length: count }, () => ({ steps: 0, appendTokens: 0 }));
  for (const [i, place] of places.entries()) {
    const mass = at(found, place);
    mass.steps++;
    mass.appendTokens += append[i] ?? Number.NaN;
  }
  return found;
}

function tokensOf(tokens: readonly number[], members: readonly number[]): number[] {
  return members.map((i) => tokens[i] ?? Number.NaN);
}

function inputTokens(group: ScopeTrigger, steps: StepColumns, members: readonly number[]) {
  const prefixTokens = sumInOrder(tokensOf(steps.prefix_tokens, members));
  const appendTokens = sumInOrder(tokensOf(steps.append_tokens, members));
  const total = prefixTokens + appendTokens;
  // The rate is null without input.
  return { ...group, steps: members.length, prefixTokens, appendTokens, hitRate: total === 0 ? null : prefixTokens / total };
}
