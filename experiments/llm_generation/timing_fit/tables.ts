/** Tables and the JSON summary. A number that is not finite, such as an overflown prediction, is left empty. */
import type { Cell, JsonDocument, Row, Table } from "../../../lib/experiment.ts";
import { FEATURES } from "./features.ts";
import { type FitMetrics, type FitOptions, type Fits, type GroupFit, TARGETS, type Target, type TargetFit } from "./fit.ts";
import type { Measured, MeasuredGroup } from "./measure.ts";

const TRACE_COLUMNS = [
  "provider",
  "model",
  "user",
  "session_id",
  "round_index",
  "round_id",
  "source_line",
  "segment_kind",
  "segment_start_event",
  "segment_end_event",
  "segment_start_at",
  "segment_end_at",
  "duration_ms",
  "cached_tokens",
  "append_tokens",
  "input_tokens_total",
  "prefix_hit_rate",
  "output_tokens_total",
  "reasoning_output_tokens",
  "visible_output_tokens",
  "segment_output_tokens",
  "tool_calls_in_round",
  "tool_errors_in_round",
];

const ABSOLUTE = ["r2", "mae_ms", "rmse_ms"] as const;
const RELATIVE = [
  "mape",
  "median_absolute_percentage_error",
  "p90_absolute_percentage_error",
  "smooth_relative_absolute_error",
  "median_smooth_relative_absolute_error",
  "p90_smooth_relative_absolute_error",
] as const;
const LOGARITHMIC = ["mean_abs_log_error", "multiplicative_mae"] as const;
/** Prefix of the columns of each target, and the metrics of its test that the table of metrics has. */
const TEST_COLUMNS: Readonly<Record<Target, { readonly prefix: string; readonly metrics: readonly (keyof FitMetrics)[] }>> = {
  duration_ms: { prefix: "test_", metrics: [...ABSOLUTE, "median_abs_error_ms", ...RELATIVE] },
  log_duration_ms: { prefix: "log_target_test_", metrics: [...ABSOLUTE, ...RELATIVE, ...LOGARITHMIC] },
  smooth_relative_duration_ms: { prefix: "smooth_target_test_", metrics: [...ABSOLUTE, ...RELATIVE, ...LOGARITHMIC] },
};

export function traceTable(): Table {
  return {
    name: "timing_fit_trace",
    title: "Timing segments",
    caption: "One row per timed span of a step, in the order of the trace. Durations in milliseconds, counts in tokens.",
    columns: TRACE_COLUMNS,
    rows: { query: "trace.sql" },
  };
}

export function coefficientsTable({ groups }: Measured): Table {
  const columns = [
    "target",
    "feature",
    "coefficient",
    "fit_rows",
    "test_r2",
    "test_mae_ms",
    "test_mape",
    "test_smooth_relative_absolute_error",
  ];
  return {
    name: "timing_fit_coefficients",
    title: "Coefficients",
    caption:
      "One row per fitted group, target and term, in milliseconds (log target: natural log of milliseconds) per 1,000 tokens, products per 1,000 x 1,000. The test columns repeat how well that target does.",
    columns: [...GROUP_COLUMNS, ...columns],
    rows: groups.flatMap((group) => eachTarget(group.fit.fits).flatMap((fit) => coefficientRows(group, fit))),
  };
}

export function metricsTable({ groups }: Measured): Table {
  const durations = ["duration_p50_ms", "duration_p90_ms", "duration_p99_ms"];
  return {
    name: "timing_fit_metrics",
    title: "How well each group is predicted",
    caption:
      "One row per group, measured on the test segments; errors in milliseconds or as shares of one. Cells after `skipped` are empty for a group that is too small.",
    columns: [
      ...GROUP_COLUMNS,
      "raw_rows",
      "fit_rows",
      "removed_rows",
      "skipped",
      ...durations,
      ...testMetrics(null).map(([name]) => name),
    ],
    rows: groups.map(metricsRow),
  };
}

const GROUP_COLUMNS = ["provider", "model", "segment_kind", "group_key"];

/** One row of the table of metrics. */
function metricsRow(group: MeasuredGroup): Row {
  const { rawRows, fitRows, trim, skipped, duration, fits } = group.fit;
  return {
    ...groupCells(group),
    raw_rows: rawRows,
    fit_rows: fitRows,
    removed_rows: trim.removed,
    skipped,
    duration_p50_ms: fits && duration.p50,
    duration_p90_ms: fits && duration.p90,
    duration_p99_ms: fits && duration.p99,
    ...Object.fromEntries(testMetrics(fits)),
  };
}

export function summaryDocument({ segments, invalid, groups }: Measured, options: FitOptions): JsonDocument {
  return {
    name: "timing_fit_summary.json",
    value: {
      input: "timing_fit_trace.csv",
      feature_definition: {
        token_unit: "1k tokens",
        formula: "target ~ 1 + prefix + append + out + prefix^2 + append^2 + out^2 + prefix*append + prefix*out + append*out",
        prefix: "cached_tokens / 1000",
        append: "append_tokens / 1000",
        out: "segment_output_tokens / 1000",
        targets: {
          duration_ms: "ordinary least squares on raw duration; optimized for absolute millisecond error",
          log_duration_ms: "ordinary least squares on log(duration_ms); optimized for multiplicative/ratio-style error",
          smooth_relative_duration_ms:
            "weighted least squares on raw duration with weights 1 / (duration_ms + T)^2; approximates smooth relative error",
        },
        smooth_relative_threshold_ms: options.smoothRelativeThresholdMs,
      },
      fit_config: {
        min_rows: options.minRows,
        seed: options.seed,
        test_fraction: options.testFraction,
        trim_quantile: options.trimQuantile,
        max_duration_ms: options.maxDurationMs ?? null,
      },
      load_stats: { input_rows: segments, ...(invalid > 0 ? { invalid_numeric_field: invalid } : {}) },
      segments: Object.fromEntries(groups.map((group) => [group.key, groupSummary(group)])),
    },
  };
}

function groupSummary({ provider, model, segmentKind, fit }: MeasuredGroup): object {
  const { rawRows, rawDuration, trim, fitRows, duration, fits, skipped } = fit;
  return {
    provider,
    model: model ?? "",
    segment_kind: segmentKind,
    raw_rows: rawRows,
    raw_duration_ms: rawDuration,
    trim: { cutoff_ms: trim.cutoff, removed_rows: trim.removed },
    fit_rows: fitRows,
    ...(fits ? { fit: fitSummary(fits, fitRows, duration) } : { skipped }),
  };
}

function fitSummary(fits: Fits, rows: number, duration: GroupFit["duration"]): object {
  const targets = eachTarget(fits).map((fit) => [`${fit.target}_target`, targetSummary(fit, fits)]);
  return { rows, train_rows: fits.trainRows, test_rows: fits.testRows, duration_ms: duration, ...Object.fromEntries(targets) };
}

function targetSummary({ target, coefficients, rank, conditionNumber, train, test }: TargetFit, { trainRows, testRows }: Fits): object {
  const unit = target === "log_duration_ms" ? "coefficients_log_ms" : "coefficients_ms";
  return {
    target,
    train_rows: trainRows,
    test_rows: testRows,
    [unit]: Object.fromEntries(FEATURES.map((feature, i) => [feature, coefficients[i]])),
    train_metrics: train,
    test_metrics: test,
    rank,
    condition_number: conditionNumber,
  };
}

function coefficientRows(group: MeasuredGroup, { target, coefficients, test }: TargetFit): Row[] {
  return FEATURES.map((feature, i) => ({
    ...groupCells(group),
    target,
    feature,
    coefficient: coefficients[i] ?? null,
    fit_rows: group.fit.fitRows,
    test_r2: finite(test.r2),
    test_mae_ms: finite(test.mae_ms),
    test_mape: finite(test.mape),
    test_smooth_relative_absolute_error: finite(test.smooth_relative_absolute_error),
  }));
}

function testMetrics(fits: Fits | null): [column: string, value: Cell][] {
  return TARGETS.flatMap((target) => {
    const { prefix, metrics } = TEST_COLUMNS[target];
    return metrics.map((name): [string, Cell] => [`${prefix}${name}`, fits && finite(fits.targets[target].test[name])]);
  });
}

function eachTarget(fits: Fits | null): TargetFit[] {
  return fits ? TARGETS.map((target) => fits.targets[target]) : [];
}

function groupCells({ provider, model, segmentKind, key }: MeasuredGroup): Row {
  return { provider, model, segment_kind: segmentKind, group_key: key };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
