/** Differences between predictions and observations. All errors are shares of one or milliseconds, never percent. */
import { ascendingAt } from "../../../lib/stats/ascending-at.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { pairwiseMean, pairwiseSum } from "../../../lib/stats/sum.ts";
import type { FitMetrics } from "../../../lib/trace/latency-fits.ts";

/**
 * @param observedMs durations, at least one, all > 0
 * @param predictedMs as many, all > 0, perhaps infinite; metrics are then infinite too
 * @param thresholdMs T of the smooth relative error
 */
export function metricsOf(observedMs: Float64Array, predictedMs: Float64Array, thresholdMs: number): Omit<FitMetrics, "r2"> {
  const each = (of: (observed: number, predicted: number) => number) =>
    observedMs.map((observed, i) => of(observed, predictedMs[i] ?? Number.NaN));
  const absolute = each((d, e) => Math.abs(e - d));
  const relative = each((d, e) => Math.abs(e - d) / d);
  const smooth = each((d, e) => Math.abs(e - d) / (d + thresholdMs));
  const logarithmic = each((d, e) => Math.abs(Math.log(e) - Math.log(d)));
  const ratioAt = quantiles(
    each((d, e) => e / d),
    [0.1, 0.5, 0.9],
  );
  const relativeAt = quantiles(relative, [0.5, 0.9]);
  const smoothAt = quantiles(smooth, [0.5, 0.9]);
  const meanLog = mean(logarithmic);
  const medianLog = quantiles(logarithmic, [0.5])(0.5);
  return {
    rmse_ms: Math.sqrt(mean(absolute.map((error) => error * error))),
    mae_ms: mean(absolute),
    median_abs_error_ms: quantiles(absolute, [0.5])(0.5),
    mape: mean(relative),
    median_absolute_percentage_error: relativeAt(0.5),
    p90_absolute_percentage_error: relativeAt(0.9),
    smooth_relative_absolute_error: mean(smooth),
    median_smooth_relative_absolute_error: smoothAt(0.5),
    p90_smooth_relative_absolute_error: smoothAt(0.9),
    mean_abs_log_error: meanLog,
    median_abs_log_error: medianLog,
    multiplicative_mae: Math.exp(meanLog),
    multiplicative_median_error: Math.exp(medianLog),
    prediction_ratio_p10: ratioAt(0.1),
    prediction_ratio_p50: ratioAt(0.5),
    prediction_ratio_p90: ratioAt(0.9),
  };
}

/** Share of the variance that is explained, at most 1; NaN where there is no variance. */
export function rSquared(actual: Float64Array, predicted: Float64Array): number {
  const average = mean(actual);
  const residual = pairwiseSum(actual.map((value, i) => ((predicted[i] ?? Number.NaN) - value) ** 2));
  const total = pairwiseSum(actual.map((value) => (value - average) ** 2));
  return total === 0 ? Number.NaN : 1 - residual / total;
}

function mean(values: Float64Array): number {
  return pairwiseMean(values) ?? Number.NaN;
}

/** The values at these quantiles. */
function quantiles(values: Float64Array, wanted: readonly number[]): (q: number) => number {
  const ascending = ascendingAt(values, wanted);
  return (q) => quantileNumpy(ascending, q) ?? Number.NaN;
}
