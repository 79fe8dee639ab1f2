/** The summaries as a table for machines and one for readers. */
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import type { CountSummary, Group, Metric } from "./measure.ts";

export const METRIC_TITLES: Readonly<Record<Metric, string>> = {
  requests: "Requests",
  user_steps: "User-initiated steps",
  tool_steps: "Tool-initiated steps",
  tool_calls: "Tool calls",
};
export const GROUP_TITLES: Readonly<Record<Group, string>> = { session: "Per session", request: "Per request", step: "Per step" };

export function countsTable(summaries: readonly CountSummary[]): Table {
  return {
    name: "session_internal_counts",
    title: "Counts per session, request and step",
    caption: "One row per scope, group and count, over the n sessions, requests or steps of the scope. Statistics of none are 0.",
    columns: ["scope", "group", "metric", "n", "avg", "p25", "p50", "p90", "p99"],
    rows: summaries.map(({ scope, group, metric, n, mean, p25, p50, p90, p99 }) => ({
      scope,
      group,
      metric,
      n,
      avg: mean,
      p25,
      p50,
      p90,
      p99,
    })),
  };
}

/** Both providers together, rounded for reading. */
export function countsText(summaries: readonly CountSummary[]): TextDocument {
  const merged = summaries.filter(({ scope }) => scope === "merged");
  const groups = [...new Set(merged.map(({ group }) => group))].map((group) => ({
    title: GROUP_TITLES[group],
    table: {
      header: ["Metric", "Avg", "P25", "P50", "P90", "P99"],
      rows: merged.filter((summary) => summary.group === group).map(textRow),
    },
  }));
  return { name: "session_internal_counts.md", text: groupedTables(groups) };
}

function textRow(summary: CountSummary): string[] {
  const { mean, p25, p50, p90, p99 } = summary;
  return [rowTitle(summary), grouped(mean, 1), ...[p25, p50, p90, p99].map((count) => grouped(count))];
}

/** The dagger stands for the remark of the README that such steps are not the user's messages. */
function rowTitle({ group, metric }: CountSummary): string {
  return group === "session" && metric === "user_steps" ? `${METRIC_TITLES[metric]}†` : METRIC_TITLES[metric];
}
