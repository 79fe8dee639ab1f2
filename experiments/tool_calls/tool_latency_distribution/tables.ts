/** The tables: latency by tool, by coarse range, and the curves. */

import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { MS_PER_H, MS_PER_S } from "../../../lib/format/durations.ts";
import { type CumulativeBin, LATENCY_LANDMARKS_MS } from "../../../lib/stats/fine-bins.ts";
import { ratio, shareOf } from "../../../lib/stats/ratio.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { providerColumn, totalLatencyColumns } from "../../../lib/trace/tools.ts";
import { type BinRow, LATENCY_BINS, type ProviderCurve, type ToolSummary } from "./measure.ts";

export function summaryTable(rows: readonly ToolSummary[]): Table {
  return table(
    "tool_latency_summary",
    rows,
    {
      tool_name: { of: ({ tool }) => tool, says: "Tool, trimmed of spaces; `<unknown-tool>` when missing or blank" },
      calls: { says: "All calls of the tool", unit: "calls" },
      latency_count: { of: ({ valid }) => valid, says: "Calls with a positive latency", unit: "calls" },
      missing_latency: { of: ({ missing }) => missing, says: "Calls without a latency", unit: "calls" },
      nonpositive_latency: { of: ({ nonpositive }) => nonpositive, says: "Calls with a latency of 0 or less", unit: "calls" },
      error_calls: { of: ({ errors }) => errors, says: "Calls marked as an error", unit: "calls" },
      mean_ms: {
        of: ({ total_ms, valid }) => ratio(total_ms, valid),
        says: "Mean of the positive latencies",
        unit: "ms",
      },
      min_ms: { says: "Smallest positive latency", unit: "ms" },
      p50_ms: { says: "Median of the positive latencies", unit: "ms" },
      p90_ms: { says: "90th percentile of the positive latencies", unit: "ms" },
      p99_ms: { says: "99th percentile of the positive latencies", unit: "ms" },
      max_ms: { says: "Largest latency", unit: "ms" },
      sample_count: { of: ({ valid }) => valid, says: "Calls that the quantiles are of: all with a positive latency", unit: "calls" },
      sampled: { of: () => false, says: "Whether the quantiles are of a sample: always false" },
      providers: { says: "Calls by provider, such as `claude:2;codex:1`" },
    },
    {
      title: "Latency by tool, all providers together",
      caption: "One row per tool, most called first. Statistics are of positive latencies and empty for tools without any.",
    },
  );
}

const SUMMED = ["calls", "errors", "total_ms"] as const;

export function binTable(rows: readonly BinRow[]): Table {
  const all = sumsOf(rows, SUMMED);
  const ranges = LATENCY_BINS.map((label, bin) => ({
    label,
    bin,
    ...sumsOf(
      rows.filter((row) => row.bin === bin),
      SUMMED,
    ),
  }));
  return table(
    "tool_latency_weighted_bins",
    ranges,
    {
      label: { says: "Range of latency" },
      lo_ms: { of: ({ bin }) => LATENCY_LANDMARKS_MS[bin - 1] ?? 0, says: "Start of the range, included", unit: "ms" },
      hi_ms: { of: ({ bin }) => LATENCY_LANDMARKS_MS[bin] ?? null, says: "End of the range, not included; empty for the last", unit: "ms" },
      tool_calls: { of: ({ calls }) => calls, says: "Calls in the range", unit: "calls" },
      error_calls: { of: ({ errors }) => errors, says: "Of these, calls marked as an error", unit: "calls" },
      ...totalLatencyColumns(({ total_ms }: (typeof ranges)[number]) => total_ms),
      latency_share: {
        of: ({ total_ms }) => shareOf(total_ms, all.total_ms),
        says: "Share of the summed latency of all calls",
        unit: "share",
      },
      call_share: { of: ({ calls }) => shareOf(calls, all.calls), says: "Share of the calls with a positive latency", unit: "share" },
    },
    { title: "Calls and time by range of latency", caption: "One row per range: calls with a positive latency, all providers together." },
  );
}

interface ProviderBin extends CumulativeBin {
  readonly provider: string;
  readonly index: number;
}

const BIN_COLUMNS: Readonly<Record<string, Column<ProviderBin>>> = {
  provider: providerColumn(({ provider }) => provider),
  fine_bin_index: { of: ({ index }) => index, says: "Number of the bin, from 1 for the smallest latencies" },
  lo_ms: { of: ({ lo }) => lo, says: "Start of the bin, included", unit: "ms" },
  hi_ms: { of: ({ hi }) => hi, says: "End of the bin, not included except in the last bin", unit: "ms" },
  latency_threshold_ms: { of: ({ hi }) => hi, says: "Latency that the cumulative columns are up to: `hi_ms`", unit: "ms" },
  coarse_boundary: { of: ({ endsAtLandmark }) => endsAtLandmark, says: "Whether the bin ends where a coarse range ends" },
};
const CURVE_CAPTION = "One row per provider and bin of latency. Missing when fewer than two latencies of the pool differ.";

export function countTable(curves: readonly ProviderCurve[]): Table {
  return table(
    "tool_latency_count_cdf_by_provider",
    binsOf(curves),
    {
      ...BIN_COLUMNS,
      count: { says: "Calls in the bin", unit: "calls" },
      count_share: { of: ({ countShare }) => countShare, says: "Share of the provider's calls", unit: "share" },
      cumulative_count: { of: (bin) => bin.cumulativeCount, says: "Calls up to the end of the bin", unit: "calls" },
      cumulative_count_share: {
        of: (bin) => bin.cumulativeCountShare,
        says: "Share of the provider's calls up to the end of the bin",
        unit: "share",
      },
    },
    { title: "Calls by latency", caption: CURVE_CAPTION },
  );
}

export function totalTable(curves: readonly ProviderCurve[]): Table {
  return table(
    "tool_total_latency_cdf_by_provider",
    binsOf(curves),
    {
      ...BIN_COLUMNS,
      tool_calls: { of: ({ count }) => count, says: "Calls in the bin", unit: "calls" },
      ...totalLatencyColumns(({ sum }: ProviderBin) => sum),
      latency_share: { of: ({ sumShare }) => sumShare, says: "Share of the provider's summed latency", unit: "share" },
      call_share: { of: ({ countShare }) => countShare, says: "Share of the provider's calls", unit: "share" },
      cumulative_tool_calls: { of: (bin) => bin.cumulativeCount, says: "Calls up to the end of the bin", unit: "calls" },
      cumulative_latency_ms: { of: (bin) => bin.cumulativeSum, says: "Summed latency up to the end of the bin", unit: "ms" },
      cumulative_latency_s: { of: (bin) => bin.cumulativeSum / MS_PER_S, says: "Summed latency up to the end of the bin", unit: "s" },
      cumulative_latency_hours: { of: (bin) => bin.cumulativeSum / MS_PER_H, says: "Summed latency up to the end of the bin", unit: "h" },
      cumulative_call_share: {
        of: (bin) => bin.cumulativeCountShare,
        says: "Share of the provider's calls up to the end of the bin",
        unit: "share",
      },
      cumulative_latency_share: {
        of: (bin) => bin.cumulativeSumShare,
        says: "Share of the provider's summed latency up to the end of the bin",
        unit: "share",
      },
    },
    { title: "Summed latency by latency", caption: CURVE_CAPTION },
  );
}

function binsOf(curves: readonly ProviderCurve[]): ProviderBin[] {
  return curves.flatMap(({ provider, bins }) => bins.map((bin, i) => ({ ...bin, provider, index: i + 1 })));
}
