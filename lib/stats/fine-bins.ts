/**
 * Fine logarithmic bins for durations and latencies: 64 per decade, with landmarks (1 s, 1 min, …) as further edges, and
 * counts and sums per bin in the order of NumPy's histogram, so that published cells agree to the last digits.
 */
import type { Bin } from "../experiment.ts";
import { at } from "./known.ts";
import { power } from "./power.ts";

const BINS_PER_DECADE = 64;
/** NumPy's weighted histogram adds up blocks of this many values. */
const BLOCK = 65_536;

/** Landmarks of durations in seconds: from a millisecond to a week. */
export const DURATION_LANDMARKS_S = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 21_600, 86_400, 604_800] as const;
/** Landmarks of tool latencies in milliseconds: the bounds of the coarse latency bins. */
export const LATENCY_LANDMARKS_MS = [10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000] as const;

export interface FineBin {
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
  /** Sum of the values in the bin. */
  readonly sum: number;
}

/** A bin with its shares of all values and with everything up to its end. */
export interface CumulativeBin extends FineBin {
  readonly endsAtLandmark: boolean;
  readonly countShare: number;
  readonly sumShare: number;
  readonly cumulativeCount: number;
  readonly cumulativeSum: number;
  readonly cumulativeCountShare: number;
  readonly cumulativeSumShare: number;
}

/**
 * Ascending edges from the least to the greatest value: both of them, and every 10^(k/64) and landmark strictly between.
 * Fewer than two distinct values have no bins: the result is then empty.
 *
 * @param values positive and finite; all groups that share the bins together
 */
export function fineEdges(values: Iterable<number>, landmarks: readonly number[]): number[] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (!(min < max)) return [];
  const low = Math.floor(Math.log10(min));
  const high = Math.max(Math.ceil(Math.log10(max)), low + 1);
  const grid = Array.from({ length: (high - low) * BINS_PER_DECADE + 1 }, (_, i) => powerOfTen(low * BINS_PER_DECADE + i));
  const inner = [...grid, ...landmarks].filter((edge) => edge > min && edge < max);
  return [...new Set([min, ...inner, max])].sort((a, b) => a - b);
}

/** Counts and sums per bin: half-open [lo, hi), the last bin closed. `values` in the order in which they were read. */
export function fineBins(values: ArrayLike<number>, edges: readonly number[]): FineBin[] {
  if (edges.length < 2) return [];
  const below = edges.map((edge): Below => ({ edge, count: 0, sum: 0 }));
  const copy = new Float64Array(values);
  for (let from = 0; from < copy.length; from += BLOCK) addBlock(copy.subarray(from, from + BLOCK).sort(), below);
  return below.slice(1).map((high, i) => {
    const low = at(below, i);
    return { lo: low.edge, hi: high.edge, count: high.count - low.count, sum: high.sum - low.sum };
  });
}

/** Counts and sums that the database found, with the bins that have no values. */
export function filledBins(found: readonly Bin<unknown>[], edges: readonly number[]): FineBin[] {
  const byPlace = new Map(found.map((bin) => [bin.bin, bin]));
  return edges.slice(1).map((hi, place) => ({
    lo: at(edges, place),
    hi,
    count: byPlace.get(place)?.n ?? 0,
    sum: byPlace.get(place)?.sum ?? 0,
  }));
}

/** Running counts and sums over the bins of one group, and shares of its totals. */
export function cumulate(bins: readonly FineBin[], landmarks: readonly number[]): CumulativeBin[] {
  const count = bins.reduce((total, bin) => total + bin.count, 0);
  const sum = bins.reduce((total, bin) => total + bin.sum, 0);
  let cumulativeCount = 0;
  let cumulativeSum = 0;
  return bins.map((bin) => {
    cumulativeCount += bin.count;
    cumulativeSum += bin.sum;
    return {
      ...bin,
      endsAtLandmark: landmarks.includes(bin.hi),
      countShare: bin.count / count,
      sumShare: bin.sum / sum,
      cumulativeCount,
      cumulativeSum,
      cumulativeCountShare: cumulativeCount / count,
      cumulativeSumShare: cumulativeSum / sum,
    };
  });
}

/** How many values are below an edge, and their sum. The last edge counts values that equal it, too. */
interface Below {
  readonly edge: number;
  count: number;
  sum: number;
}

function addBlock(ascending: Float64Array, below: readonly Below[]): void {
  const last = below.at(-1);
  let index = 0;
  let sum = 0;
  for (const total of below) {
    for (; index < ascending.length; index++) {
      const value = ascending[index] ?? Number.NaN;
      if (total === last ? value > total.edge : value >= total.edge) break;
      sum += value;
    }
    total.count += index;
    total.sum += sum;
  }
}

/** 10^(k/64), exact for whole powers so that they coincide with landmarks. */
function powerOfTen(k: number): number {
  return k % BINS_PER_DECADE === 0 ? Number(`1e${k / BINS_PER_DECADE}`) : power(10, k / BINS_PER_DECADE);
}
