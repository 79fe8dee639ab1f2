/** What all buckets together show. */

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
