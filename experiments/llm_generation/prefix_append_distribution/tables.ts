import type { Table } from "../../../lib/experiment.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import type { AppendBin, GroupMetric } from "./measure.ts";

const BIN_COLUMNS = ["label", "lo_tokens", "hi_tokens", "rounds", "total_append_tokens", "token_share", "round_share"];

export function summaryTable(metrics: readonly GroupMetric[]): Table {
  return {
    name: "token_length_summary",
    title: "Prefix and append tokens by group",
    caption: "Tokens per agent step. Computed over every step that recorded the number: sample_count is count.",
    columns: [
      ...["group", "metric", "rows", "count", "missing", "invalid"],
      ...["mean", "min", "p50", "p90", "p99", "max", "sample_count", "sampled"],
    ],
    rows: metrics.map(({ group, metric, rows, missing, invalid, ascending, summary }) => ({
      group,
      metric,
      rows,
      count: summary.n,
      missing,
      invalid,
      mean: summary.mean,
      min: ascending.at(0) ?? null,
      p50: summary.p50,
      p90: summary.p90,
      p99: summary.p99,
      max: summary.max,
      sample_count: summary.n,
      sampled: false,
    })),
  };
}

/** All steps together. */
export function binsTable(bins: readonly AppendBin[]): Table {
  return {
    name: "append_tokens_weighted_bins",
    title: "Steps and tokens by append length",
    caption: "All steps that recorded prefix and append. A bin includes its lower edge; shares are of one.",
    columns: BIN_COLUMNS,
    rows: bins.filter(({ provider }) => provider === ALL).map(({ provider: _all, ...bin }) => bin),
  };
}

export function providerBinsTable(bins: readonly AppendBin[]): Table {
  return {
    name: "append_tokens_weighted_bins_by_provider",
    title: "Steps and tokens by append length and provider",
    caption: "The bins of the figure; shares are of the provider's steps and tokens.",
    columns: ["provider", ...BIN_COLUMNS],
    rows: bins.filter(({ provider }) => provider !== ALL),
  };
}
