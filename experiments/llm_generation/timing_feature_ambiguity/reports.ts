/** Reports for reading, as Markdown, and the compact table. */
import type { TextDocument } from "../../../lib/experiment.ts";
import { latencySeconds } from "../../../lib/format/durations.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { TARGETS } from "../../../lib/trace/latency-fits.ts";
import { type Comparison, errorOf, smoothMeans, weightedOverGroups } from "./comparison.ts";
import type { Duplicate } from "./duplicates.ts";
import type { Measured, ReportedOptions } from "./measure.ts";
import { meansOf, type Neighborhood, over, widest } from "./neighborhoods.ts";

/** Segments from a tool result to the next tool call: a whole step inside a request. */
const WHOLE_STEP_KINDS = ["claude_tool_result_to_tool_call", "codex_tool_result_to_tool_call"];
const COMPACT_GROUPS = 16;

type Number = number | null;
const ms = (value: Number) => (value === null ? "n/a" : latencySeconds(value));
const share = (value: Number) => (value === null ? "n/a" : percent(value, 1));
const times = (value: Number) => (value === null ? "n/a" : `${toFixedHalfEven(value, 2)}x`);
const fixed = (value: Number) => (value === null ? "n/a" : toFixedHalfEven(value, 3));

export function errorReport(measured: Measured, options: ReportedOptions): TextDocument {
  const { loaded, duplicates, neighborhoods, comparisons } = measured;
  const { sums } = duplicates;
  const exact = (sum: number): Number => (sums.rows === 0 ? null : sum / sums.rows);
  const local = meansOf(neighborhoods.groups.flatMap((group) => group.neighborhoods));
  const mean = (value: (comparison: Comparison) => Number) => weightedOverGroups(comparisons, value);
  const mae = mean(maeOf);
  const mape = { raw: mean(mapeOf), log: mean(logMapeOf) };
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
          ms(exact(sums.absSum)),
          share(exact(sums.relativeSum)),
          share(exact(sums.mapeSum)),
          share(exact(sums.smoothSum)),
        ],
        ["similar tokens", grouped(local.rows), ms(local.mae), share(local.relativeMae), share(local.mape), share(local.smooth)],
      ],
    }),
    "",
    `- Same tokens: ${grouped(duplicates.bySpread.length)} of ${grouped(loaded.featureKeys)} combinations occur more than once.`,
    `- Similar tokens: neighbourhoods hold ${grouped(local.rows)} of ${grouped(neighborhoods.rowsAfterTrim)} segments of large groups (${share(over(local.rows, neighborhoods.rowsAfterTrim) ?? 0)}); typical latency ${ms(local.median)}, RMSE ${ms(local.rmse)}, p90 - p10 ${ms(local.p90MinusP10)}.`,
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
    markdownTable({
      header: ["group", "local rows", "typical latency", "local MAE", "local err %", "fit MAE", "fit err %", "fit / local"],
      rows: groups.map((comparison) => [groupName(comparison.group.group), ...absoluteCells(comparison)]),
    }),
    "",
    "## Groups: percentage error",
    "",
    markdownTable({
      header: ["group", "local rows", "local MAPE floor", "raw-target MAPE", "log-target MAPE", "raw / local", "log / local"],
      rows: groups.map((comparison) => [
        groupName(comparison.group.group),
        grouped(comparison.local.rows),
        share(comparison.local.mape),
        share(mapeOf(comparison)),
        share(logMapeOf(comparison)),
        times(over(mapeOf(comparison), comparison.local.mape)),
        times(over(logMapeOf(comparison), comparison.local.mape)),
      ]),
    }),
    "",
    "## Groups: smooth relative error",
    "",
    markdownTable({
      header: [
        "group",
        "local rows",
        "local floor",
        "raw target",
        "log target",
        "smooth target",
        "raw / local",
        "log / local",
        "smooth / local",
      ],
      rows: groups.map((comparison) => smoothCells(comparison, [])),
    }),
    "",
    "## Same tokens, widest spread",
    "",
    markdownTable({
      header: ["group", "tokens (prefix, append, out)", "n", "min", "median", "max", "spread", "ratio"],
      rows: duplicates.bySpread.slice(0, options.topExamples).map(duplicateCells),
    }),
    "",
    "## Similar tokens, widest spread",
    "",
    markdownTable({
      header: ["group", "n", "prefix range", "append range", "output range", "median", "local MAE", "local err %", "p90-p10"],
      rows: widest(neighborhoods).slice(0, options.topExamples).map(neighborhoodCells),
    }),
  ];
  return { name: "timing_irreducible_error.md", says: "floors and fits, overall and by group, for reading", text: lines.join("\n") };
}

export function smoothReport({ duplicates, comparisons, neighborhoods }: Measured, options: ReportedOptions): TextDocument {
  const { sums } = duplicates;
  const local = meansOf(neighborhoods.groups.flatMap((group) => group.neighborhoods));
  const { floor, raw, log, smooth } = smoothMeans(comparisons);
  const lines = [
    "# The smooth relative error",
    "",
    `|predicted - observed| / (observed + ${latencySeconds(options.smoothRelativeThresholdMs)}): relative for long segments, forgiving for those of a few milliseconds.`,
    "",
    `- Floor, same tokens: ${share(sums.rows === 0 ? null : sums.smoothSum / sums.rows)} over ${grouped(sums.rows)} rows`,
    `- Floor, similar tokens: ${share(local.smooth)} over ${grouped(local.rows)} rows`,
    `- Floor, similar tokens, of the groups that are fitted: ${share(floor)}`,
    `- Fit to milliseconds: ${share(raw)} (${times(over(raw, floor))} the floor)`,
    `- Fit to logs: ${share(log)} (${times(over(log, floor))})`,
    `- Fit to this error: ${share(smooth)} (${times(over(smooth, floor))})`,
    "",
    markdownTable({
      header: [
        "group",
        "local rows",
        "local floor",
        "raw-duration fit",
        "log-duration fit",
        "smooth-relative fit",
        "smooth target R2",
        "raw / local",
        "log / local",
        "smooth / local",
      ],
      rows: comparisons
        .slice(0, options.topGroups)
        .map((comparison) => smoothCells(comparison, [fixed(errorOf(comparison, "smooth_relative_duration_ms", "r2"))])),
    }),
    "",
    "R2 is that of duration / (duration + T), so it compares with no other R2; below zero a constant does better in that space.",
  ];
  return { name: "timing_smooth_relative_error.md", says: "the same for the smooth relative error only", text: lines.join("\n") };
}

export function compactReport({ loaded, duplicates, neighborhoods, comparisons }: Measured): TextDocument {
  const { sums } = duplicates;
  const exact = (sum: number): Number => (sums.rows === 0 ? null : sum / sums.rows);
  const local = meansOf(neighborhoods.groups.flatMap((group) => group.neighborhoods));
  const lines = [
    "# Fits against the floor, in short",
    "",
    `- Segments: ${grouped(loaded.inputRows)} read, ${grouped(loaded.usableRows)} usable`,
    `- Same tokens: ${grouped(duplicates.bySpread.length)} combinations, ${grouped(sums.rows)} rows; MAE ${ms(exact(sums.absSum))}, smooth relative ${share(exact(sums.smoothSum))}`,
    `- Similar tokens: ${grouped(local.rows)} of ${grouped(neighborhoods.rowsAfterTrim)} rows; MAE ${ms(local.mae)}, smooth relative ${share(local.smooth)}`,
    "",
    `The ${COMPACT_GROUPS} groups from tool result to tool call (e2e) with most rows in neighbourhoods.`,
    "",
    markdownTable({
      header: [
        "group",
        "local rows",
        "typical latency",
        "local MAE floor",
        "local MAE %",
        "raw-target MAE",
        "raw MAE %",
        "MAE / local",
        "raw-target R2",
        "local smooth-loss floor",
        "smooth-target smooth loss",
        "smooth target / local",
      ],
      rows: compactGroups(comparisons).map((comparison) => {
        const { provider, model } = comparison.group.group;
        const smooth = errorOf(comparison, "smooth_relative_duration_ms", "smooth_relative_absolute_error");
        return [
          `${provider} / ${model} / e2e`,
          ...absoluteCells(comparison),
          fixed(errorOf(comparison, "duration_ms", "r2")),
          share(comparison.local.smooth),
          share(smooth),
          times(over(smooth, comparison.local.smooth)),
        ];
      }),
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
    .filter(({ group }) => WHOLE_STEP_KINDS.includes(group.group.segmentKind))
    .slice(0, COMPACT_GROUPS)
    .sort((a, b) => order(a.group.group.provider, b.group.group.provider) || order(a.group.group.model, b.group.group.model));
}

const maeOf = (comparison: Comparison) => errorOf(comparison, "duration_ms", "mae_ms");
const mapeOf = (comparison: Comparison) => errorOf(comparison, "duration_ms", "mape");
const logMapeOf = (comparison: Comparison) => errorOf(comparison, "log_duration_ms", "mape");

function absoluteCells(comparison: Comparison): string[] {
  const { rows, median, mae, maeOverMedian } = comparison.local;
  const fitted = maeOf(comparison);
  return [grouped(rows), ms(median), ms(mae), share(maeOverMedian), ms(fitted), share(over(fitted, median)), times(over(fitted, mae))];
}

function smoothCells(comparison: Comparison, afterFits: readonly string[]): string[] {
  const { group, local } = comparison;
  const fits = TARGETS.map((target) => errorOf(comparison, target, "smooth_relative_absolute_error"));
  return [
    groupName(group.group),
    grouped(local.rows),
    share(local.smooth),
    ...fits.map(share),
    ...afterFits,
    ...fits.map((error) => times(over(error, local.smooth))),
  ];
}

function duplicateCells({
  provider,
  model,
  segment_kind,
  cached_tokens,
  append_tokens,
  segment_output_tokens,
  floor,
}: Duplicate): string[] {
  return [
    groupName({ provider, model, segmentKind: segment_kind }),
    `(${cached_tokens}, ${append_tokens}, ${segment_output_tokens})`,
    grouped(floor.rows),
    ms(floor.min),
    ms(floor.median),
    ms(floor.max),
    ms(floor.spread),
    `${toFixedHalfEven(floor.ratio, 1)}x`,
  ];
}

function neighborhoodCells({ group, floor, prefix, append, output, p10, p90 }: Neighborhood): string[] {
  const range = ([least, most]: readonly [number, number]) => `${grouped(least)}-${grouped(most)}`;
  return [
    groupName(group),
    grouped(floor.rows),
    range(prefix),
    range(append),
    range(output),
    ms(floor.median),
    ms(floor.absSum / floor.rows),
    share(floor.relativeSum / floor.rows),
    ms(p90 - p10),
  ];
}

function groupName({ provider, model, segmentKind }: { provider: string; model: string; segmentKind: string }): string {
  return `${provider} / ${model} / ${segmentKind}`;
}
