/** The summaries as a table for machines and one for readers. */
import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { ACTIVITY_TITLES } from "../../../lib/trace/activities.ts";
import { SCOPE_COLUMN } from "../../../lib/trace/scopes.ts";
import { durationText } from "./format.ts";
import type { Block, TimeSummary } from "./measure.ts";

const BLOCK_TITLES: Readonly<Record<Block, string>> = {
  session: "Per session",
  session_capped: "Per session, human capped (1h)",
  request: "Per request",
  step: "Per step",
  individual: "Per individual latency",
};
const TOTAL_TITLES: Readonly<Partial<Record<Block, string>>> = {
  session: "Total elapsed",
  session_capped: "Total",
  request: "Total (response time)",
};

export function timesTable(summaries: readonly TimeSummary[]): Table {
  return table(
    "session_timing_distribution",
    summaries,
    {
      scope: SCOPE_COLUMN,
      block: {
        says: "What the time is of: `session`, `session_capped` (each wait counts for an hour at most), `request`, `step`, or `individual` events",
      },
      category: { says: "Kind of time: `total`, `human`, `generation` or `tool`" },
      n: { says: "Sessions, requests, steps or events of the scope", unit: "units" },
      ...summaryColumns(
        { avg_s: "mean", p25_s: "p25", p50_s: "p50", p90_s: "p90", p99_s: "p99" },
        (row) => row,
        "over the units; 0 if n is 0",
        "s",
      ),
      share: {
        says: "Summed time as a share of the summed whole of the block; empty for totals, for single events and where the whole is 0",
        unit: "share",
      },
    },
    {
      title: "Time per session, request, step and single event",
      caption:
        "One row per scope, block and kind of time. Shares of a block can add up to more than 1, because tools that run in parallel count in full.",
    },
  );
}

/** All providers together, rounded for reading. */
export function timesText(summaries: readonly TimeSummary[]): TextDocument {
  const merged = summaries.filter(({ scope }) => scope === "merged");
  const groups = [...new Set(merged.map(({ block }) => block))].map((block) => ({
    title: BLOCK_TITLES[block],
    table: {
      header: ["Metric", "Avg", "P50", "P90", "P99", "% time"],
      rows: merged.filter((summary) => summary.block === block).map(textRow),
    },
  }));
  return {
    name: "session_timing_distribution.md",
    says: "the times of all providers together, each in the largest unit that it fills (chosen before rounding)",
    text: groupedTables(groups),
  };
}

function textRow({ block, category, mean, p50, p90, p99, share }: TimeSummary): string[] {
  const title = category === "total" ? (TOTAL_TITLES[block] ?? "Total") : ACTIVITY_TITLES[category];
  return [title, ...[mean, p50, p90, p99].map(durationText), share === null ? "" : sharePercent(share, 1)];
}
