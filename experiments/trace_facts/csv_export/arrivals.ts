/** Which sessions a workload replays, in which order, and when each arrives. */
import { at } from "../../../lib/stats/known.ts";
import { Pcg64 } from "../../../lib/stats/pcg64.ts";

export interface Ordering {
  readonly order: "shuffle" | "stable";
  /** Of the permutation; arrivals are drawn with the seed after it. */
  readonly seed: number;
  /** Maximum to keep after ordering. */
  readonly maxSessions: number | undefined;
}

export interface ArrivalProcess {
  readonly pattern: "poisson" | "constant";
  readonly sessionsPerSecond: number;
  readonly seed: number;
}

/** The sessions to replay, first to last. Shuffled as NumPy's `default_rng(seed).permutation` does it, so that workloads can be compared. */
export function emissionOrder<T>(sessions: readonly T[], { order, seed, maxSessions }: Ordering): T[] {
  const ordered = order === "stable" ? [...sessions] : Array.from(new Pcg64(seed).permutation(sessions.length), (i) => at(sessions, i));
  return ordered.slice(0, maxSessions);
}

/** Milliseconds at which each of `count` sessions arrives, the first at 0. Gaps of the Poisson process are exponential draws. */
export function arrivalTimesMs(count: number, { pattern, sessionsPerSecond, seed }: ArrivalProcess): number[] {
  if (pattern === "constant") return Array.from({ length: count }, (_, i) => i * (1000 / sessionsPerSecond));
  const generator = new Pcg64(seed + 1);
  const meanGapMs = 1 / (sessionsPerSecond / 1000);
  let arrivalMs = 0;
  return Array.from({ length: count }, (_, i) => {
    if (i > 0) arrivalMs += generator.exponential(meanGapMs);
    return arrivalMs;
  });
}
