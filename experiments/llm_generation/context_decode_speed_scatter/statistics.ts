/** Statistics of measured values: quantiles, overall and in bins of context, and variance. */
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { power } from "../../../lib/stats/power.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import type { Measured } from "./measure.ts";

export type Quantiles = ReturnType<typeof quantilesOf>;
export type ContextBin = ReturnType<typeof contextBins>[number];
export type Spread = ReturnType<typeof spreadOf>;

export function quantilesOf(values: readonly number[]) {
  const ascending = sorted(values);
  const quantile = (q: number) => quantileWeighted(ascending, q);
  return { rows: values.length, p25: quantile(0.25), p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
}

/** Quantiles within each doubling of the context that holds at least `leastRows` values, ascending. */
export function contextBins({ context, values }: Measured, leastRows: number) {
  const bins = groupBy(context.keys(), (i) => floorLog2(at(context, i)));
  return [...bins]
    .filter(([, steps]) => steps.length >= leastRows)
    .sort(([a], [b]) => a - b)
    .map(([bin, steps]) => ({
      /** Tokens: the geometric middle of a bin from one power of two up to, not including, the next. */
      midpoint: power(2, bin + 0.5),
      ...quantilesOf(steps.map((i) => at(values, i))),
    }));
}

/** The largest k with 2^k <= value; the logarithm alone may round up just below a power of two. */
export function floorLog2(value: number): number {
  const near = Math.round(Math.log2(value));
  return power(2, near) <= value ? near : near - 1;
}

/** Variances, deviations and deviations in percent of the mean; `null` where they are undefined. */
export function spreadOf(values: readonly number[]) {
  const rows = values.length;
  const mean = rows > 0 ? compensatedSum(values) / rows : null;
  const squares = mean === null ? null : compensatedSum(values.map((value) => (value - mean) ** 2));
  const populationVariance = squares === null ? null : squares / rows;
  const sampleVariance = squares === null || rows < 2 ? null : squares / (rows - 1);
  const populationDeviation = rootOf(populationVariance);
  const sampleDeviation = rootOf(sampleVariance);
  return {
    rows,
    mean,
    populationVariance,
    sampleVariance,
    populationDeviation,
    sampleDeviation,
    populationVariation: percentOf(populationDeviation, mean),
    sampleVariation: percentOf(sampleDeviation, mean),
  };
}

function rootOf(value: number | null): number | null {
  return value === null ? null : Math.sqrt(value);
}

function percentOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null ? null : (part / whole) * 100;
}

/** Neumaier's sum: what each addition loses is kept and added at the end. */
function compensatedSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}
