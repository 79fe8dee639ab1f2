/** The summaries as a table for machines and one for readers. */
import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { SCOPE_COLUMN } from "../../../lib/trace/scopes.ts";
import { type CostSummary, centDollars, costSummaryOf } from "./measure.ts";
import { CATEGORIES, type Category, GRANULARITIES, type Granularity } from "./usage.ts";

const CATEGORY_TITLES: Readonly<Record<Category, string>> = {
  total: "Total",
  append: "Append tokens",
  prefix: "Prefix tokens",
  output: "Output tokens",
};
const GRANULARITY_TITLES: Readonly<Record<Granularity, string>> = { session: "Per session", request: "Per request", step: "Per step" };

export function costsTable(summaries: readonly CostSummary[]): Table {
  return table(
    "session_cost_distribution",
    summaries,
    {
      scope: SCOPE_COLUMN,
      granularity: { says: "Unit: `session`, `request` or `step`" },
      category: { says: "What was paid for: `append`, `prefix`, `output` or `total`" },
      kind: { says: "What the statistics are of: `tokens`, or `usd` at list prices" },
      n: { says: "Sessions, requests or steps of the scope", unit: "units" },
      ...summaryColumns(
        { avg: "mean", p25: "p25", p50: "p50", p90: "p90", p99: "p99" },
        (row) => row,
        "per unit, in what `kind` says; 0 if n is 0",
        "tokens or USD",
      ),
      share: {
        says: "Share of the cost of all steps of the scope; empty for totals, for tokens and when nothing was spent",
        unit: "share",
      },
    },
    {
      title: "Tokens and cost per session, request and step",
      caption: "One row per scope, granularity, category and kind, over the n units. Steps whose model has no price are left out.",
    },
  );
}

/** Cost of all providers together, rounded for reading. */
export function costsText(summaries: readonly CostSummary[]): TextDocument {
  const groups = GRANULARITIES.map((granularity) => ({
    title: GRANULARITY_TITLES[granularity],
    table: {
      header: ["Metric", "Avg", "P50", "P90", "P99", "% cost"],
      rows: CATEGORIES.map((category) => textRow(costSummaryOf(summaries, "merged", granularity, category))),
    },
  }));
  return { name: "session_cost_distribution.md", says: "cost of all providers together, rounded for reading", text: groupedTables(groups) };
}

function textRow({ category, mean, p50, p90, p99, share }: CostSummary): string[] {
  return [CATEGORY_TITLES[category], ...[mean, p50, p90, p99].map(centDollars), category === "total" ? "" : sharePercent(share, 1)];
}
