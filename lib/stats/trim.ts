import { quantileNumpy, sorted } from "./quantile.ts";

export interface Trim {
  /** The largest value that stays; null when nothing was to be cut. */
  readonly cutoff: number | null;
  readonly removed: number;
  /** Positions of the values that stay, ascending. */
  readonly kept: Uint32Array;
}

/**
 * Cuts off the upper tail: what exceeds the quantile (in NumPy's form; 0 cuts nothing) or `atMost`. Values equal to the
 * cutoff stay, so equal values stay all.
 */
export function trimTail(values: Float64Array, quantile: number, atMost?: number): Trim {
  const bounds = [quantile > 0 ? quantileNumpy(sorted(values), quantile) : null, atMost ?? null].filter((bound) => bound !== null);
  const cutoff = bounds.length === 0 ? null : Math.min(...bounds);
  const kept = Uint32Array.from(values.keys()).filter((i) => cutoff === null || (values[i] ?? Number.NaN) <= cutoff);
  return { cutoff, removed: values.length - kept.length, kept };
}
