/** Tables and the JSON summary. A number that is not finite, such as an overflown prediction, is left empty. */
import { type Column, type ColumnInfo, type JsonDocument, streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { finite, type Metric, metricColumns, TARGETS, type Target } from "../../../lib/trace/latency-fits.ts";
import { FEATURES, type FitOptions, type Fits, type GroupFit, type TargetFit } from "./fit.ts";
import type { Group, Measured, MeasuredGroup } from "./measure.ts";

const text = (says: string): Omit<ColumnInfo, "name"> => ({ says, type: "text" });
const number = (says: string, unit: string): Omit<ColumnInfo, "name"> => ({ says, unit, type: "number" });

export function traceTable(): Table {
  return streamedTable(
    "timing_fit_trace",
    { query: "trace.sql" },
    {
      provider: text("Provider of the step"),
      model: text("Its model; empty when missing"),
      user: text("Its user"),
      session_id: text("Its session"),
      round_index: { says: "Number of the step in its session", type: "number" },
      round_id: text("Id of the step as logged"),
      source_line: { says: "Number of the step in the trace, from 1", type: "number" },
      segment_kind: text("Kind of segment, with its provider: `claude_tool_result_to_tool_call`"),
      segment_start_event: text("Event that the segment starts with"),
      segment_end_event: text("Event that it ends with"),
      segment_start_at: text("Start of the segment, UTC"),
      segment_end_at: text("End of the segment, UTC"),
      duration_ms: number("Duration of the segment", "ms"),
      cached_tokens: number("Cached input of the step", "tokens"),
      append_tokens: number("New input of the step", "tokens"),
      input_tokens_total: number("All input of the step", "tokens"),
      prefix_hit_rate: number("Share of the input that is cached; empty without input", "share"),
      output_tokens_total: number("Output of the step", "tokens"),
      reasoning_output_tokens: number("Of these, reasoning; empty when unknown", "tokens"),
      visible_output_tokens: number("Output without reasoning; empty when reasoning is unknown", "tokens"),
      segment_output_tokens: number("Output that is generated in the segment", "tokens"),
      tool_calls_in_round: number("Tool calls of the step", "calls"),
      tool_errors_in_round: number("Of these, calls marked as an error", "calls"),
    },
    {
      title: "Timing segments",
      caption: "One row per timed span of a step, in the order of the trace. Unknown token counts are 0 or empty.",
    },
  );
}

const GROUP_COLUMNS = {
  provider: { of: ({ provider }) => provider, says: "Provider of the group" },
  model: { of: ({ model }) => model, says: "Its model; empty when missing" },
  segment_kind: { of: ({ segment_kind }) => segment_kind, says: "Its kind of segment" },
  group_key: { of: ({ group_key }) => group_key, says: "The three joined by `::`" },
} satisfies Record<string, Column<Group>>;

export function coefficientsTable({ groups }: Measured): Table {
  const rows = groups.flatMap((group) =>
    eachTarget(group.fit.fits).flatMap((fit) =>
      FEATURES.map((feature, i) => ({ ...group, ...fit, feature, coefficient: fit.coefficients[i] ?? null })),
    ),
  );
  type CoefficientRow = (typeof rows)[number];
  const test = (metric: Metric) => ({
    of: (row: CoefficientRow) => finite(row.test[metric]),
    says: "The same metric as in `timing_fit_metrics`",
  });
  return table(
    "timing_fit_coefficients",
    rows,
    {
      ...GROUP_COLUMNS,
      target: {
        of: ({ target }) => target,
        says: "What the fit minimizes: `duration_ms`, `log_duration_ms` or `smooth_relative_duration_ms`",
      },
      feature: { of: ({ feature }) => feature, says: "Term of the polynomial, in thousands of tokens" },
      coefficient: {
        of: ({ coefficient }) => coefficient,
        says: "Its coefficient, in ms (log target: ln ms) per 1,000 tokens; products per 1,000 x 1,000",
      },
      fit_rows: { of: ({ fit }) => fit.fitRows, says: "Segments for training and test", unit: "segments" },
      test_r2: { ...test("r2"), unit: "share" },
      test_mae_ms: { ...test("mae_ms"), unit: "ms" },
      test_mape: { ...test("mape"), unit: "share" },
      test_smooth_relative_absolute_error: { ...test("smooth_relative_absolute_error"), unit: "share" },
    },
    { title: "Coefficients", caption: "One row per fitted group, target and term. The test columns repeat how good that fit is." },
  );
}

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

export function metricsTable({ groups }: Measured): Table {
  const testOf = (target: Target) => (group: MeasuredGroup) => group.fit.fits?.targets[target].test;
  const columns = (prefix: string, target: Target, metrics: readonly Metric[]) =>
    metricColumns(metrics, { prefix, target, of: testOf(target) });
  return table(
    "timing_fit_metrics",
    groups,
    {
      ...GROUP_COLUMNS,
      raw_rows: { of: ({ fit }) => fit.rawRows, says: "Usable segments", unit: "segments" },
      fit_rows: { of: ({ fit }) => fit.fitRows, says: "Segments for training and test: not among the longest", unit: "segments" },
      removed_rows: { of: ({ fit }) => fit.trim.removed_rows, says: "Longest segments, which are left out", unit: "segments" },
      skipped: { of: ({ fit }) => fit.skipped, says: "Why the group is not fitted; empty when it is" },
      ...summaryColumns(
        { duration_p50_ms: "p50", duration_p90_ms: "p90", duration_p99_ms: "p99" },
        ({ fit }: MeasuredGroup) => (fit.fits ? fit.duration : { p50: null, p90: null, p99: null }),
        "of the durations; empty when the group is not fitted",
        "ms",
      ),
      ...columns("test_", "duration_ms", [...ABSOLUTE, "median_abs_error_ms", ...RELATIVE]),
      ...columns("log_target_test_", "log_duration_ms", [...ABSOLUTE, ...RELATIVE, ...LOGARITHMIC]),
      ...columns("smooth_target_test_", "smooth_relative_duration_ms", [...ABSOLUTE, ...RELATIVE, ...LOGARITHMIC]),
    },
    {
      title: "Errors of the predictions of each group",
      caption: "One row per group, measured on the test segments. Metrics are empty for a group that is not fitted.",
    },
  );
}

export function summaryDocument({ segments, invalid, groups }: Measured, options: FitOptions): JsonDocument {
  return {
    name: "timing_fit_summary.json",
    says: "all of the above, with metrics of the training segments, rank and condition number",
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
      segments: Object.fromEntries(groups.map((group) => [group.group_key, groupSummary(group)])),
    },
  };
}

function groupSummary({ provider, model, segment_kind, fit }: MeasuredGroup): object {
  const { rawRows, rawDuration, trim, fitRows, duration, fits, skipped } = fit;
  return {
    provider,
    model: model ?? "",
    segment_kind,
    raw_rows: rawRows,
    raw_duration_ms: rawDuration,
    trim,
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

function eachTarget(fits: Fits | null): TargetFit[] {
  return fits ? TARGETS.map((target) => fits.targets[target]) : [];
}
