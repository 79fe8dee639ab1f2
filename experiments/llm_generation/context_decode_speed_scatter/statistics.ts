/** Statistics of measured values: quantiles, overall and in bins of context, and variance. */
import type { Distribution } from "../../../lib/experiment.ts";
import { power } from "../../../lib/stats/power.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";

type Values = Pick<Distribution, "n" | "ascending">;
export type Quantiles = ReturnType<typeof quantilesOf>;
export type ContextBin = ReturnType<typeof contextBins>[number];
export type Spread = ReturnType<typeof spreadOf>;

export function quantilesOf({ n, ascending }: Values) {
  const quantile = (q: number) => quantileWeighted(ascending, q);
  return { rows: n, p25: quantile(0.25), p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
}

/** Quantiles within each doubling of the context that holds at least `leastRows` values, in the order given. */
export function contextBins(binned: readonly (Values & { readonly group: { readonly context_bin: number } })[], leastRows: number) {
  return binned
    .filter(({ n }) => n >= leastRows)
    .map(({ group, ...values }) => ({
      /** Tokens: the geometric middle of a bin from one power of two up to, not including, the next. */
      midpoint: power(2, group.context_bin + 0.5),
      ...quantilesOf(values),
    }));
}

/**
 * Variances, deviations and deviations in percent of the mean; `null` where they are undefined.
 * @param of at least one row; `squares` is the sum of the squared differences from the mean
 */
export function spreadOf({ rows, mean, squares }: { readonly rows: number; readonly mean: number; readonly squares: number }) {
  const populationVariance = squares / rows;
  const sampleVariance = rows < 2 ? null : squares / (rows - 1);
  const populationDeviation = Math.sqrt(populationVariance);
  const sampleDeviation = sampleVariance === null ? null : Math.sqrt(sampleVariance);
  return {
    rows,
    mean,
    populationVariance,
    sampleVariance,
    populationDeviation,
    sampleDeviation,
    populationVariation: (populationDeviation / mean) * 100,
    sampleVariation: sampleDeviation === null ? null : (sampleDeviation / mean) * 100,
  };
}
