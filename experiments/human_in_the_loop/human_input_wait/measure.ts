/** Waits by provider, their statistics, and how many and how much of them lie below each length. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import type { QueryContext } from "../../../lib/experiment.ts";
import { type CumulativeBin, cumulate, DURATION_LANDMARKS_S, fineBins, fineEdges } from "../../../lib/stats/fine-bins.ts";
import { quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { type Summary, summarize } from "../../../lib/stats/summary.ts";

export const ALL = "all";
/** About as long as a cached prompt is kept. */
export const CACHE_LIFETIME_S = 300;

export interface Group {
  /** `all`, or a provider. */
  readonly name: string;
  /** Waits in seconds in the order of the trace. */
  readonly seconds: Float64Array;
}

export interface WaitSummary extends Summary<0> {
  readonly p95: number;
}

/** Everything first, then Claude, Codex and the other providers by name; none when there are no waits. */
export async function readGroups(db: QueryContext): Promise<Group[]> {
  const { provider, wait_s } = await db.columns<{ provider: string[]; wait_s: number[] }>("query.sql");
  if (wait_s.length === 0) return [];
  const all = Float64Array.from(wait_s);
  return [
    { name: ALL, seconds: all },
    ...providerOrder(provider).map((name) => ({ name, seconds: all.filter((_, i) => provider[i] === name) })),
  ];
}

export function summaryOf({ seconds }: Group): WaitSummary {
  return { ...summarize(seconds, 0), p95: quantileNumpy(sorted(seconds), 0.95) ?? 0 };
}

/** The bins that all providers share; none when all waits are equally long. */
export function edgesOf(groups: readonly Group[]): number[] {
  const all = groups.find(({ name }) => name === ALL);
  return all ? fineEdges(all.seconds, DURATION_LANDMARKS_S) : [];
}

/** The bins of a provider with everything up to their ends, in seconds. */
export function binsOf({ seconds }: Group, edges: readonly number[]): CumulativeBin[] {
  return cumulate(fineBins(seconds, edges), DURATION_LANDMARKS_S);
}

/** How many waits are at most `limit` seconds long, and their sum in seconds. */
export function upTo({ seconds }: Group, limit: number): { readonly count: number; readonly seconds: number } {
  const within = seconds.filter((wait) => wait <= limit);
  return { count: within.length, seconds: sumInOrder(within) };
}
