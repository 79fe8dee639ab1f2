import type { Table } from "../../../lib/experiment.ts";
import type { OutputGroup } from "./measure.ts";

export function summaryTable(groups: readonly OutputGroup[]): Table {
  return {
    name: "output_tokens_summary",
    title: "Output tokens by group",
    caption: "Tokens per agent step that recorded its output, zeros included. Computed over all of them: sample_count is count.",
    columns: ["group", "count", "min", "p50", "p90", "p95", "p99", "max", "mean", "sample_count", "sampled"],
    rows: groups.map(({ summary }) => ({ ...summary, sample_count: summary.count, sampled: false })),
  };
}
