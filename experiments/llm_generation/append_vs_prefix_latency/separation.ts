/** How far two lists of durations are apart, and what all buckets together show. */

/**
 * Chance that a value of `upper` exceeds one of `lower`, both drawn at random, ties counting half (Mann and Whitney's U
 * over the number of pairs). Both ascending, one value at least in each.
 */
export function dominance(upper: Float64Array, lower: Float64Array): number {
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const value of upper) {
    while (below < lower.length && (lower[below] ?? Number.NaN) < value) below += 1;
    while (upTo < lower.length && (lower[upTo] ?? Number.NaN) <= value) upTo += 1;
    wins += below + (upTo - below) / 2;
  }
  return wins / (upper.length * lower.length);
}

export interface Threshold {
  /** Null when no threshold separates the lists better than chance. */
  readonly value: number | null;
  /** Mean of the two recalls; 0.5 is chance. */
  readonly balancedAccuracy: number;
  /** Share of `lower` at or below the threshold. */
  readonly lowerRecall: number;
  /** Share of `upper` above it. */
  readonly upperRecall: number;
}

/** The value that separates two ascending lists best, the smallest of equally good ones. */
export function bestThreshold(upper: Float64Array, lower: Float64Array): Threshold {
  let best: Threshold = { value: null, balancedAccuracy: 0.5, lowerRecall: 0, upperRecall: 1 };
  let lowerUpTo = 0;
  let upperUpTo = 0;
  while (lowerUpTo < lower.length || upperUpTo < upper.length) {
    const value = Math.min(lower[lowerUpTo] ?? Number.POSITIVE_INFINITY, upper[upperUpTo] ?? Number.POSITIVE_INFINITY);
    while (lower[lowerUpTo] === value) lowerUpTo += 1;
    while (upper[upperUpTo] === value) upperUpTo += 1;
    const lowerRecall = lowerUpTo / lower.length;
    const upperRecall = (upper.length - upperUpTo) / upper.length;
    const balancedAccuracy = (lowerRecall + upperRecall) / 2;
    if (balancedAccuracy > best.balancedAccuracy) best = { value, balancedAccuracy, lowerRecall, upperRecall };
  }
  return best;
}

export interface Evidence {
  readonly buckets: number;
  /** Chance that an append-heavy step is slower than a prefix-heavy one of its bucket, over all pairs. Null without buckets. */
  readonly appendSlowerProbability: number | null;
  /** Of the best single threshold on latencies relative to their bucket. */
  readonly balancedAccuracy: number | null;
  /** Median over the buckets of append-heavy median / prefix-heavy median. */
  readonly medianRatio: number | null;
}

export const CLEAR = { probability: 0.8, balancedAccuracy: 0.75, ratio: 1.5 } as const;
export const SLOWER_PROBABILITY = 0.6;

export type Verdict =
  | "inconclusive: no matched buckets with both classes"
  | "supports clear separation"
  | "supports append-slower effect, rejects clear no-mixing separation"
  | "rejects append-slower separation";

/** The first that holds: nothing to compare, apart in every respect, slower on the whole, neither. */
export function verdictOf({ buckets, appendSlowerProbability, balancedAccuracy, medianRatio }: Evidence): Verdict {
  if (buckets === 0 || appendSlowerProbability === null || balancedAccuracy === null || medianRatio === null)
    return "inconclusive: no matched buckets with both classes";
  const clear = appendSlowerProbability >= CLEAR.probability && balancedAccuracy >= CLEAR.balancedAccuracy && medianRatio >= CLEAR.ratio;
  if (clear) return "supports clear separation";
  return appendSlowerProbability > SLOWER_PROBABILITY
    ? "supports append-slower effect, rejects clear no-mixing separation"
    : "rejects append-slower separation";
}
