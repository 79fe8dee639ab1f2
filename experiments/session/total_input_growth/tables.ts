/** The summaries as a table for machines and one for readers, and the steps behind them as streamed tables. */
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { type Bucket, type BucketRange, isReduction } from "./buckets.ts";
import { type GrowthSummary, summaryOf, type Trigger } from "./measure.ts";

const EVENT_COLUMNS = [
  ...["provider", "trigger", "bucket", "raw_delta_tokens", "reduction_tokens", "session_id", "previous_round_index", "current_round_index"],
  ...["previous_total_input_tokens", "current_total_input_tokens"],
  ...["previous_prefix_tokens", "current_prefix_tokens", "prefix_delta_tokens"],
  ...["previous_newly_append_tokens", "current_newly_append_tokens", "append_delta_tokens"],
  ...["previous_first_event_type", "current_first_event_type", "previous_model", "current_model"],
  ...["previous_timestamp", "current_timestamp", "previous_trace_key", "current_trace_key", "previous_line_number", "current_line_number"],
];

export function summaryTable(summaries: readonly GrowthSummary[]): Table {
  return {
    name: "total_input_growth_summary",
    title: "Growth and reductions by provider and trigger",
    caption:
      "One row per scope and trigger. Shares are of the steps; averages and quantiles in tokens, quantiles over all changes, reductions included.",
    columns: [
      ...["scope", "trigger", "rounds", "positive", "positive_pct", "zero", "zero_pct", "negative", "negative_pct"],
      ...["micro_reduction", "micro_pct", "ordinary_reduction", "ordinary_pct", "major_reduction", "major_pct"],
      ...["total_context_increase", "avg_raw_delta", "p10_raw_delta", "median_raw_delta", "p90_raw_delta"],
      ...["avg_positive_growth", "avg_clipped_growth", "avg_reduction", "max_reduction"],
    ],
    rows: summaries.map((summary) => {
      const { scope, trigger, n, counts, negative } = summary;
      return {
        scope,
        trigger,
        rounds: n,
        positive: counts.positive,
        positive_pct: shareText(counts.positive, n),
        zero: counts.zero,
        zero_pct: shareText(counts.zero, n),
        negative,
        negative_pct: shareText(negative, n),
        micro_reduction: counts.micro_reduction,
        micro_pct: shareText(counts.micro_reduction, n),
        ordinary_reduction: counts.ordinary_reduction,
        ordinary_pct: shareText(counts.ordinary_reduction, n),
        major_reduction: counts.major_reduction,
        major_pct: shareText(counts.major_reduction, n),
        total_context_increase: summary.increase,
        avg_raw_delta: summary.meanChange,
        p10_raw_delta: summary.p10,
        median_raw_delta: summary.p50,
        p90_raw_delta: summary.p90,
        avg_positive_growth: summary.meanGrowth,
        avg_clipped_growth: summary.meanClippedGrowth,
        avg_reduction: summary.meanReduction,
        max_reduction: summary.maxReduction,
      };
    }),
  };
}

/** All changes, then the reductions, then those of them that are jitter. At most `limit` rows each. */
export function drilldownTables(ranges: readonly BucketRange[], limit: number | null): Table[] {
  const table = (name: string, title: string, caption: string, wanted: (bucket: Bucket) => boolean, inFileOrder: boolean): Table => ({
    name,
    title,
    caption,
    columns: EVENT_COLUMNS,
    rows: {
      query: "events.sql",
      params: { buckets: JSON.stringify(ranges.filter(({ bucket }) => wanted(bucket))), in_file_order: inFileOrder, limit },
    },
  });
  return [
    table(
      "total_input_growth_events",
      "Every change of total input",
      "One row per step that is compared with the one before it, in the order of the trace.",
      () => true,
      true,
    ),
    table("total_input_reductions", "Reductions", "The changes below zero, by provider, trigger and session.", isReduction, false),
    table(
      "total_input_micro_reductions",
      "Micro reductions",
      "The smallest reductions, which are jitter of the accounting rather than lost context, by provider, trigger and session.",
      (bucket) => bucket === "micro_reduction",
      false,
    ),
  ];
}

const COLUMNS = ["claude", "codex"] as const;
const BLOCKS: readonly { readonly title: string; readonly trigger: Trigger }[] = [
  { title: "All steps", trigger: "all" },
  { title: "User-initiated steps", trigger: "user" },
  { title: "Tool-initiated steps", trigger: "tool_result" },
];
const INDENT = "\u00a0\u00a0";
const NOTHING = "--";
const METRICS: readonly (readonly [string, (summary: GrowthSummary) => string | null])[] = [
  ["Steps", ({ n }) => grouped(n)],
  ["Positive (growth) %", ({ counts, n }) => shareText(counts.positive, n)],
  ["Negative (reduction) %", ({ negative, n }) => shareText(negative, n)],
  [`${INDENT}Micro %`, ({ counts, n }) => shareText(counts.micro_reduction, n)],
  [`${INDENT}Ordinary %`, ({ counts, n }) => shareText(counts.ordinary_reduction, n)],
  [`${INDENT}Major reduction %`, ({ counts, n }) => shareText(counts.major_reduction, n)],
  ["Avg positive growth", ({ meanGrowth }) => (meanGrowth === null ? null : grouped(meanGrowth))],
];

/** The two providers side by side, rounded for reading. */
export function growthText(summaries: readonly GrowthSummary[]): TextDocument {
  const groups = BLOCKS.map(({ title, trigger }) => ({
    title,
    table: {
      header: ["Metric", "Claude", "Codex"],
      rows: METRICS.map(([name, cell]) => [
        name,
        ...COLUMNS.map((scope) => {
          const summary = summaryOf(summaries, scope, trigger);
          return (summary && cell(summary)) ?? NOTHING;
        }),
      ]),
    },
  }));
  return { name: "total_input_growth.md", text: groupedTables(groups) };
}

function shareText(count: number, n: number): string | null {
  return n === 0 ? null : percent(count / n, 2);
}
