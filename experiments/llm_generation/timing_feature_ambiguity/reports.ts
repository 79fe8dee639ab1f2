/** Reports for reading, as Markdown, and the compact table. */
import type { TextDocument } from "../../../lib/experiment.ts";
import { latencySeconds } from "../../../lib/format/durations.ts";
import { markdownRows, markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import type { Target } from "../../../lib/trace/latency-fits.ts";
import { type Comparison, errorOf, type Measured, type Options, over, smoothMeans, weightedOverGroups, widest } from "./measure.ts";

/** Segments from a tool result to the next tool call: a whole step inside a request. */
const WHOLE_STEP_KINDS = ["claude_tool_result_to_tool_call", "codex_tool_result_to_tool_call"];
const COMPACT_GROUPS = 16;

const orNone = (format: (value: number) => string) => (value: number | null) => (value === null ? "n/a" : format(value));
const ms = orNone(latencySeconds);
const share = orNone((value) => sharePercent(value, 1));
const times = orNone((value) => `${toFixedHalfEven(value, 2)}x`);
const fixed = orNone((value) => toFixedHalfEven(value, 3));

export function errorReport(measured: Measured, options: Options): TextDocument {
  const { loaded, duplicates, featureKeys, neighborhoods, local, comparisons } = measured;
  const { sums } = duplicates;
  const exact = (sum: number) => share(over(sum, sums.rows));
  const mae = weightedOverGroups(comparisons, maeOf);
  const mape = { raw: weightedOverGroups(comparisons, mapeOf), log: weightedOverGroups(comparisons, logMapeOf) };
  const smooth = smoothMeans(comparisons);
  const groups = comparisons.slice(0, options.topGroups);
  const lines = [
    "# The error that token counts leave",
    "",
    "How much do durations differ among segments of one provider, model and kind that have the same cached, appended and generated tokens, or nearly the same? No model of these numbers can do better.",
    "",
    `${grouped(loaded.inputRows)} timing segments, ${grouped(loaded.usableRows)} usable.`,
    "",
    "## Floors",
    "",
    markdownTable({
      header: ["floor", "rows", "MAE", "relative MAE", "MAPE", "smooth relative"],
      rows: [
        [
          "same tokens",
          grouped(sums.rows),
          ms(over(sums.absSum, sums.rows)),
          ...[sums.relativeSum, sums.mapeSum, sums.smoothSum].map(exact),
        ],
        ["similar tokens", grouped(local.rows), ms(local.mae), share(local.relativeMae), share(local.mape), share(local.smooth)],
      ],
    }),
    "",
    `- Same tokens: ${grouped(duplicates.bySpread.length)} of ${grouped(featureKeys)} combinations occur more than once.`,
    `- Similar tokens: neighbourhoods hold ${grouped(local.rows)} of ${grouped(neighborhoods.rowsAfterTrim)} segments of large groups (${share(over(local.rows, neighborhoods.rowsAfterTrim))}); typical latency ${ms(local.median)}, RMSE ${ms(local.rmse)}, p90 - p10 ${ms(local.p90MinusP10)}.`,
    "",
    "## Fits, over the groups that have both",
    "",
    markdownTable({
      header: ["loss", "target of the fit", "fit", "fit / similar tokens"],
      align: ["left", "left", "right", "right"],
      rows: [
        ["MAE", "milliseconds", ms(mae), times(over(mae, local.mae))],
        ["MAPE", "milliseconds", share(mape.raw), times(over(mape.raw, local.mape))],
        ["MAPE", "log", share(mape.log), times(over(mape.log, local.mape))],
        ["smooth relative", "milliseconds", share(smooth.raw), times(over(smooth.raw, local.smooth))],
        ["smooth relative", "log", share(smooth.log), times(over(smooth.log, local.smooth))],
        ["smooth relative", "smooth relative", share(smooth.smooth), times(over(smooth.smooth, local.smooth))],
      ],
    }),
    "",
    "## Groups: absolute error",
    "",
    markdownRows(groups, {
      group: ({ group }) => groupName(group),
      "local rows": ({ local }) => grouped(local.rows),
      "typical latency": ({ local }) => ms(local.median),
      "local MAE": ({ local }) => ms(local.mae),
      "local err %": ({ local }) => share(local.maeOverMedian),
      "fit MAE": (row) => ms(maeOf(row)),
      "fit err %": (row) => share(over(maeOf(row), row.local.median)),
      "fit / local": (row) => times(over(maeOf(row), row.local.mae)),
    }),
    "",
    "## Groups: percentage error",
    "",
    markdownRows(groups, {
      group: ({ group }) => groupName(group),
      "local rows": ({ local }) => grouped(local.rows),
      "local MAPE floor": ({ local }) => share(local.mape),
      "raw-target MAPE": (row) => share(mapeOf(row)),
      "log-target MAPE": (row) => share(logMapeOf(row)),
      "raw / local": (row) => times(over(mapeOf(row), row.local.mape)),
      "log / local": (row) => times(over(logMapeOf(row), row.local.mape)),
    }),
    "",
    "## Groups: smooth relative error",
    "",
    markdownRows(groups, {
      ...SMOOTH_FLOOR,
      "raw target": (row) => share(smoothOf(row, "duration_ms")),
      "log target": (row) => share(smoothOf(row, "log_duration_ms")),
      "smooth target": (row) => share(smoothOf(row, "smooth_relative_duration_ms")),
      ...SMOOTH_RATIOS,
    }),
    "",
    "## Same tokens, widest spread",
    "",
    markdownRows(duplicates.bySpread.slice(0, options.topExamples), {
      group: groupName,
      "tokens (prefix, append, out)": (row) => `(${row.cached_tokens}, ${row.append_tokens}, ${row.segment_output_tokens})`,
      n: ({ floor }) => grouped(floor.rows),
      min: ({ floor }) => ms(floor.min),
      median: ({ floor }) => ms(floor.median),
      max: ({ floor }) => ms(floor.max),
      spread: ({ floor }) => ms(floor.spread),
      ratio: ({ floor }) => `${toFixedHalfEven(floor.ratio, 1)}x`,
    }),
    "",
    "## Similar tokens, widest spread",
    "",
    markdownRows(widest(neighborhoods).slice(0, options.topExamples), {
      group: ({ group }) => groupName(group),
      n: ({ floor }) => grouped(floor.rows),
      "prefix range": ({ prefix }) => rangeText(prefix),
      "append range": ({ append }) => rangeText(append),
      "output range": ({ output }) => rangeText(output),
      median: ({ floor }) => ms(floor.median),
      "local MAE": ({ floor }) => ms(floor.absSum / floor.rows),
      "local err %": ({ floor }) => share(floor.relativeSum / floor.rows),
      "p90-p10": ({ p10, p90 }) => ms(p90 - p10),
    }),
  ];
  return { name: "timing_irreducible_error.md", says: "floors and fits, overall and by group, for reading", text: lines.join("\n") };
}

export function smoothReport({ duplicates, comparisons, local }: Measured, options: Options): TextDocument {
  const { sums } = duplicates;
  const { floor, raw, log, smooth } = smoothMeans(comparisons);
  const lines = [
    "# The smooth relative error",
    "",
    `|predicted - observed| / (observed + ${latencySeconds(options.smoothRelativeThresholdMs)}): relative for long segments, forgiving for those of a few milliseconds.`,
    "",
    `- Floor, same tokens: ${share(over(sums.smoothSum, sums.rows))} over ${grouped(sums.rows)} rows`,
    `- Floor, similar tokens: ${share(local.smooth)} over ${grouped(local.rows)} rows`,
    `- Floor, similar tokens, of the groups that are fitted: ${share(floor)}`,
    `- Fit to milliseconds: ${share(raw)} (${times(over(raw, floor))} the floor)`,
    `- Fit to logs: ${share(log)} (${times(over(log, floor))})`,
    `- Fit to this error: ${share(smooth)} (${times(over(smooth, floor))})`,
    "",
    markdownRows(comparisons.slice(0, options.topGroups), {
      ...SMOOTH_FLOOR,
      "raw-duration fit": (row) => share(smoothOf(row, "duration_ms")),
      "log-duration fit": (row) => share(smoothOf(row, "log_duration_ms")),
      "smooth-relative fit": (row) => share(smoothOf(row, "smooth_relative_duration_ms")),
      "smooth target R2": (row) => fixed(errorOf(row, "smooth_relative_duration_ms", "r2")),
      ...SMOOTH_RATIOS,
    }),
    "",
    "R2 is that of duration / (duration + T), so it compares with no other R2; below zero a constant does better in that space.",
  ];
  return { name: "timing_smooth_relative_error.md", says: "the same for the smooth relative error only", text: lines.join("\n") };
}

export function compactReport({ loaded, duplicates, neighborhoods, local, comparisons }: Measured): TextDocument {
  const { sums } = duplicates;
  const lines = [
    "# Fits against the floor, in short",
    "",
    `- Segments: ${grouped(loaded.inputRows)} read, ${grouped(loaded.usableRows)} usable`,
    `- Same tokens: ${grouped(duplicates.bySpread.length)} combinations, ${grouped(sums.rows)} rows; MAE ${ms(over(sums.absSum, sums.rows))}, smooth relative ${share(over(sums.smoothSum, sums.rows))}`,
    `- Similar tokens: ${grouped(local.rows)} of ${grouped(neighborhoods.rowsAfterTrim)} rows; MAE ${ms(local.mae)}, smooth relative ${share(local.smooth)}`,
    "",
    `The ${COMPACT_GROUPS} groups from tool result to tool call (e2e) with most rows in neighbourhoods.`,
    "",
    markdownRows(compactGroups(comparisons), {
      group: ({ group: { provider, model } }) => `${provider} / ${model} / e2e`,
      "local rows": ({ local }) => grouped(local.rows),
      "typical latency": ({ local }) => ms(local.median),
      "local MAE floor": ({ local }) => ms(local.mae),
      "local MAE %": ({ local }) => share(local.maeOverMedian),
      "raw-target MAE": (row) => ms(maeOf(row)),
      "raw MAE %": (row) => share(over(maeOf(row), row.local.median)),
      "MAE / local": (row) => times(over(maeOf(row), row.local.mae)),
      "raw-target R2": (row) => fixed(errorOf(row, "duration_ms", "r2")),
      "local smooth-loss floor": ({ local }) => share(local.smooth),
      "smooth-target smooth loss": (row) => share(smoothOf(row, "smooth_relative_duration_ms")),
      "smooth target / local": smoothRatio("smooth_relative_duration_ms"),
    }),
  ];
  return {
    name: "timing_fit_compact_summary.md",
    says: "the main columns for groups from tool result to tool call",
    text: lines.join("\n"),
  };
}

/** Those with most rows in neighborhoods, ordered by provider and model; ties keep their order. */
export function compactGroups(comparisons: readonly Comparison[]): Comparison[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return comparisons
    .filter(({ group }) => WHOLE_STEP_KINDS.includes(group.segment_kind))
    .slice(0, COMPACT_GROUPS)
    .sort((a, b) => order(a.group.provider, b.group.provider) || order(a.group.model, b.group.model));
}

const maeOf = (comparison: Comparison) => errorOf(comparison, "duration_ms", "mae_ms");
const mapeOf = (comparison: Comparison) => errorOf(comparison, "duration_ms", "mape");
const logMapeOf = (comparison: Comparison) => errorOf(comparison, "log_duration_ms", "mape");
const smoothOf = (comparison: Comparison, target: Target) => errorOf(comparison, target, "smooth_relative_absolute_error");
const smoothRatio = (target: Target) => (comparison: Comparison) => times(over(smoothOf(comparison, target), comparison.local.smooth));

const SMOOTH_FLOOR = {
  group: ({ group }: Comparison) => groupName(group),
  "local rows": ({ local }: Comparison) => grouped(local.rows),
  "local floor": ({ local }: Comparison) => share(local.smooth),
};
const SMOOTH_RATIOS = {
  "raw / local": smoothRatio("duration_ms"),
  "log / local": smoothRatio("log_duration_ms"),
  "smooth / local": smoothRatio("smooth_relative_duration_ms"),
};

function rangeText([least, most]: readonly [number, number]): string {
  return `${grouped(least)}-${grouped(most)}`;
}

function groupName({ provider, model, segment_kind }: { provider: string; model: string; segment_kind: string }): string {
  return `${provider} / ${model} / ${segment_kind}`;
}
