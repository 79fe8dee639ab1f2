/** The summaries as a table for machines and one for readers. */
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { dollars } from "./format.ts";
import { CATEGORIES, type Category, type CostSummary, costSummaryOf } from "./measure.ts";
import { GRANULARITIES, type Granularity } from "./usage.ts";

const CATEGORY_TITLES: Readonly<Record<Category, string>> = {
  total: "Total",
  append: "Append tokens",
  prefix: "Prefix tokens",
  output: "Output tokens",
};
const GRANULARITY_TITLES: Readonly<Record<Granularity, string>> = {
  session: "Per session",
  request: "Per request",
  step: "Per step",
};

export function costsTable(summaries: readonly CostSummary[]): Table {
  return {
    name: "session_cost_distribution",
    title: "Tokens and cost per session, request and step",
    caption:
      "One row per scope, granularity, category and kind (tokens or USD at list prices), over the n units that have a price. Shares are of what all steps of the scope cost.",
    columns: ["scope", "granularity", "category", "kind", "n", "avg", "p25", "p50", "p90", "p99", "share"],
    rows: summaries.map(({ scope, granularity, category, kind, n, mean, p25, p50, p90, p99, share }) => ({
      scope,
      granularity,
      category,
      kind,
      n,
      avg: mean,
      p25,
      p50,
      p90,
      p99,
      share,
    })),
  };
}

/** Cost of both providers together, rounded for reading. */
export function costsText(summaries: readonly CostSummary[]): TextDocument {
  const groups = GRANULARITIES.map((granularity) => ({
    title: GRANULARITY_TITLES[granularity],
    table: {
      header: ["Metric", "Avg", "P50", "P90", "P99", "% cost"],
      rows: CATEGORIES.map((category) => textRow(costSummaryOf(summaries, "merged", granularity, category))),
    },
  }));
  return { name: "session_cost_distribution.md", text: groupedTables(groups) };
}

function textRow({ category, mean, p50, p90, p99, share }: CostSummary): string[] {
  return [CATEGORY_TITLES[category], ...[mean, p50, p90, p99].map(dollars), share === null ? "" : percent(share, 1)];
}
