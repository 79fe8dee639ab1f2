/** How far two lists of durations lie apart. */

/**
 * Chance that a value of `upper` exceeds one of `lower`, both drawn at random, ties counting half (Mann and Whitney's U
 * over the number of pairs). Both ascending, one value at least in each.
 */
export function dominance(upper: Float64Array, lower: Float64Array): number {
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const value of upper) {
    while (below < lower.length && (lower[below] as number) < value) below += 1;
    while (upTo < lower.length && (lower[upTo] as number) <= value) upTo += 1;
    wins += below + (upTo - below) / 2;
  }
  return wins / (upper.length * lower.length);
}

export interface Threshold {
  /** Null when no threshold tells the lists apart better than a coin. */
  readonly value: number | null;
  /** Mean of the two recalls; 0.5 is a coin. */
  readonly balancedAccuracy: number;
  /** Share of `lower` at or below the threshold. */
  readonly lowerRecall: number;
  /** Share of `upper` above it. */
  readonly upperRecall: number;
}

/** The value that tells two ascending lists apart best, the smallest of equally good ones. */
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
