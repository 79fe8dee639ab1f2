/** Tables and JSON summaries. */
import type { JsonDocument, Row, Table } from "../../../lib/experiment.ts";
import { COMPARISON_COLUMNS, comparisonRow } from "./comparison.ts";
import type { Duplicate, DuplicateGroup } from "./duplicates.ts";
import type { Floor, FloorSums } from "./floor.ts";
import type { Measured } from "./measure.ts";
import {
  type Means,
  meansOf,
  medianOf,
  type Neighbourhood,
  type NeighbourhoodGroup,
  type NeighbourhoodOptions,
  widest,
} from "./neighbourhoods.ts";

const FEATURE_FIELDS = ["provider", "model", "segment_kind", "cached_tokens", "append_tokens", "segment_output_tokens"];

export interface ReportedOptions extends NeighbourhoodOptions {
  readonly topExamples: number;
  readonly topGroups: number;
}

export function duplicatesTable({ duplicates }: Measured, { topExamples }: ReportedOptions): Table {
  return {
    name: "timing_feature_ambiguity_top",
    title: "Same tokens, other durations",
    caption:
      "One row per combination of token counts that several segments share, widest spread of durations first. Milliseconds; errors of the best constant prediction, ratios as shares of one. Lines are those of timing_fit_trace.csv.",
    columns: [
      ...FEATURE_FIELDS,
      "rows",
      "min_duration_ms",
      "median_duration_ms",
      "mape_optimal_duration_ms",
      "smooth_relative_optimal_duration_ms",
      "max_duration_ms",
      "spread_ms",
      "ratio",
      "best_constant_mae_ms",
      "best_constant_relative_mae_ratio",
      "best_constant_mape",
      "best_constant_smooth_relative_loss",
      "min_source_line",
      "max_source_line",
    ],
    rows: duplicates.bySpread.slice(0, topExamples).map(duplicateRow),
  };
}

export function neighbourhoodsTable({ neighbourhoods }: Measured, { topExamples }: ReportedOptions): Table {
  return {
    name: "timing_local_neighborhood_top",
    title: "Similar tokens, other durations",
    caption:
      "One row per neighbourhood of segments with nearly the same token counts, widest p90 - p10 first. Tokens from least to most, milliseconds, errors of the best constant prediction.",
    columns: [
      "provider",
      "model",
      "segment_kind",
      "rows",
      "prefix_min",
      "prefix_max",
      "append_min",
      "append_max",
      "output_min",
      "output_max",
      "duration_min_ms",
      "duration_p10_ms",
      "duration_median_ms",
      "mape_optimal_duration_ms",
      "smooth_relative_optimal_duration_ms",
      "duration_p90_ms",
      "duration_max_ms",
      "p90_minus_p10_ms",
      "p90_minus_p10_ratio",
      "spread_ms",
      "ratio",
      "best_constant_mae_ms",
      "best_constant_relative_mae_ratio",
      "best_constant_mape",
      "best_constant_smooth_relative_loss",
    ],
    rows: widest(neighbourhoods).slice(0, topExamples).map(neighbourhoodRow),
  };
}

export function comparisonTable({ comparisons }: Measured): Table {
  return {
    name: "timing_irreducible_error_fit_comparison",
    title: "Fits against the floor",
    caption:
      "One row per group with neighbourhoods and a fit, most rows in neighbourhoods first. Errors in milliseconds or shares of one; *_over_* and *_ratio say how many times the floor a fit misses by.",
    columns: COMPARISON_COLUMNS,
    rows: comparisons.map(comparisonRow),
  };
}

export function summaryDocument(measured: Measured, options: ReportedOptions): JsonDocument {
  const { loaded, comparisons } = measured;
  return {
    name: "timing_irreducible_error.json",
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
      local_neighborhood_error: neighbourhoodsSummary(measured, options),
      fit_comparison: comparisons.map(comparisonRow),
    },
  };
}

/** Older readers look for this name. */
export function pointerDocument(): JsonDocument {
  return {
    name: "timing_feature_ambiguity.json",
    value: {
      note: "Exact feature ambiguity is now part of the broader irreducible-error analysis.",
      superseded_by: "timing_irreducible_error.json",
    },
  };
}

function duplicatesSummary({ loaded, duplicates }: Measured, { topExamples }: ReportedOptions): object {
  const { sums, bySpread, byRatio, groups } = duplicates;
  const mean = (sum: number) => (sums.rows === 0 ? null : sum / sums.rows);
  return {
    feature_keys: loaded.featureKeys,
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

function duplicateGroupSummary({ first, keys, sums, largestSpread }: DuplicateGroup): object {
  return {
    provider: first.provider,
    model: first.model,
    segment_kind: first.segment_kind,
    duplicate_feature_keys: keys,
    duplicate_rows: sums.rows,
    ...sumCells(sums),
    ...meanCells(sums),
    largest_spread_ms: largestSpread,
  };
}

function duplicateSummary(duplicate: Duplicate): object {
  return { ...duplicateRow(duplicate), ...sumCells(duplicate.floor) };
}

function neighbourhoodsSummary({ neighbourhoods }: Measured, options: ReportedOptions): object {
  const means = meansOf(neighbourhoods.groups.flatMap((group) => group.neighbourhoods));
  return {
    config: {
      min_group_rows: options.minGroupRows,
      min_bucket_rows: options.minBucketRows,
      bin_step_log2: options.binStep,
      trim_quantile: options.trimQuantile,
      smooth_relative_threshold_ms: options.smoothRelativeThresholdMs,
    },
    total_rows_after_trim: neighbourhoods.rowsAfterTrim,
    total_rows_in_local_buckets: means.rows,
    local_row_coverage: neighbourhoods.rowsAfterTrim === 0 ? 0 : means.rows / neighbourhoods.rowsAfterTrim,
    ...meansSummary(means, "weighted_local_"),
    per_group: Object.fromEntries(neighbourhoods.groups.map((group) => [group.group.key, neighbourhoodGroupSummary(group)])),
    top_local_buckets: widest(neighbourhoods)
      .slice(0, options.topExamples)
      .map((each) => ({
        ...neighbourhoodRow(each),
        group_key: each.group.key,
        ...sumCells(each.floor),
        best_constant_sq_error_sum_ms: each.floor.squareSum,
      })),
  };
}

function neighbourhoodGroupSummary({ group, rawRows, rowsAfterTrim, trimCutoffMs, neighbourhoods }: NeighbourhoodGroup): object {
  const means = meansOf(neighbourhoods);
  return {
    provider: group.provider,
    model: group.model,
    segment_kind: group.segmentKind,
    raw_rows: rawRows,
    rows_after_trim: rowsAfterTrim,
    trim_cutoff_ms: trimCutoffMs,
    local_bucket_count: neighbourhoods.length,
    local_rows: means.rows,
    local_row_coverage: means.rows / rowsAfterTrim,
    ...meansSummary(means, "local_"),
    median_bucket_p90_minus_p10_ms: medianOf(neighbourhoods, ({ p10, p90 }) => p90 - p10),
    median_bucket_relative_mae_ratio: medianOf(neighbourhoods, ({ floor }) => floor.relativeSum / floor.rows),
    median_bucket_mape: medianOf(neighbourhoods, ({ floor }) => floor.mapeSum / floor.rows),
    median_bucket_smooth_relative_loss: medianOf(neighbourhoods, ({ floor }) => floor.smoothSum / floor.rows),
    largest_local_spread_ms: neighbourhoods.reduce((largest, { floor }) => Math.max(largest, floor.spread), 0),
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

function duplicateRow(duplicate: Duplicate): Row {
  const { floor } = duplicate;
  return {
    provider: duplicate.provider,
    model: duplicate.model,
    segment_kind: duplicate.segment_kind,
    cached_tokens: duplicate.cached_tokens,
    append_tokens: duplicate.append_tokens,
    segment_output_tokens: duplicate.segment_output_tokens,
    rows: floor.rows,
    min_duration_ms: floor.min,
    median_duration_ms: floor.median,
    mape_optimal_duration_ms: floor.mapeOptimal,
    smooth_relative_optimal_duration_ms: floor.smoothOptimal,
    max_duration_ms: floor.max,
    spread_ms: floor.spread,
    ratio: floor.ratio,
    ...meanCells(floor),
    min_source_line: duplicate.first_seq + 1, // the header is line 1
    max_source_line: duplicate.last_seq + 1,
  };
}

function neighbourhoodRow({ group, floor, p10, p90, prefix, append, output }: Neighbourhood): Row {
  return {
    provider: group.provider,
    model: group.model,
    segment_kind: group.segmentKind,
    rows: floor.rows,
    prefix_min: prefix[0],
    prefix_max: prefix[1],
    append_min: append[0],
    append_max: append[1],
    output_min: output[0],
    output_max: output[1],
    duration_min_ms: floor.min,
    duration_p10_ms: p10,
    duration_median_ms: floor.median,
    mape_optimal_duration_ms: floor.mapeOptimal,
    smooth_relative_optimal_duration_ms: floor.smoothOptimal,
    duration_p90_ms: p90,
    duration_max_ms: floor.max,
    p90_minus_p10_ms: p90 - p10,
    p90_minus_p10_ratio: (p90 - p10) / floor.median,
    spread_ms: floor.spread,
    ratio: floor.ratio,
    ...meanCells(floor),
  };
}

function meanCells({ rows, absSum, relativeSum, mapeSum, smoothSum }: FloorSums): Row {
  return {
    best_constant_mae_ms: absSum / rows,
    best_constant_relative_mae_ratio: relativeSum / rows,
    best_constant_mape: mapeSum / rows,
    best_constant_smooth_relative_loss: smoothSum / rows,
  };
}

function sumCells({ absSum, relativeSum, mapeSum, smoothSum }: FloorSums | Floor): Row {
  return {
    best_constant_abs_error_sum_ms: absSum,
    best_constant_relative_abs_error_sum: relativeSum,
    best_constant_mape_sum: mapeSum,
    best_constant_smooth_relative_sum: smoothSum,
  };
}
