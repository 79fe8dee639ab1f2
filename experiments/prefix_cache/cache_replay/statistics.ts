/** The two kinds of statistics in the analysis. */
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";

export type Summary = ReturnType<typeof summarize>;
export type Fraction = ReturnType<typeof fractionWhere>;

/** Quantiles are interpolated linearly. All but the count are `null` without values. */
export function summarize(values: Float64Array) {
  const ascending = sorted(values);
  const quantile = (q: number) => quantileWeighted(ascending, q);
  return {
    count: values.length,
    mean: values.length === 0 ? null : sumInOrder(values) / values.length,
    median: quantile(0.5),
    p10: quantile(0.1),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    min: ascending[0] ?? null,
    max: ascending.at(-1) ?? null,
  };
}

/** How many of `total` satisfy a condition; the fraction is `null` when `total` is 0. */
export function fractionWhere(values: Float64Array, holds: (value: number, row: number) => boolean) {
  let count = 0;
  for (let row = 0; row < values.length; row++) if (holds(values[row] ?? Number.NaN, row)) count++;
  return { count, total: values.length, fraction: values.length === 0 ? null : count / values.length };
}
