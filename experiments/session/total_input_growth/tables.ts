/** The summaries as a table for machines and one for readers, and the steps behind them as streamed tables. */
import { type Column, type ColumnInfo, streamedTable, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import type { Trigger } from "../../../lib/trace/triggers.ts";
import { BUCKETS, type Bucket, type BucketRanges, type GrowthSummary, REDUCTIONS, summaryOf } from "./measure.ts";

export function summaryTable(summaries: readonly GrowthSummary[]): Table {
  return table(
    "total_input_growth_summary",
    summaries,
    {
      scope: { says: "`merged` (all providers), or a provider; `unknown` for steps without one" },
      trigger: { says: "What the steps follow: `all`, `user` (a message) or `tool_result`" },
      rounds: { of: ({ n }) => n, says: "Steps that are compared with the one before", unit: "steps" },
      ...countColumns("positive", "positive_pct", ({ counts }) => counts.positive, "Steps whose input grows"),
      ...countColumns("zero", "zero_pct", ({ counts }) => counts.zero, "Steps whose input stays the same"),
      ...countColumns("negative", "negative_pct", ({ negative }) => negative, "Steps whose input shrinks"),
      ...countColumns("micro_reduction", "micro_pct", ({ counts }) => counts.micro_reduction, "Steps with a micro reduction"),
      ...countColumns("ordinary_reduction", "ordinary_pct", ({ counts }) => counts.ordinary_reduction, "Steps with an ordinary reduction"),
      ...countColumns("major_reduction", "major_pct", ({ counts }) => counts.major_reduction, "Steps with a major reduction"),
      total_context_increase: { of: ({ increase }) => increase, says: "Sum of what growing steps add", unit: "tokens" },
      avg_raw_delta: { of: ({ meanChange }) => meanChange, says: "Mean change over all steps; empty if there are none", unit: "tokens" },
      p10_raw_delta: { of: ({ p10 }) => p10, says: "10th percentile of the change over all steps", unit: "tokens" },
      median_raw_delta: { of: ({ p50 }) => p50, says: "Median change over all steps", unit: "tokens" },
      p90_raw_delta: { of: ({ p90 }) => p90, says: "90th percentile of the change over all steps", unit: "tokens" },
      avg_positive_growth: { of: ({ meanGrowth }) => meanGrowth, says: "Mean growth over steps that grow", unit: "tokens" },
      avg_clipped_growth: {
        of: ({ meanClippedGrowth }) => meanClippedGrowth,
        says: "Mean growth over all steps, where a step that does not grow counts as 0",
        unit: "tokens",
      },
      avg_reduction: { of: ({ meanReduction }) => meanReduction, says: "Mean reduction over steps that shrink", unit: "tokens" },
      max_reduction: { of: ({ maxReduction }) => maxReduction, says: "Largest reduction; empty if no step shrinks", unit: "tokens" },
    },
    {
      title: "Growth and reductions by provider and trigger",
      caption: "One row per scope and trigger. Quantiles are over all changes, reductions included.",
    },
  );
}

function countColumns(
  name: string,
  shareName: string,
  of: (summary: GrowthSummary) => number,
  says: string,
): Record<string, Column<GrowthSummary>> {
  return {
    [name]: { of, says, unit: "steps" },
    [shareName]: { of: (summary) => shareText(of(summary), summary.n), says: "Their share of `rounds`, as text; empty if there are none" },
  };
}

type Infos = Readonly<Record<string, Omit<ColumnInfo, "name">>>;
const EVENT_COLUMNS: Infos = {
  provider: { says: "Provider of the step; `unknown` when it has none", type: "text" },
  trigger: { says: "What the step follows: `user` (a message) or `tool_result`", type: "text" },
  bucket: { says: "`positive`, `zero`, `micro_reduction`, `ordinary_reduction` or `major_reduction`", type: "text" },
  raw_delta_tokens: tokens("Total input of the step minus that of the step before"),
  reduction_tokens: tokens("Size of the change where it is a reduction, else 0"),
  session_id: { says: "Session of both steps", type: "text" },
  ...both("round_index", (step) => ({ says: `\`round_index\` of ${step}`, type: "number" })),
  ...both("total_input_tokens", (step) => tokens(`Prefix and append of ${step}`)),
  ...both("prefix_tokens", (step) => tokens(`Prefix of ${step}; 0 when missing`)),
  prefix_delta_tokens: tokens("Prefix of the step minus that of the step before"),
  ...both("newly_append_tokens", (step) => tokens(`Append of ${step}; 0 when missing`)),
  append_delta_tokens: tokens("Append of the step minus that of the step before"),
  ...both("first_event_type", (step) => ({ says: `Type of the first timing event of ${step}`, type: "text" })),
  ...both("model", (step) => ({ says: `Model of ${step}`, type: "text" })),
  ...both("timestamp", (step) => ({
    says: `Time of the first timing event of ${step}, ISO 8601 in UTC, cut to milliseconds`,
    type: "text",
  })),
  ...both("trace_key", (step) => ({ says: `Key of the transcript of ${step}`, type: "text" })),
  ...both("line_number", (step) => ({ says: `Position of ${step} in the trace, from 1`, type: "number" })),
};

function tokens(says: string): Omit<ColumnInfo, "name"> {
  return { says, unit: "tokens", type: "number" };
}

/** A column for the step before and one for the step itself. */
function both(name: string, info: (step: string) => Omit<ColumnInfo, "name">): Infos {
  return { [`previous_${name}`]: info("the step before"), [`current_${name}`]: info("the step") };
}

/** All changes, then the reductions, then those of them that are jitter. At most `limit` rows each. */
export function drilldownTables(ranges: BucketRanges, limit: number | null): Table[] {
  const rows = (buckets: readonly Bucket[], inFileOrder: boolean) => ({
    query: "events.sql",
    params: { buckets: JSON.stringify(buckets.map((bucket) => ({ bucket, ...ranges[bucket] }))), in_file_order: inFileOrder, limit },
  });
  return [
    streamedTable("total_input_growth_events", rows(BUCKETS, true), EVENT_COLUMNS, {
      title: "Every change of total input",
      caption: "One row per step that is compared with the one before it, in the order of the trace.",
    }),
    streamedTable("total_input_reductions", rows(REDUCTIONS, false), EVENT_COLUMNS, {
      title: "Reductions",
      caption: "The changes below zero, by provider, trigger and session.",
    }),
    streamedTable("total_input_micro_reductions", rows(["micro_reduction"], false), EVENT_COLUMNS, {
      title: "Micro reductions",
      caption: "The smallest reductions, which are jitter of the accounting rather than lost context, by provider, trigger and session.",
    }),
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
  return {
    name: "total_input_growth.md",
    says: "the summary of Claude and Codex side by side, rounded for reading",
    text: groupedTables(groups),
  };
}

function shareText(count: number, n: number): string | null {
  return n === 0 ? null : sharePercent(count / n, 2);
}
