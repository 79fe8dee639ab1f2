/** The floor of each group beside the errors that the fits of timing_fit make on it. */
import type { Cell, Row } from "../../../lib/experiment.ts";
import { type Means, meansOf, type NeighbourhoodGroup, over } from "./neighbourhoods.ts";

const LOG_METRICS = [
  "r2",
  "mae_ms",
  "rmse_ms",
  "mape",
  "smooth_relative_absolute_error",
  "median_absolute_percentage_error",
  "p90_absolute_percentage_error",
  "mean_abs_log_error",
  "multiplicative_mae",
] as const;
const SMOOTH_METRICS = [
  "r2",
  "mae_ms",
  "rmse_ms",
  "mape",
  "smooth_relative_absolute_error",
  "mean_abs_log_error",
  "multiplicative_mae",
] as const;
/** Our column, and the column of `timing_fit_metrics` that it repeats. */
const FIT_COLUMNS = {
  fit_rows: "fit_rows",
  fit_test_mae_ms: "test_mae_ms",
  fit_test_rmse_ms: "test_rmse_ms",
  fit_test_r2: "test_r2",
  fit_test_mape: "test_mape",
  fit_test_smooth_relative_absolute_error: "test_smooth_relative_absolute_error",
  fit_test_median_absolute_percentage_error: "test_median_absolute_percentage_error",
  fit_test_p90_absolute_percentage_error: "test_p90_absolute_percentage_error",
} as const;

type FitColumn =
  | keyof typeof FIT_COLUMNS
  | `log_target_test_${(typeof LOG_METRICS)[number]}`
  | `smooth_target_test_${(typeof SMOOTH_METRICS)[number]}`;

/** Columns of the table, in its order. */
export const COMPARISON_COLUMNS = [
  "provider",
  "model",
  "segment_kind",
  "group_key",
  "local_rows",
  "local_coverage",
  "local_mae_ms",
  "local_median_duration_ms",
  "local_relative_mae_ratio",
  "local_mae_ratio_vs_median",
  "local_mape_floor",
  "local_smooth_relative_floor",
  "local_p90_minus_p10_ms",
  "local_p90_minus_p10_ratio",
  "local_p90_minus_p10_ratio_vs_median",
  "fit_rows",
  "fit_test_mae_ms",
  "fit_test_rmse_ms",
  "fit_test_r2",
  "fit_test_mape",
  "fit_test_smooth_relative_absolute_error",
  "fit_test_median_absolute_percentage_error",
  "fit_test_p90_absolute_percentage_error",
  "log_target_test_r2",
  "log_target_test_mae_ms",
  "log_target_test_rmse_ms",
  "log_target_test_mape",
  "log_target_test_smooth_relative_absolute_error",
  "log_target_test_median_absolute_percentage_error",
  "log_target_test_p90_absolute_percentage_error",
  "log_target_test_mean_abs_log_error",
  "log_target_test_multiplicative_mae",
  "smooth_target_test_r2",
  "smooth_target_test_mae_ms",
  "smooth_target_test_rmse_ms",
  "smooth_target_test_mape",
  "smooth_target_test_smooth_relative_absolute_error",
  "smooth_target_test_mean_abs_log_error",
  "smooth_target_test_multiplicative_mae",
  "fit_relative_mae_ratio",
  "fit_over_local_mape_floor",
  "log_target_over_local_mape_floor",
  "fit_over_local_smooth_relative_floor",
  "log_target_over_local_smooth_relative_floor",
  "smooth_target_over_local_smooth_relative_floor",
  "fit_minus_local_mae_ms",
  "fit_over_local_mae",
] as const;

/** A group that has both neighbourhoods and a fit. */
export interface Comparison {
  readonly group: NeighbourhoodGroup;
  readonly local: Means;
  readonly fit: Readonly<Record<FitColumn, number | null>>;
}

/** Most rows in neighbourhoods first. `metrics` are the rows of the table `timing_fit_metrics`. */
export function compareWithFits(groups: readonly NeighbourhoodGroup[], metrics: readonly Row[]): Comparison[] {
  const metricsOf = new Map(metrics.map((row) => [row.group_key, row]));
  return groups
    .flatMap((group): Comparison[] => {
      const row = metricsOf.get(group.group.key);
      if (!row || row.skipped || typeof row.test_mae_ms !== "number") return [];
      return [{ group, local: meansOf(group.neighbourhoods), fit: fitColumns(row) }];
    })
    .sort((a, b) => b.local.rows - a.local.rows);
}

/** A row of the table: cells of the group, of its floor, of its fits, and how they relate. */
export function comparisonRow({ group, local, fit }: Comparison): Readonly<Record<(typeof COMPARISON_COLUMNS)[number], Cell>> {
  const mae = fit.fit_test_mae_ms;
  return {
    provider: group.group.provider,
    model: group.group.model,
    segment_kind: group.group.segmentKind,
    group_key: group.group.key,
    local_rows: local.rows,
    local_coverage: local.rows / group.rowsAfterTrim,
    local_mae_ms: local.mae,
    local_median_duration_ms: local.median,
    local_relative_mae_ratio: local.relativeMae,
    local_mae_ratio_vs_median: local.maeOverMedian,
    local_mape_floor: local.mape,
    local_smooth_relative_floor: local.smooth,
    local_p90_minus_p10_ms: local.p90MinusP10,
    local_p90_minus_p10_ratio: local.p90MinusP10Ratio,
    local_p90_minus_p10_ratio_vs_median: local.p90MinusP10OverMedian,
    ...fit,
    fit_relative_mae_ratio: over(mae, local.median),
    fit_over_local_mape_floor: over(fit.fit_test_mape, local.mape),
    log_target_over_local_mape_floor: over(fit.log_target_test_mape, local.mape),
    fit_over_local_smooth_relative_floor: over(fit.fit_test_smooth_relative_absolute_error, local.smooth),
    log_target_over_local_smooth_relative_floor: over(fit.log_target_test_smooth_relative_absolute_error, local.smooth),
    smooth_target_over_local_smooth_relative_floor: over(fit.smooth_target_test_smooth_relative_absolute_error, local.smooth),
    fit_minus_local_mae_ms: mae === null || local.mae === null ? null : mae - local.mae,
    fit_over_local_mae: over(mae, local.mae),
  };
}

/** Mean over groups weighted by their rows in neighbourhoods; groups that lack a value are left out. */
export function weightedOverGroups(comparisons: readonly Comparison[], value: (comparison: Comparison) => number | null): number | null {
  const known = comparisons.map((each) => ({ rows: each.local.rows, value: value(each) })).filter((each) => each.value !== null);
  const rows = known.reduce((sum, each) => sum + each.rows, 0);
  return rows === 0 ? null : known.reduce((sum, each) => sum + (each.value as number) * each.rows, 0) / rows;
}

function fitColumns(row: Row): Comparison["fit"] {
  const number = (column: string) => {
    const value = row[column];
    return typeof value === "number" ? value : null;
  };
  const same = (prefix: string, names: readonly string[]) => names.map((name) => [`${prefix}${name}`, number(`${prefix}${name}`)]);
  return Object.fromEntries([
    ...Object.entries(FIT_COLUMNS).map(([column, source]) => [column, number(source)]),
    ...same("log_target_test_", LOG_METRICS),
    ...same("smooth_target_test_", SMOOTH_METRICS),
  ]) as Comparison["fit"];
}
