/** The summaries as a table for machines and one for readers. */

import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { ACTIVITY_TITLES } from "../../../lib/trace/activities.ts";
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
  return {
    name: "session_timing_distribution",
    title: "Time per session, request, step and single event",
    caption:
      "One row per scope, block and kind of time, in seconds over the n units of the block. Shares are of the summed whole; they may exceed 1 together, because tools run side by side.",
    columns: ["scope", "block", "category", "n", "avg_s", "p25_s", "p50_s", "p90_s", "p99_s", "share"],
    rows: summaries.map(({ scope, block, category, n, mean, p25, p50, p90, p99, share }) => ({
      scope,
      block,
      category,
      n,
      avg_s: mean,
      p25_s: p25,
      p50_s: p50,
      p90_s: p90,
      p99_s: p99,
      share,
    })),
  };
}

/** Both providers together, rounded for reading. */
export function timesText(summaries: readonly TimeSummary[]): TextDocument {
  const merged = summaries.filter(({ scope }) => scope === "merged");
  const groups = [...new Set(merged.map(({ block }) => block))].map((block) => ({
    title: BLOCK_TITLES[block],
    table: {
      header: ["Metric", "Avg", "P50", "P90", "P99", "% time"],
      rows: merged.filter((summary) => summary.block === block).map(textRow),
    },
  }));
  return { name: "session_timing_distribution.md", text: groupedTables(groups) };
}

function textRow({ block, category, mean, p50, p90, p99, share }: TimeSummary): string[] {
  const title = category === "total" ? (TOTAL_TITLES[block] ?? "Total") : ACTIVITY_TITLES[category];
  return [title, ...[mean, p50, p90, p99].map(durationText), share === null ? "" : percent(share, 1)];
}
