/** The two kinds of statistics in the analysis, and how they are found by group. */
import type { Distribution } from "../../../lib/experiment.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

export type Summary = ReturnType<typeof summarize>;
export type Fraction = ReturnType<typeof fraction>;
export type Values = typeof NOTHING;

/** Quantiles are interpolated linearly. All but the count are `null` without values. */
export function summarize({ n, sum, ascending }: Values) {
  const quantile = (q: number) => quantileWeighted(ascending, q);
  return {
    count: n,
    mean: ratio(sum, n),
    median: quantile(0.5),
    p10: quantile(0.1),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    min: ascending[0] ?? null,
    max: ascending[n - 1] ?? null,
  };
}

/** How many of `total` satisfy a condition; the fraction is `null` when `total` is 0. */
export function fraction(count: number, total: number) {
  return { count, total, fraction: ratio(count, total) };
}

/** Of a column that is 1 where a condition holds and 0 where not. */
export function fractionOf({ n, sum }: Values): Fraction {
  return fraction(sum, n);
}

/** The values of a column in one of the groups; none where it has none. */
export function valuesOf<G, C extends string>(
  distributions: readonly Distribution<G, C>[],
  column: NoInfer<C>,
  isOf: (group: G) => boolean,
): Values {
  return distributions.find((found) => found.column === column && isOf(found.group)) ?? NOTHING;
}

export function keyedBy<const K extends string | number, T>(keys: readonly K[], value: (key: K) => T): Record<K, T> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, T>;
}
