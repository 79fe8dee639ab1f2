/** Tables and JSON summaries. */
import { type Cell, type Column, type JsonDocument, type Row, type Table, table } from "../../../lib/experiment.ts";
import { type Metric, metricColumns, type Target } from "../../../lib/trace/latency-fits.ts";
import type { Floor, FloorSums } from "./floor.ts";
import {
  type Comparison,
  type Duplicate,
  type DuplicateGroup,
  errorOf,
  type Means,
  type Measured,
  meansOf,
  medianOf,
  type Neighborhood,
  type NeighborhoodGroup,
  type Options,
  over,
  widest,
} from "./measure.ts";
import { compactGroups } from "./reports.ts";

const FEATURE_FIELDS = ["provider", "model", "segment_kind", "cached_tokens", "append_tokens", "segment_output_tokens"];

type Columns<R> = Readonly<Record<string, Column<R>>>;

function cellsOf<R>(columns: Columns<R>, row: R): Row {
  return Object.fromEntries(Object.entries(columns).map(([name, { of }]) => [name, of(row)]));
}

function column<R>(of: (row: R) => Cell, says: string, unit?: string): Column<R> {
  return { of, says, ...(unit === undefined ? {} : { unit }) };
}

/** Mean losses of the best single prediction. */
const LOSS_COLUMNS: Columns<FloorSums> = {
  best_constant_mae_ms: column(({ absSum, rows }) => absSum / rows, "Mean |error| of the median as the prediction", "ms"),
  best_constant_relative_mae_ratio: column(({ relativeSum, rows }) => relativeSum / rows, "The same as a share of the median", "share"),
  best_constant_mape: column(({ mapeSum, rows }) => mapeSum / rows, "Mean of |error| / observed for `mape_optimal_duration_ms`", "share"),
  best_constant_smooth_relative_loss: column(
    ({ smoothSum, rows }) => smoothSum / rows,
    "Mean of |error| / (observed + T) for `smooth_relative_optimal_duration_ms`",
    "share",
  ),
};
/** Predictions that are best for a loss. */
const OPTIMAL_COLUMNS: Columns<Floor> = {
  mape_optimal_duration_ms: column((floor) => floor.mapeOptimal, "Prediction with the smallest mean of |error| / observed", "ms"),
  smooth_relative_optimal_duration_ms: column(
    (floor) => floor.smoothOptimal,
    "Prediction with the smallest mean of |error| / (observed + T)",
    "ms",
  ),
};
const SPREAD_COLUMNS: Columns<Floor> = {
  spread_ms: column(({ spread }) => spread, "Longest minus shortest duration", "ms"),
  ratio: column(({ ratio }) => ratio, "Longest over shortest duration; a shortest below 1 ms counts as 1 ms", "ratio"),
};

function ofFloor(columns: Columns<Floor>): Columns<{ readonly floor: Floor }> {
  return Object.fromEntries(Object.entries(columns).map(([name, { of, ...info }]) => [name, { of: ({ floor }) => of(floor), ...info }]));
}

const DUPLICATE_COLUMNS: Columns<Duplicate> = {
  provider: column(({ provider }) => provider, "Provider of the segments"),
  model: column(({ model }) => model, "Their model"),
  segment_kind: column((row) => row.segment_kind, "Their kind"),
  cached_tokens: column((row) => row.cached_tokens, "Cached input of each", "tokens"),
  append_tokens: column((row) => row.append_tokens, "New input of each", "tokens"),
  segment_output_tokens: column((row) => row.segment_output_tokens, "Output of each", "tokens"),
  rows: column(({ floor }) => floor.rows, "Segments with these tokens", "segments"),
  min_duration_ms: column(({ floor }) => floor.min, "Shortest duration", "ms"),
  median_duration_ms: column(({ floor }) => floor.median, "Median duration", "ms"),
  ...ofFloor(OPTIMAL_COLUMNS),
  max_duration_ms: column(({ floor }) => floor.max, "Longest duration", "ms"),
  ...ofFloor({ ...SPREAD_COLUMNS, ...LOSS_COLUMNS }),
  // The header is line 1.
  min_source_line: column((row) => row.first_seq + 1, "Line of the first of them in `timing_fit_trace.csv`"),
  max_source_line: column((row) => row.last_seq + 1, "Line of the last of them"),
};

export function duplicatesTable({ duplicates }: Measured, { topExamples }: Options): Table {
  return table("timing_feature_ambiguity_top", duplicates.bySpread.slice(0, topExamples), DUPLICATE_COLUMNS, {
    title: "Same tokens, different durations",
    caption: "One row per combination of token counts that several segments of a group share, widest spread of durations first.",
  });
}

const NEIGHBORHOOD_COLUMNS: Columns<Neighborhood> = {
  provider: column(({ group }) => group.provider, "Provider of the segments"),
  model: column(({ group }) => group.model, "Their model"),
  segment_kind: column(({ group }) => group.segment_kind, "Their kind"),
  rows: column(({ floor }) => floor.rows, "Segments of the neighborhood", "segments"),
  prefix_min: column(({ prefix }) => prefix[0], "Smallest cached input", "tokens"),
  prefix_max: column(({ prefix }) => prefix[1], "Largest cached input", "tokens"),
  append_min: column(({ append }) => append[0], "Smallest new input", "tokens"),
  append_max: column(({ append }) => append[1], "Largest new input", "tokens"),
  output_min: column(({ output }) => output[0], "Smallest output", "tokens"),
  output_max: column(({ output }) => output[1], "Largest output", "tokens"),
  duration_min_ms: column(({ floor }) => floor.min, "Shortest duration", "ms"),
  duration_p10_ms: column(({ p10 }) => p10, "10th percentile of the durations", "ms"),
  duration_median_ms: column(({ floor }) => floor.median, "Median duration", "ms"),
  ...ofFloor(OPTIMAL_COLUMNS),
  duration_p90_ms: column(({ p90 }) => p90, "90th percentile of the durations", "ms"),
  duration_max_ms: column(({ floor }) => floor.max, "Longest duration", "ms"),
  p90_minus_p10_ms: column(({ p10, p90 }) => p90 - p10, "90th minus 10th percentile", "ms"),
  p90_minus_p10_ratio: column(({ p10, p90, floor }) => (p90 - p10) / floor.median, "The same as a share of the median", "share"),
  ...ofFloor({ ...SPREAD_COLUMNS, ...LOSS_COLUMNS }),
};

export function neighborhoodsTable({ neighborhoods }: Measured, { topExamples }: Options): Table {
  return table("timing_local_neighborhood_top", widest(neighborhoods).slice(0, topExamples), NEIGHBORHOOD_COLUMNS, {
    title: "Similar tokens, different durations",
    caption: "One row per neighborhood of segments with similar token counts, widest distance from p10 to p90 first.",
  });
}

const RELATIVE = ["mape", "smooth_relative_absolute_error"] as const;
const PERCENTILES = ["median_absolute_percentage_error", "p90_absolute_percentage_error"] as const;
const LOGARITHMIC = ["mean_abs_log_error", "multiplicative_mae"] as const;
const COMPARISON_COLUMNS = {
  provider: column(({ group }) => group.provider, "Provider of the group"),
  model: column(({ group }) => group.model, "Its model"),
  segment_kind: column(({ group }) => group.segment_kind, "Its kind of segment"),
  group_key: column(({ group }) => group.group_key, "The three joined by `::`"),
  local_rows: column(({ local }) => local.rows, "Segments in neighborhoods", "segments"),
  local_coverage: column(
    ({ local, rowsAfterTrim }) => local.rows / rowsAfterTrim,
    "Their share of the group without its longest segments",
    "share",
  ),
  local_mae_ms: column(({ local }) => local.mae, "Floor of the mean |error|", "ms"),
  local_median_duration_ms: column(
    ({ local }) => local.median,
    "Mean over the segments of the median duration of their neighborhood",
    "ms",
  ),
  local_relative_mae_ratio: column(
    ({ local }) => local.relativeMae,
    "Floor of the mean |error| as a share of the neighborhood's median",
    "share",
  ),
  local_mae_ratio_vs_median: column(({ local }) => local.maeOverMedian, "`local_mae_ms` over `local_median_duration_ms`", "share"),
  local_mape_floor: column(({ local }) => local.mape, "Floor of the mean of |error| / observed", "share"),
  local_smooth_relative_floor: column(({ local }) => local.smooth, "Floor of the mean of |error| / (observed + T)", "share"),
  local_p90_minus_p10_ms: column(({ local }) => local.p90MinusP10, "Mean distance from p10 to p90 in a neighborhood", "ms"),
  local_p90_minus_p10_ratio: column(({ local }) => local.p90MinusP10Ratio, "The same as a share of the neighborhood's median", "share"),
  local_p90_minus_p10_ratio_vs_median: column(
    ({ local }) => local.p90MinusP10OverMedian,
    "`local_p90_minus_p10_ms` over `local_median_duration_ms`",
    "share",
  ),
  fit_rows: column(({ fit }) => fit.fitRows, "Segments of the fits, for training and test", "segments"),
  ...fitColumns("fit_test_", "duration_ms", ["mae_ms", "rmse_ms", "r2", ...RELATIVE, ...PERCENTILES]),
  ...fitColumns("log_target_test_", "log_duration_ms", ["r2", "mae_ms", "rmse_ms", ...RELATIVE, ...PERCENTILES, ...LOGARITHMIC]),
  ...fitColumns("smooth_target_test_", "smooth_relative_duration_ms", ["r2", "mae_ms", "rmse_ms", ...RELATIVE, ...LOGARITHMIC]),
  fit_relative_mae_ratio: column(
    (row) => over(errorOf(row, "duration_ms", "mae_ms"), row.local.median),
    "`fit_test_mae_ms` over `local_median_duration_ms`",
    "share",
  ),
  fit_over_local_mape_floor: overMape("duration_ms", "fit_test_mape"),
  log_target_over_local_mape_floor: overMape("log_duration_ms", "log_target_test_mape"),
  fit_over_local_smooth_relative_floor: overSmooth("duration_ms", "fit_test"),
  log_target_over_local_smooth_relative_floor: overSmooth("log_duration_ms", "log_target_test"),
  smooth_target_over_local_smooth_relative_floor: overSmooth("smooth_relative_duration_ms", "smooth_target_test"),
  fit_minus_local_mae_ms: column(maeBeyondFloor, "`fit_test_mae_ms` minus `local_mae_ms`", "ms"),
  fit_over_local_mae: column(
    (row) => over(errorOf(row, "duration_ms", "mae_ms"), row.local.mae),
    "`fit_test_mae_ms` over `local_mae_ms`; empty when that is 0",
    "ratio",
  ),
} satisfies Columns<Comparison>;

function fitColumns(prefix: string, target: Target, metrics: readonly Metric[]): Columns<Comparison> {
  return metricColumns(metrics, { prefix, target, of: ({ fit }: Comparison) => fit.test[target] });
}

function overMape(target: Target, name: string): Column<Comparison> {
  return column((row) => over(errorOf(row, target, "mape"), row.local.mape), `\`${name}\` over \`local_mape_floor\``, "ratio");
}

function overSmooth(target: Target, prefix: string): Column<Comparison> {
  const says = `\`${prefix}_smooth_relative_absolute_error\` over \`local_smooth_relative_floor\``;
  return column((row) => over(errorOf(row, target, "smooth_relative_absolute_error"), row.local.smooth), says, "ratio");
}

function maeBeyondFloor(row: Comparison): number | null {
  const mae = errorOf(row, "duration_ms", "mae_ms");
  return mae === null || row.local.mae === null ? null : mae - row.local.mae;
}

export function comparisonTable({ comparisons }: Measured): Table {
  return table("timing_irreducible_error_fit_comparison", comparisons, COMPARISON_COLUMNS, {
    title: "Fits and the floor",
    caption:
      "One row per group with neighborhoods and a fit, most segments in neighborhoods first. A ratio of 1 is as good as tokens allow.",
  });
}

const { provider, model, local_rows, local_mae_ms, fit_over_local_mae, local_smooth_relative_floor } = COMPARISON_COLUMNS;
const COMPACT_COLUMNS: Columns<Comparison> = {
  provider,
  model,
  local_rows,
  typical_latency_ms: COMPARISON_COLUMNS.local_median_duration_ms,
  local_mae_ms,
  ...fitColumns("fit_test_", "duration_ms", ["mae_ms"]),
  fit_over_local_mae,
  ...fitColumns("fit_test_", "duration_ms", ["r2"]),
  local_smooth_relative_floor,
  smooth_target_smooth_relative_error: column(
    (row) => errorOf(row, "smooth_relative_duration_ms", "smooth_relative_absolute_error"),
    "Mean of |error| / (observed + T) (fit to the smooth relative error)",
    "share",
  ),
  smooth_target_over_local: column(
    (row) => over(errorOf(row, "smooth_relative_duration_ms", "smooth_relative_absolute_error"), row.local.smooth),
    "The error of this fit over its floor",
    "ratio",
  ),
};

export function compactTable({ comparisons }: Measured): Table {
  return table("timing_fit_compact_summary", compactGroups(comparisons), COMPACT_COLUMNS, {
    title: "Fits and the floor, whole steps",
    caption: "One row per group from tool result to tool call: the 16 with most segments in neighborhoods.",
  });
}

export function summaryDocument(measured: Measured, options: Options): JsonDocument {
  const { loaded, comparisons } = measured;
  return {
    name: "timing_irreducible_error.json",
    says: "all floors, overall and per group, with the flags",
    value: {
      input: "timing_fit_trace.csv",
      feature_fields: FEATURE_FIELDS,
      load_stats: {
        input_rows: loaded.inputRows,
        ...(loaded.invalidRows > 0 ? { invalid_numeric_field: loaded.invalidRows } : {}),
        ...(loaded.unnamedRows > 0 ? { missing_group_field: loaded.unnamedRows } : {}),
        usable_rows: loaded.usableRows,
      },
      exact_duplicate_pure_error: duplicatesSummary(measured, options),
      local_neighborhood_error: neighborhoodsSummary(measured, options),
      fit_comparison: comparisons.map((comparison) => cellsOf(COMPARISON_COLUMNS, comparison)),
    },
  };
}

/** Part of the published results. */
export function pointerDocument(): JsonDocument {
  return {
    name: "timing_feature_ambiguity.json",
    says: "the name of the file that has the floors",
    value: {
      note: "Exact feature ambiguity is now part of the broader irreducible-error analysis.",
      superseded_by: "timing_irreducible_error.json",
    },
  };
}

function duplicatesSummary({ featureKeys, duplicates }: Measured, { topExamples }: Options): object {
  const { sums, bySpread, byRatio, groups } = duplicates;
  const mean = (sum: number) => over(sum, sums.rows);
  return {
    feature_keys: featureKeys,
    duplicate_feature_keys: bySpread.length,
    duplicate_rows: sums.rows,
    duplicate_subset_best_possible_mae_ms: mean(sums.absSum),
    duplicate_subset_best_possible_relative_mae_ratio: mean(sums.relativeSum),
    duplicate_subset_best_possible_mape: mean(sums.mapeSum),
    duplicate_subset_best_possible_smooth_relative_loss: mean(sums.smoothSum),
    per_group: Object.fromEntries(groups.map((group) => [group.key, duplicateGroupSummary(group)])),
    top_by_spread: bySpread.slice(0, topExamples).map(duplicateSummary),
    top_by_ratio_min_100ms: byRatio.slice(0, topExamples).map(duplicateSummary),
  };
}

function duplicateGroupSummary({ first, keys, sums }: DuplicateGroup): object {
  return {
    provider: first.provider,
    model: first.model,
    segment_kind: first.segment_kind,
    duplicate_feature_keys: keys,
    duplicate_rows: sums.rows,
    ...sumCells(sums),
    ...cellsOf(LOSS_COLUMNS, sums),
    // The first of a group has the widest spread.
    largest_spread_ms: first.floor.spread,
  };
}

function duplicateSummary(duplicate: Duplicate): object {
  return { ...cellsOf(DUPLICATE_COLUMNS, duplicate), ...sumCells(duplicate.floor) };
}

function neighborhoodsSummary({ neighborhoods, local }: Measured, options: Options): object {
  return {
    config: {
      min_group_rows: options.minGroupRows,
      min_bucket_rows: options.minBucketRows,
      bin_step_log2: options.binStep,
      trim_quantile: options.trimQuantile,
      smooth_relative_threshold_ms: options.smoothRelativeThresholdMs,
    },
    total_rows_after_trim: neighborhoods.rowsAfterTrim,
    total_rows_in_local_buckets: local.rows,
    local_row_coverage: over(local.rows, neighborhoods.rowsAfterTrim) ?? 0,
    ...meansSummary(local, "weighted_local_"),
    per_group: Object.fromEntries(neighborhoods.groups.map((group) => [group.group.group_key, neighborhoodGroupSummary(group)])),
    top_local_buckets: widest(neighborhoods)
      .slice(0, options.topExamples)
      .map((each) => ({
        ...cellsOf(NEIGHBORHOOD_COLUMNS, each),
        group_key: each.group.group_key,
        ...sumCells(each.floor),
        best_constant_sq_error_sum_ms: each.floor.squareSum,
      })),
  };
}

function neighborhoodGroupSummary({ group, rawRows, rowsAfterTrim, trimCutoffMs, neighborhoods }: NeighborhoodGroup): object {
  const means = meansOf(neighborhoods);
  return {
    provider: group.provider,
    model: group.model,
    segment_kind: group.segment_kind,
    raw_rows: rawRows,
    rows_after_trim: rowsAfterTrim,
    trim_cutoff_ms: trimCutoffMs,
    local_bucket_count: neighborhoods.length,
    local_rows: means.rows,
    local_row_coverage: means.rows / rowsAfterTrim,
    ...meansSummary(means, "local_"),
    median_bucket_p90_minus_p10_ms: medianOf(neighborhoods, ({ p10, p90 }) => p90 - p10),
    median_bucket_relative_mae_ratio: medianOf(neighborhoods, ({ floor }) => floor.relativeSum / floor.rows),
    median_bucket_mape: medianOf(neighborhoods, ({ floor }) => floor.mapeSum / floor.rows),
    median_bucket_smooth_relative_loss: medianOf(neighborhoods, ({ floor }) => floor.smoothSum / floor.rows),
    largest_local_spread_ms: neighborhoods.reduce((largest, { floor }) => Math.max(largest, floor.spread), 0),
  };
}

function meansSummary(means: Means, prefix: "weighted_local_" | "local_"): object {
  return {
    [`${prefix}best_constant_mae_ms`]: means.mae,
    [`${prefix}best_constant_rmse_ms`]: means.rmse,
    [`${prefix}best_constant_relative_mae_ratio`]: means.relativeMae,
    [`${prefix}best_constant_mape`]: means.mape,
    [`${prefix}best_constant_smooth_relative_loss`]: means.smooth,
    weighted_local_median_duration_ms: means.median,
    [`${prefix}best_constant_mae_ratio_vs_median`]: means.maeOverMedian,
    weighted_p90_minus_p10_ms: means.p90MinusP10,
    weighted_p90_minus_p10_ratio: means.p90MinusP10Ratio,
    weighted_p90_minus_p10_ratio_vs_median: means.p90MinusP10OverMedian,
  };
}

function sumCells({ absSum, relativeSum, mapeSum, smoothSum }: FloorSums): Row {
  return {
    best_constant_abs_error_sum_ms: absSum,
    best_constant_relative_abs_error_sum: relativeSum,
    best_constant_mape_sum: mapeSum,
    best_constant_smooth_relative_sum: smoothSum,
  };
}
