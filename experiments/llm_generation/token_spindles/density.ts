/** The density of token counts along a compressed binary axis. */
import type { Bin } from "../../../lib/experiment.ts";
import { power } from "../../../lib/stats/power.ts";

/** The stretch from 0 to this many tokens takes one unit of the axis, as each doubling does far beyond it. */
const OFFSET_TOKENS = 32;
const LEAST_TOP_TOKENS = 2_097_152;
const BINS = 239;
const KERNEL_SIGMA_BINS = 2.4;
const KERNEL_REACH_BINS = 10;

export interface DensityPoint {
  /** Middle of a bin, as a position on the axis and in tokens. */
  readonly position: number;
  readonly tokens: number;
  /** Relative to the densest point of the same values: 0 to 1. */
  readonly density: number;
}

/** Position on the axis: log2(tokens + 32) - 5. 0 is at 0, 32 at 1. */
export function positionOf(tokens: number): number {
  return Math.log2(tokens + OFFSET_TOKENS) - Math.log2(OFFSET_TOKENS);
}

/** The inverse of `positionOf`. */
export function tokensAt(position: number): number {
  return OFFSET_TOKENS * power(2, position) - OFFSET_TOKENS;
}

/** End of the axis as a position: 2,097,152 tokens, or the largest value if that is more. */
export function axisLength(largest: number): number {
  return positionOf(Math.max(LEAST_TOP_TOKENS, largest));
}

/** Edges of the bins for `db.bins`: the whole number of tokens with which each begins, and the end of the axis. */
export function densityEdges(length: number): number[] {
  const binOf = (tokens: number) => Math.floor((positionOf(tokens) / length) * BINS);
  const first = Array.from({ length: BINS }, (_, bin) => {
    const near = Math.round(tokensAt((bin * length) / BINS));
    return [near - 1, near, near + 1].find((tokens) => tokens >= 0 && binOf(tokens) >= bin) ?? near;
  });
  return [...first, Math.round(tokensAt(length))];
}

/**
 * Counts in 239 equal bins over [0, length], smoothed by a Gaussian of 2.4 bins and scaled to a maximum of 1; 0 everywhere
 * when no value is on the axis. Nothing is reflected at the ends, so a peak at 0 loses some of its height there.
 */
export function densityOf(found: readonly Bin<unknown>[], length: number): DensityPoint[] {
  const smooth = smoothed(counts(found));
  const densest = Math.max(...smooth);
  return Array.from(smooth, (height, bin) => {
    const position = ((bin + 0.5) * length) / BINS;
    return { position, tokens: tokensAt(position), density: densest > 0 ? height / densest : 0 };
  });
}

function counts(found: readonly Bin<unknown>[]): Float64Array {
  const bins = new Float64Array(BINS);
  for (const { bin, n } of found) bins[bin] = n;
  return bins;
}

function smoothed(bins: Float64Array): Float64Array {
  const offsets = Array.from({ length: 2 * KERNEL_REACH_BINS + 1 }, (_, i) => i - KERNEL_REACH_BINS);
  const kernel = offsets.map((offset) => ({ offset, weight: Math.exp(-0.5 * (offset / KERNEL_SIGMA_BINS) ** 2) }));
  const whole = kernel.reduce((sum, { weight }) => sum + weight, 0);
  return bins.map((_, bin) => kernel.reduce((sum, { offset, weight }) => sum + (weight / whole) * (bins[bin + offset] ?? 0), 0));
}
