/** The summaries as a table for machines and one for readers. */
import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { SCOPE_COLUMN } from "../../../lib/trace/scopes.ts";
import type { CountSummary, Group, Metric } from "./measure.ts";

export const METRIC_TITLES: Readonly<Record<Metric, string>> = {
  requests: "Requests",
  user_steps: "User-initiated steps",
  tool_steps: "Tool-initiated steps",
  tool_calls: "Tool calls",
};
export const GROUP_TITLES: Readonly<Record<Group, string>> = { session: "Per session", request: "Per request", step: "Per step" };

export function countsTable(summaries: readonly CountSummary[]): Table {
  return table(
    "session_internal_counts",
    summaries,
    {
      scope: SCOPE_COLUMN,
      group: { says: "What is counted in: `session`, `request` or `step`" },
      metric: { says: "What is counted: `requests`, `user_steps`, `tool_steps` or `tool_calls`" },
      n: { says: "Sessions, requests or steps of the scope, including those with a count of 0", unit: "units" },
      ...summaryColumns(
        { avg: "mean", p25: "p25", p50: "p50", p90: "p90", p99: "p99" },
        (row) => row,
        "of the count; 0 if n is 0",
        "count",
      ),
    },
    {
      title: "Counts per session, request and step",
      caption: "One row per scope, group and count, over the n sessions, requests or steps of the scope.",
    },
  );
}

/** All providers together, rounded for reading. */
export function countsText(summaries: readonly CountSummary[]): TextDocument {
  const merged = summaries.filter(({ scope }) => scope === "merged");
  const groups = [...new Set(merged.map(({ group }) => group))].map((group) => ({
    title: GROUP_TITLES[group],
    table: {
      header: ["Metric", "Avg", "P25", "P50", "P90", "P99"],
      rows: merged.filter((summary) => summary.group === group).map(textRow),
    },
  }));
  return {
    name: "session_internal_counts.md",
    says: "the counts of all providers together; quantiles are rounded to whole numbers, halves to the even one",
    text: groupedTables(groups),
  };
}

function textRow(summary: CountSummary): string[] {
  const { mean, p25, p50, p90, p99 } = summary;
  return [rowTitle(summary), grouped(mean, 1), ...[p25, p50, p90, p99].map((count) => grouped(count))];
}

/** The dagger points to the README: user-initiated steps are not the user's messages. */
function rowTitle({ group, metric }: CountSummary): string {
  return group === "session" && metric === "user_steps" ? `${METRIC_TITLES[metric]}†` : METRIC_TITLES[metric];
}
