/** The summaries as a table for machines and one for readers. */
import { providerTitle } from "../../../lib/chart/palette.ts";
import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { NO_STATISTICS, summaryColumns } from "../../../lib/stats/summary.ts";
import { isUnknown, type LengthSummary, METRICS, type Metric } from "./measure.ts";

export const METRIC_TITLES: Readonly<Record<Metric, string>> = {
  prefix_tokens: "Prefix tokens",
  newly_append_tokens: "Append tokens",
  output_tokens: "Output tokens",
};

export function lengthsTable(summaries: readonly LengthSummary[]): Table {
  return table(
    "token_length_distribution",
    summaries,
    {
      provider: { says: "`claude` or `codex`" },
      metric: { says: "`prefix_tokens`, `newly_append_tokens` or `output_tokens`" },
      count: { of: ({ n }) => n, says: "Steps that have the metric recorded", unit: "steps" },
      ...summaryColumns(
        { avg: "mean", p25: "p25", p50: "p50", p90: "p90", p99: "p99" },
        (summary: LengthSummary) => (summary.n > 0 ? summary : NO_STATISTICS),
        "of their tokens; empty without steps",
        "tokens",
      ),
    },
    { title: "Prefix, append and output tokens by provider", caption: "One row per metric and provider." },
  );
}

export function lengthsText(summaries: readonly LengthSummary[]): TextDocument {
  const groups = METRICS.map((metric) => ({
    title: METRIC_TITLES[metric],
    table: {
      header: ["Tokens", "Avg", "P25", "P50", "P90", "P99"],
      rows: summaries.filter((summary) => summary.metric === metric && !isUnknown(summaries, summary)).map(textRow),
    },
  }));
  return {
    name: "token_length_distribution.md",
    says: "the same, rounded for reading; a provider without steps has zeros",
    text: groupedTables(groups),
  };
}

function textRow({ provider, mean, p25, p50, p90, p99 }: LengthSummary): string[] {
  return [providerTitle(provider), ...[mean, p25, p50, p90, p99].map((tokens) => grouped(tokens))];
}

/** Medians that differ by no more than this share of the larger one are shown as one. */
const SAME_WITHIN = 0.05;

/** `126K / 116K`, or the first alone; a dash for what is not known. */
export function medianPair(claude: number | null, codex: number | null): string {
  if (claude === null || codex === null)
    return [claude, codex].map((median) => (median === null ? "–" : compactTokens(median))).join(" / ");
  const larger = Math.max(claude, codex);
  const differ = larger > 0 && Math.abs(claude - codex) / larger > SAME_WITHIN;
  return differ ? `${compactTokens(claude)} / ${compactTokens(codex)}` : compactTokens(claude);
}

/** Base 10: `1.2M`, `126K`, `857`. */
function compactTokens(tokens: number): string {
  if (tokens >= 1e6) return `${toFixedHalfEven(tokens / 1e6, 1)}M`;
  return tokens >= 1e3 ? `${toFixedHalfEven(tokens / 1e3, 0)}K` : toFixedHalfEven(tokens, 0);
}
