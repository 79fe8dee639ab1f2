import type { JsonDocument, Table } from "../../../lib/experiment.ts";
import { formatG } from "../../../lib/format/numbers.ts";
import type { Coverage, PairSummary, Pairs } from "./measure.ts";

export function summaryTable(summaries: readonly PairSummary[]): Table {
  return {
    name: "prefix_vs_adjusted_append_summary",
    title: "Append with and without the output of the step before",
    caption: "Tokens per pair of neighbouring steps (1 and 0 for yes and no), rounded to six significant digits.",
    columns: ["provider", "metric", "count", "median", "p90", "p95", "p99", "min", "max"],
    rows: summaries.map(({ provider, metric, count, median, p90, p95, p99, min, max }) => ({
      provider,
      metric,
      count,
      median: sixDigits(median),
      p90: sixDigits(p90),
      p95: sixDigits(p95),
      p99: sixDigits(p99),
      min: sixDigits(min),
      max: sixDigits(max),
    })),
  };
}

/** Where the steps went. */
export function countsDocument(coverage: Coverage, pairs: Pairs): JsonDocument {
  const { couples, ...steps } = coverage;
  const count = pairs.provider.length;
  const subtracted = pairs.subtracted.filter(Boolean).length;
  return {
    name: "pair_counts.json",
    value: {
      ...steps,
      skipped_non_adjacent_pair: couples - count,
      pairs: count,
      subtracted_pairs: subtracted,
      not_subtracted_pairs: count - subtracted,
    },
  };
}

function sixDigits(value: number): number {
  return Number(formatG(value));
}
