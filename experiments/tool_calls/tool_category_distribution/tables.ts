/** Calls and time by category, by tool and by latency, and the main ones as text. */

import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { MS_PER_H } from "../../../lib/format/durations.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";
import { providerColumn, totalLatencyColumns } from "../../../lib/trace/tools.ts";
import { categoryOf, FUNCTION_CATEGORIES } from "./categories.ts";
import type { CategorySums, Quantiles, RangeSums, Tool, ToolSums } from "./measure.ts";

/** Columns that tables of categories and of tools share; `of` finds the sums of a row. */
function sumColumns<R>(of: (row: R) => ToolSums) {
  const { total_latency_ms, total_latency_hours } = totalLatencyColumns((row: R) => of(row).total_ms);
  return {
    error_calls: { of: (row) => of(row).errors, says: "Calls marked as an error", unit: "calls" },
    valid_latency_calls: { of: (row) => of(row).valid, says: "Calls with a positive latency", unit: "calls" },
    missing_latency_calls: { of: (row) => of(row).missing, says: "Calls without a latency", unit: "calls" },
    nonpositive_latency_calls: { of: (row) => of(row).nonpositive, says: "Calls with a latency of 0 or less", unit: "calls" },
    total_latency_ms,
    total_latency_hours,
    avg_latency_ms: { of: (row) => meanMs(of(row)), says: "Mean of the positive latencies; 0 without any", unit: "ms" },
  } satisfies Record<string, Column<R>>;
}

function meanMs({ total_ms, valid }: ToolSums): number {
  return shareOf(total_ms, valid);
}

const CATEGORY_COLUMNS = {
  category: { of: ({ category }) => category.key, says: "Key of the category" },
  label: { of: ({ category }) => category.label, says: "Its name" },
  calls: { of: ({ calls }) => calls, says: "All calls of the category", unit: "calls" },
  call_share: { of: ({ callShare }) => callShare, says: "Share of all calls; empty without calls", unit: "share" },
} satisfies Record<string, Column<CategorySums>>;

export function functionTable(sums: readonly CategorySums[]): Table {
  const { error_calls, avg_latency_ms, ...latencies } = sumColumns((row: CategorySums) => row);
  return table(
    "tool_category_summary",
    sums,
    {
      ...CATEGORY_COLUMNS,
      error_calls,
      error_rate: { of: ({ errors, calls }) => shareOf(errors, calls), says: "Errors per call; 0 without calls", unit: "share" },
      ...latencies,
      latency_share: {
        of: ({ timeShare }) => timeShare,
        says: "Share of the summed latency of all calls; empty without any",
        unit: "share",
      },
      avg_latency_ms,
      avg_latency_seconds: { of: (row) => meanMs(row) / 1000, says: avg_latency_ms.says, unit: "s" },
    },
    {
      title: "Calls and time by category",
      caption: "One row per category, all providers together. Planning tools and tools that are in no list are `other`.",
    },
  );
}

export function toolTable(tools: readonly Tool[]): Table {
  const rows = tools.map((tool) => ({ category: categoryOf(tool.tool, FUNCTION_CATEGORIES), tool }));
  rows.sort((a, b) => (a.category < b.category ? -1 : a.category > b.category ? 1 : 0)); // stable: the query orders the rest
  type ToolRow = (typeof rows)[number];
  return table(
    "tool_category_tool_map",
    rows,
    {
      category: { says: "Key of the tool's category, one of six" },
      provider: providerColumn(({ tool }: ToolRow) => tool.provider),
      tool_name: { of: ({ tool }) => tool.tool, says: "Tool, trimmed of spaces; `<unknown-tool>` when missing or blank" },
      calls: { of: ({ tool }) => tool.calls, says: "All calls of the tool", unit: "calls" },
      ...sumColumns((row: ToolRow) => row.tool),
    },
    {
      title: "Category of each tool",
      caption: "One row per provider and tool. Look here for tools that are `other` because no list has them.",
    },
  );
}

export function planningTable(sums: readonly CategorySums[], quantiles: Quantiles): Table {
  const rows = sums.map((sum) => {
    const { ascending } = quantiles.find(({ group }) => group.category === sum.category.key) ?? NOTHING;
    const quantile = (q: number) => quantileNumpy(ascending, q) ?? 0;
    return { ...sum, p25: quantile(0.25), p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
  });
  type PlanningRow = (typeof rows)[number];
  const { valid_latency_calls, missing_latency_calls, nonpositive_latency_calls } = sumColumns((row: PlanningRow) => row);
  return table(
    "tool_category_dashboard_summary",
    rows,
    {
      ...CATEGORY_COLUMNS,
      valid_latency_calls,
      missing_latency_calls,
      nonpositive_latency_calls,
      ...summaryColumns(
        { p25_seconds: "p25", p50_seconds: "p50", p90_seconds: "p90", p99_seconds: "p99" },
        (row: PlanningRow) => row,
        "of the positive latencies; 0 without any",
        "s",
      ),
    },
    {
      title: "Calls and latency by category, with planning as a category",
      caption: "One row per category, one of seven; all providers together.",
    },
  );
}

export function rangeTable(ranges: readonly RangeSums[]): Table {
  const { total_latency_ms, total_latency_hours } = totalLatencyColumns(({ total_ms }: RangeSums) => total_ms);
  return table(
    "tool_latency_long_tail_imbalance",
    ranges,
    {
      bin: { of: ({ range }) => range.key, says: "Key of the range" },
      label: { of: ({ range }) => range.label, says: "Its name" },
      min_latency_ms: { of: ({ range }) => range.minMs, says: "Start of the range, included", unit: "ms" },
      max_latency_ms: { of: ({ range }) => range.maxMs, says: "End of the range, not included; empty for the last", unit: "ms" },
      color: { of: ({ range }) => range.color, says: "Color for the range, `#RRGGBB`" },
      calls: { says: "Calls in the range", unit: "calls" },
      call_share: {
        of: ({ callShare }) => callShare,
        says: "Share of the calls with a positive latency; empty without any",
        unit: "share",
      },
      total_latency_ms,
      total_latency_hours,
      latency_share: {
        of: ({ timeShare }) => timeShare,
        says: "Share of the summed latency of all calls; empty without any",
        unit: "share",
      },
    },
    { title: "Calls and time by latency", caption: "One row per range of latency: calls with a positive latency." },
  );
}

export function analysis(functions: readonly CategorySums[], ranges: readonly RangeSums[], tools: readonly Tool[]): string {
  const calls = tools.reduce((sum, tool) => sum + tool.calls, 0);
  const shares = (call: number | null, time: number | null) => [sharePercent(call, 2), sharePercent(time, 2)] as const;
  return [
    "# Tool calls by category",
    `${grouped(calls)} calls of ${grouped(new Set(tools.map(({ tool }) => tool)).size)} tools. Only positive latencies count as time.`,
    "## By category",
    markdownTable({
      header: ["category", "calls", "call share", "total latency", "latency share", "avg valid latency"],
      rows: functions.map((sum) => {
        const [call, time] = shares(sum.callShare, sum.timeShare);
        return [
          sum.category.key,
          grouped(sum.calls),
          call,
          hours(sum.total_ms),
          time,
          `${toFixedHalfEven(shareOf(sum.total_ms, sum.valid) / 1000, 2)}s`,
        ];
      }),
    }),
    "## By latency",
    markdownTable({
      header: ["bin", "positive-latency calls", "call share", "total latency", "latency share"],
      rows: ranges.map(({ range, calls: own, total_ms, callShare, timeShare }) => {
        const [call, time] = shares(callShare, timeShare);
        return [range.label, grouped(own), call, hours(total_ms), time];
      }),
    }),
  ].join("\n\n");
}

/** `1,143h`, `27.0h`, `9.71h`. */
function hours(ms: number): string {
  const value = ms / MS_PER_H;
  return `${grouped(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)}h`;
}
