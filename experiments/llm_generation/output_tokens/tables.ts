import { tokensAt } from "../../../lib/chart/token-axis.ts";
import { type Table, table } from "../../../lib/experiment.ts";
import { NO_STATISTICS, summaryColumns } from "../../../lib/stats/summary.ts";
import { groupColumn } from "../../../lib/trace/groups.ts";
import type { OutputBins, OutputGroup } from "./measure.ts";

const STATISTICS = { min: "min", p50: "p50", p90: "p90", p95: "p95", p99: "p99", max: "max", mean: "mean" } as const;

export function summaryTable(groups: readonly OutputGroup[]): Table {
  return table(
    "output_tokens_summary",
    groups,
    {
      group: groupColumn(({ group }: OutputGroup) => group),
      count: { of: ({ summary }) => summary.n, says: "Steps with an output of 0 or more tokens", unit: "steps" },
      ...summaryColumns(
        STATISTICS,
        ({ summary }: OutputGroup) => (summary.n > 0 ? summary : NO_STATISTICS),
        "of the outputs; empty without steps",
        "tokens",
      ),
      sample_count: { of: ({ summary }) => summary.n, says: "Steps that the statistics are of: all of `count`", unit: "steps" },
      sampled: { of: () => false, says: "Whether the statistics are of a sample: always false" },
    },
    { title: "Output tokens by group", caption: "One row per group, `all` first, then by name." },
  );
}

/** Eight bins for each doubling, with their edges in tokens. */
export function histogramTable({ table: groups, tableAxis }: Pick<OutputBins, "table" | "tableAxis">): Table {
  const tokens = (position: number) => tokensAt(position, tableAxis.firstTick);
  return table(
    "output_tokens_histogram",
    groups.flatMap(({ group, bins }) => bins.map((bin, index) => ({ group, index, ...bin }))),
    {
      group: groupColumn(({ group }: { readonly group: string }) => group),
      bin_index: { of: ({ index }) => index, says: "Number of the bin, from 0 for the smallest outputs" },
      lo_tokens: { of: ({ lo }) => tokens(lo), says: "Start of the bin, included", unit: "tokens" },
      hi_tokens: { of: ({ hi }) => tokens(hi), says: "End of the bin, not included except in the last bin", unit: "tokens" },
      count: { says: "Steps in the bin", unit: "steps" },
    },
    { title: "Bins of the histogram", caption: "One row per group that is drawn and bin. Bins are equally wide on the binary axis." },
  );
}
