import { quantileNumpy, sorted } from "./quantile.ts";
import { pairwiseMean } from "./sum.ts";

/** What tables say of a list of values. `None` is what stands for the statistics of no values. */
export interface Summary<None extends 0 | null> {
  readonly n: number;
  readonly mean: number | None;
  readonly p25: number | None;
  readonly p50: number | None;
  readonly p90: number | None;
  readonly p99: number | None;
  readonly max: number | None;
}

/** Mean (pairwise, so in the order given), quantiles in NumPy's form, and the largest value. */
export function summarize<None extends 0 | null>(values: ArrayLike<number>, none: None): Summary<None> {
  const ascending = sorted(values);
  const quantile = (q: number): number | None => quantileNumpy(ascending, q) ?? none;
  return {
    n: values.length,
    mean: pairwiseMean(values) ?? none,
    p25: quantile(0.25),
    p50: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    max: ascending.at(-1) ?? none,
  };
}
