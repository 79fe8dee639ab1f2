import type { Cell, Column, Distribution } from "../experiment.ts";
import { quantileNumpy, sorted } from "./quantile.ts";
import { pairwiseMean } from "./sum.ts";

/** Statistics of a list of values. `None` is the value of those of an empty list. */
export interface Summary<None extends 0 | null> {
  readonly n: number;
  readonly mean: number | None;
  readonly min: number | None;
  readonly p25: number | None;
  readonly p50: number | None;
  readonly p75: number | None;
  readonly p90: number | None;
  readonly p95: number | None;
  readonly p99: number | None;
  readonly max: number | None;
}

/** Mean (pairwise, so in the order given), extremes, and quantiles in NumPy's form. */
export function summarize<None extends 0 | null>(values: ArrayLike<number>, none: None): Summary<None> {
  return { ...statisticsOf(sorted(values), none), mean: pairwiseMean(values) ?? none };
}

/** The same for values in ascending order. */
export function summarizeAscending<None extends 0 | null>(ascending: ArrayLike<number>, none: None): Summary<None> {
  return { ...statisticsOf(ascending, none), mean: pairwiseMean(ascending) ?? none };
}

function statisticsOf<None extends 0 | null>(ascending: ArrayLike<number>, none: None): Omit<Summary<None>, "mean"> {
  const quantile = (q: number): number | None => quantileNumpy(ascending, q) ?? none;
  return {
    n: ascending.length,
    min: ascending[0] ?? none,
    p25: quantile(0.25),
    p50: quantile(0.5),
    p75: quantile(0.75),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: ascending[ascending.length - 1] ?? none,
  };
}

/** Of a distribution with its default quantiles. The mean is exact to 12 digits behind the point. */
export function summaryOf<None extends 0 | null>(
  { n, sum, ascending }: Pick<Distribution, "n" | "sum" | "ascending">,
  none: None,
): Summary<None> {
  return { ...statisticsOf(ascending, none), mean: n === 0 ? none : sum / n };
}

/** For tables that leave the statistics of no values empty. */
export const NO_STATISTICS: Summary<null> = summarizeAscending([], null);

const STATISTICS = {
  mean: "Mean",
  min: "Minimum",
  p01: "1st percentile",
  p05: "5th percentile",
  p10: "10th percentile",
  p25: "25th percentile",
  p50: "Median",
  p75: "75th percentile",
  p90: "90th percentile",
  p95: "95th percentile",
  p99: "99th percentile",
  max: "Maximum",
} as const;
type Statistic = keyof typeof STATISTICS;

/**
 * Table columns for statistics, by column name: `summaryColumns({ avg: "mean", p50: "p50" }, (row) => row.all, "per session", "calls")`
 * has "Mean per session" and "Median per session" in calls.
 */
export function summaryColumns<R, const S extends Statistic>(
  names: Readonly<Record<string, S>>,
  of: (row: R) => Readonly<Record<S, Cell>>,
  says: string,
  unit: string,
): Record<string, Column<R>> {
  const columns = Object.entries(names).map(([name, statistic]) => [
    name,
    { of: (row: R) => of(row)[statistic], says: `${STATISTICS[statistic]} ${says}`, unit },
  ]);
  return Object.fromEntries(columns);
}
