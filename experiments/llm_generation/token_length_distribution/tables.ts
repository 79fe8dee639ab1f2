/** The summaries as a table for machines and one for readers. */
import { providerTitle } from "../../../lib/chart/palette.ts";
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { type LengthSummary, METRICS, type Metric } from "./measure.ts";

export const METRIC_TITLES: Readonly<Record<Metric, string>> = {
  prefix_tokens: "Prefix tokens",
  newly_append_tokens: "Append tokens",
  output_tokens: "Output tokens",
};

export function lengthsTable(summaries: readonly LengthSummary[]): Table {
  return {
    name: "token_length_distribution",
    title: "Prefix, append and output tokens by provider",
    caption: "Tokens per agent step, over the count steps that recorded the metric.",
    columns: ["provider", "metric", "count", "avg", "p25", "p50", "p90", "p99"],
    rows: summaries.map(({ provider, metric, n, mean, ...quantiles }) => ({
      provider,
      metric,
      count: n,
      avg: n > 0 ? mean : null,
      p25: n > 0 ? quantiles.p25 : null,
      p50: n > 0 ? quantiles.p50 : null,
      p90: n > 0 ? quantiles.p90 : null,
      p99: n > 0 ? quantiles.p99 : null,
    })),
  };
}

export function lengthsText(summaries: readonly LengthSummary[]): TextDocument {
  const groups = METRICS.map((metric) => ({
    title: METRIC_TITLES[metric],
    table: {
      header: ["Tokens", "Avg", "P25", "P50", "P90", "P99"],
      rows: summaries.filter((summary) => summary.metric === metric).map(textRow),
    },
  }));
  return { name: "token_length_distribution.md", text: groupedTables(groups) };
}

function textRow({ provider, mean, p25, p50, p90, p99 }: LengthSummary): string[] {
  return [providerTitle(provider), ...[mean, p25, p50, p90, p99].map((tokens) => grouped(tokens))];
}
