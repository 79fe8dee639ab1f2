/** Generation times by provider in fine bins, with running counts and sums. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { cumulate, DURATION_LANDMARKS_S, fineBins, fineEdges } from "../../../lib/stats/fine-bins.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { ALL } from "../../../lib/trace/groups.ts";

const GENERATIONS = query("query.sql", { provider: "text", seconds: "number" });

/** The steps of a provider. */
export interface Generations {
  readonly provider: string;
  /** Generation times in file order; at least one. */
  readonly seconds: readonly number[];
}

export type ProviderCurve = ReturnType<typeof curveOf>;

/**
 * Curves of Claude, Codex, then the others by name; none with fewer than two distinct durations, which leave no bins. Left
 * out are steps of a provider named `all`, which means all providers together wherever providers are listed.
 */
export async function readCurves(db: QueryContext) {
  const { provider, seconds } = await db.columns(GENERATIONS);
  const groups = providerOrder(provider).map((name) => ({ provider: name, seconds: seconds.filter((_, i) => provider[i] === name) }));
  const leftOut = groups.find((group) => group.provider === ALL)?.seconds.length ?? 0;
  const named = groups.filter((group) => group.provider !== ALL);
  return { curves: curvesOf(named, fineEdges(seconds, DURATION_LANDMARKS_S)), leftOut };
}

/** @param edges ascending, in seconds, around all values; no curves without edges */
export function curvesOf(groups: readonly Generations[], edges: readonly number[]): ProviderCurve[] {
  return edges.length === 0 ? [] : groups.map((group) => curveOf(group, edges));
}

/** Statistics of all its generation times, in seconds, and all bins, also those without a value. */
function curveOf({ provider, seconds }: Generations, edges: readonly number[]) {
  const bins = fineBins(seconds, edges);
  const totalSeconds = bins.reduce((sum, bin) => sum + bin.sum, 0);
  return { provider, summary: summarize(seconds, 0), totalSeconds, bins: cumulate(bins, DURATION_LANDMARKS_S) };
}

/** Shares of a provider's steps, and of their time, that take less than a duration in seconds (at the end of the last bin: at most). */
export function shareUpTo({ bins }: ProviderCurve, seconds: number): { count: number; time: number } {
  const last = bins.findLast(({ hi }) => hi <= seconds);
  return { count: last?.cumulativeCountShare ?? 0, time: last?.cumulativeSumShare ?? 0 };
}
