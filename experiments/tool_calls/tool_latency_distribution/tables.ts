/** The tables: latency by tool, by coarse range, and the curves. */
import type { Row, Table } from "../../../lib/experiment.ts";
import { type CumulativeBin, LATENCY_LANDMARKS_MS } from "../../../lib/stats/fine-bins.ts";
import type { ProviderCurve } from "./measure.ts";

const MS_PER_S = 1000;
const MS_PER_HOUR = 3_600_000;

interface SummaryRow {
  readonly tool: string;
  readonly calls: number;
  readonly errors: number;
  readonly valid: number;
  readonly missing: number;
  readonly nonpositive: number;
  readonly total_ms: number | null;
  readonly min_ms: number | null;
  readonly p50_ms: number | null;
  readonly p90_ms: number | null;
  readonly p99_ms: number | null;
  readonly max_ms: number | null;
  readonly providers: string;
}

export interface BinRow {
  readonly provider: string;
  readonly bin: number;
  readonly calls: number;
  readonly errors: number;
  readonly total_ms: number;
}

/** Ranges of latency in the order of the bins of `bins.sql`. */
export const LATENCY_BINS = ["<10ms", "10-100ms", "100ms-1s", "1-10s", "10s-1m", "1-10m", "10m-1h", ">=1h"] as const;

export function summaryTable(rows: readonly SummaryRow[]): Table {
  return {
    name: "tool_latency_summary",
    title: "Latency by tool, all providers together",
    caption: "Milliseconds over the calls with a positive latency; blank where there is none. Most called tool first.",
    columns: [
      ...["tool_name", "calls", "latency_count", "missing_latency", "nonpositive_latency", "error_calls", "mean_ms", "min_ms", "p50_ms"],
      ...["p90_ms", "p99_ms", "max_ms", "sample_count", "sampled", "providers"],
    ],
    rows: rows.map((row) => ({
      tool_name: row.tool,
      calls: row.calls,
      latency_count: row.valid,
      missing_latency: row.missing,
      nonpositive_latency: row.nonpositive,
      error_calls: row.errors,
      mean_ms: row.total_ms === null ? null : row.total_ms / row.valid,
      min_ms: row.min_ms,
      p50_ms: row.p50_ms,
      p90_ms: row.p90_ms,
      p99_ms: row.p99_ms,
      max_ms: row.max_ms,
      sample_count: row.valid,
      sampled: false,
      providers: row.providers,
    })),
  };
}

export function binTable(rows: readonly BinRow[]): Table {
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const totalMs = rows.reduce((sum, row) => sum + row.total_ms, 0);
  return {
    name: "tool_latency_weighted_bins",
    title: "Calls and time by range of latency",
    caption:
      "Calls with a positive latency, all providers together. A range holds its lower bound and not its upper one; shares are of one.",
    columns: [
      ...["label", "lo_ms", "hi_ms", "tool_calls", "error_calls", "total_latency_ms", "total_latency_s", "total_latency_hours"],
      ...["latency_share", "call_share"],
    ],
    rows: LATENCY_BINS.map((label, bin) => {
      const own = rows.filter((row) => row.bin === bin);
      const sum = (of: (row: BinRow) => number) => own.reduce((total, row) => total + of(row), 0);
      const ms = sum((row) => row.total_ms);
      return {
        label,
        lo_ms: bin === 0 ? 0 : (LATENCY_LANDMARKS_MS[bin - 1] as number),
        hi_ms: LATENCY_LANDMARKS_MS[bin] ?? null,
        tool_calls: sum((row) => row.calls),
        error_calls: sum((row) => row.errors),
        total_latency_ms: ms,
        total_latency_s: ms / MS_PER_S,
        total_latency_hours: ms / MS_PER_HOUR,
        latency_share: totalMs === 0 ? 0 : ms / totalMs,
        call_share: calls === 0 ? 0 : sum((row) => row.calls) / calls,
      };
    }),
  };
}

const BIN_COLUMNS = ["provider", "fine_bin_index", "lo_ms", "hi_ms", "latency_threshold_ms", "coarse_boundary"];
const CURVE_CAPTION = "One row per provider and bin of latency [lo, hi) in ms; the last bin is closed. Running sums within a provider.";

export function countTable(curves: readonly ProviderCurve[]): Table {
  return {
    name: "tool_latency_count_cdf_by_provider",
    title: "Calls by latency",
    caption: CURVE_CAPTION,
    columns: [...BIN_COLUMNS, "count", "count_share", "cumulative_count", "cumulative_count_share"],
    rows: binRows(curves, (bin) => ({
      count: bin.count,
      count_share: bin.countShare,
      cumulative_count: bin.cumulativeCount,
      cumulative_count_share: bin.cumulativeCountShare,
    })),
  };
}

export function totalTable(curves: readonly ProviderCurve[]): Table {
  return {
    name: "tool_total_latency_cdf_by_provider",
    title: "Summed latency by latency",
    caption: CURVE_CAPTION,
    columns: [
      ...BIN_COLUMNS,
      ...[
        "tool_calls",
        "total_latency_ms",
        "total_latency_s",
        "total_latency_hours",
        "latency_share",
        "call_share",
        "cumulative_tool_calls",
      ],
      ...["cumulative_latency_ms", "cumulative_latency_s", "cumulative_latency_hours", "cumulative_call_share", "cumulative_latency_share"],
    ],
    rows: binRows(curves, (bin) => ({
      tool_calls: bin.count,
      total_latency_ms: bin.sum,
      total_latency_s: bin.sum / MS_PER_S,
      total_latency_hours: bin.sum / MS_PER_HOUR,
      latency_share: bin.sumShare,
      call_share: bin.countShare,
      cumulative_tool_calls: bin.cumulativeCount,
      cumulative_latency_ms: bin.cumulativeSum,
      cumulative_latency_s: bin.cumulativeSum / MS_PER_S,
      cumulative_latency_hours: bin.cumulativeSum / MS_PER_HOUR,
      cumulative_call_share: bin.cumulativeCountShare,
      cumulative_latency_share: bin.cumulativeSumShare,
    })),
  };
}

function binRows(curves: readonly ProviderCurve[], values: (bin: CumulativeBin) => Row): Row[] {
  return curves.flatMap(({ provider, bins }) =>
    bins.map((bin, i) => ({
      provider,
      fine_bin_index: i + 1,
      lo_ms: bin.lo,
      hi_ms: bin.hi,
      latency_threshold_ms: bin.hi,
      coarse_boundary: bin.endsAtLandmark,
      ...values(bin),
    })),
  );
}
