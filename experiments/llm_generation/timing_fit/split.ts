import { roundHalfEven } from "../../../lib/format/numbers.ts";
import { Pcg64 } from "../../../lib/stats/pcg64.ts";

/** Positions, ascending. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Splits positions 0 … n-1 at random, n >= 2: the first of a shuffle as `numpy.random.default_rng(seed)` does it are for
 * the test, as many as the fraction says but at least one, and at least one is left to train with.
 */
export function trainTestSplit(n: number, { seed, testFraction }: { readonly seed: number; readonly testFraction: number }): Split {
  const shuffled = new Pcg64(seed).permutation(n);
  const testSize = Math.min(n - 1, Math.max(1, roundHalfEven(n * testFraction)));
  return { test: shuffled.slice(0, testSize).sort(), train: shuffled.slice(testSize).sort() };
}
