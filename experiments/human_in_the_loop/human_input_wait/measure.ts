/** Waits by provider, their statistics, and how many and how much of them lie below each length. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import type { QueryContext } from "../../../lib/experiment.ts";
import { DURATION_LANDMARKS_S, fineBins, fineEdges } from "../../../lib/stats/fine-bins.ts";
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

/** A bin of lengths [lo, hi) in seconds, closed for the last, and what lies in it and below its upper end. */
export interface CumulativeBin {
  readonly index: number;
  readonly lo: number;
  readonly hi: number;
  /** Whether `hi` is a length that people have a word for. */
  readonly landmark: boolean;
  readonly count: number;
  readonly seconds: number;
  readonly cumulativeCount: number;
  readonly cumulativeSeconds: number;
  /** Of the provider's waits, and of their sum. */
  readonly countShare: number;
  readonly timeShare: number;
  readonly cumulativeCountShare: number;
  readonly cumulativeTimeShare: number;
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

export function cumulate({ seconds }: Group, edges: readonly number[]): CumulativeBin[] {
  const bins = fineBins(seconds, edges);
  const total = sumInOrder(bins.map(({ sum }) => sum));
  const landmarks: readonly number[] = DURATION_LANDMARKS_S;
  let cumulativeCount = 0;
  let cumulativeSeconds = 0;
  return bins.map(({ lo, hi, count, sum }, i) => {
    cumulativeCount += count;
    cumulativeSeconds += sum;
    return {
      index: i + 1,
      lo,
      hi,
      landmark: landmarks.includes(hi),
      count,
      seconds: sum,
      cumulativeCount,
      cumulativeSeconds,
      countShare: count / seconds.length,
      timeShare: sum / total,
      cumulativeCountShare: cumulativeCount / seconds.length,
      cumulativeTimeShare: cumulativeSeconds / total,
    };
  });
}

/** How many waits are at most `limit` seconds long, and their sum in seconds. */
export function upTo({ seconds }: Group, limit: number): { readonly count: number; readonly seconds: number } {
  const within = seconds.filter((wait) => wait <= limit);
  return { count: within.length, seconds: sumInOrder(within) };
}
