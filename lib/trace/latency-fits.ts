/** Fits of the latency of timing segments to their tokens: what a fit minimizes, and how its predictions are measured. */
import type { Column } from "../experiment.ts";

/** What a fit minimizes: errors in milliseconds, in ratios, or in ratios with a floor under the denominator. */
export const TARGETS = ["duration_ms", "log_duration_ms", "smooth_relative_duration_ms"] as const;
export type Target = (typeof TARGETS)[number];

const TARGET_NAMES: Readonly<Record<Target, string>> = {
  duration_ms: "fit to milliseconds",
  log_duration_ms: "fit to logs",
  smooth_relative_duration_ms: "fit to the smooth relative error",
};

/** T is the smooth relative threshold. */
const METRICS = {
  rmse_ms: { says: "Root mean square error", unit: "ms" },
  mae_ms: { says: "Mean absolute error", unit: "ms" },
  median_abs_error_ms: { says: "Median absolute error", unit: "ms" },
  mape: { says: "Mean of |error| / observed", unit: "share" },
  median_absolute_percentage_error: { says: "Median of |error| / observed", unit: "share" },
  p90_absolute_percentage_error: { says: "90th percentile of |error| / observed", unit: "share" },
  smooth_relative_absolute_error: { says: "Mean of |error| / (observed + T)", unit: "share" },
  median_smooth_relative_absolute_error: { says: "Median of |error| / (observed + T)", unit: "share" },
  p90_smooth_relative_absolute_error: { says: "90th percentile of |error| / (observed + T)", unit: "share" },
  mean_abs_log_error: { says: "Mean of |ln predicted - ln observed|", unit: "ln ms" },
  median_abs_log_error: { says: "Median of |ln predicted - ln observed|", unit: "ln ms" },
  multiplicative_mae: { says: "Factor that predictions are typically off by: exp of the mean log error", unit: "ratio" },
  multiplicative_median_error: { says: "The same for the median log error", unit: "ratio" },
  prediction_ratio_p10: { says: "10th percentile of predicted / observed", unit: "ratio" },
  prediction_ratio_p50: { says: "Median of predicted / observed", unit: "ratio" },
  prediction_ratio_p90: { says: "90th percentile of predicted / observed", unit: "ratio" },
  r2: { says: "R² in the space of the target", unit: "share" },
} as const;
export type Metric = keyof typeof METRICS;
/** Not finite where a prediction overflows. R² is in the space of the target, so it does not compare targets. */
export type FitMetrics = Readonly<Record<Metric, number>>;

/** Columns `<prefix><metric>` for the test segments of one fit; empty without it and for numbers that are not finite. */
export function metricColumns<R>(
  metrics: readonly Metric[],
  { prefix, target, of }: { readonly prefix: string; readonly target: Target; readonly of: (row: R) => FitMetrics | undefined },
): Record<string, Column<R>> {
  const columns = metrics.map((metric) => {
    const { says, unit } = METRICS[metric];
    return [`${prefix}${metric}`, { of: (row: R) => finite(of(row)?.[metric]), says: `${says} (${TARGET_NAMES[target]})`, unit }];
  });
  return Object.fromEntries(columns);
}

/** Null instead of a number that is not finite or missing. */
export function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
