import { defineExperiment, type Headline, type Row, type Table } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { categoryOf, FUNCTION_CATEGORIES, PLANNING_CATEGORIES } from "./categories.ts";
import { figuresOf } from "./charts.ts";
import { byRange, type CategoryQuantiles, type CategorySums, foldInto, type RangeSums, ratio, type ToolSums } from "./measure.ts";

interface ToolRow {
  readonly provider: string;
  readonly tool: string;
  readonly calls: number;
  readonly errors: number;
  readonly valid: number;
  readonly missing: number;
  readonly nonpositive: number;
  readonly total_ms: number;
}
type Tool = ToolSums & { readonly provider: string; readonly tool: string };

const MS_PER_HOUR = 3_600_000;

export default defineExperiment(import.meta.url, {
  title: "Tool calls by category",
  question: "What kinds of work are tool calls made of, and in which of them, and in how few calls, does the time go?",
  async run({ db }) {
    const tools = (await db.rows<ToolRow>("query.sql")).map(({ total_ms, ...row }): Tool => ({ ...row, totalMs: total_ms }));
    const quantiles = await db.rows<CategoryQuantiles>("quantiles.sql", planningParameters());
    const ranges = byRange(await db.rows("tail.sql"));
    const functions = foldInto(FUNCTION_CATEGORIES, tools);
    const planning = foldInto(PLANNING_CATEGORIES, tools);
    const calls = tools.reduce((sum, tool) => sum + tool.calls, 0);
    return {
      tables: [functionTable(functions), toolTable(tools), planningTable(planning, quantiles), rangeTable(ranges)],
      texts: [{ name: "result_analysis.md", text: analysis(functions, ranges, tools) }],
      figures: calls > 0 ? figuresOf({ calls, functions, planning, quantiles, ranges }) : [],
      headlines: calls > 0 ? headlines(functions, ranges) : [],
      notes: calls > 0 ? unsortedNotes(tools, calls) : ["There is nothing to show: this pool has no tool calls."],
    };
  },
});

function planningParameters() {
  const categories = PLANNING_CATEGORIES.flatMap(({ key, tools }) => tools.map((tool) => ({ tool, category: key })));
  return { categories: JSON.stringify(categories), other: PLANNING_CATEGORIES.at(-1)?.key as string };
}

function functionTable(sums: readonly CategorySums[]): Table {
  return {
    name: "tool_category_summary",
    title: "Calls and time by category",
    caption: "Six categories, all providers together; planning tools and everything that is in no list are `other`. Shares are of one.",
    columns: [
      "category",
      "label",
      "calls",
      "call_share",
      "error_calls",
      "error_rate",
      "valid_latency_calls",
      "missing_latency_calls",
      "nonpositive_latency_calls",
      "total_latency_ms",
      "total_latency_hours",
      "latency_share",
      "avg_latency_ms",
      "avg_latency_seconds",
    ],
    rows: sums.map((sum) => ({
      category: sum.category.key,
      label: sum.category.label,
      calls: sum.calls,
      call_share: sum.callShare,
      error_calls: sum.errors,
      error_rate: ratio(sum.errors, sum.calls),
      ...latencyCounts(sum),
      total_latency_ms: sum.totalMs,
      total_latency_hours: sum.totalMs / MS_PER_HOUR,
      latency_share: sum.timeShare,
      avg_latency_ms: ratio(sum.totalMs, sum.valid),
      avg_latency_seconds: ratio(sum.totalMs, sum.valid) / 1000,
    })),
  };
}

function toolTable(tools: readonly Tool[]): Table {
  const rows = tools.map((tool) => ({ category: categoryOf(tool.tool, FUNCTION_CATEGORIES), tool }));
  rows.sort((a, b) => (a.category < b.category ? -1 : a.category > b.category ? 1 : 0)); // stable: the query orders the rest
  return {
    name: "tool_category_tool_map",
    title: "Which tool went into which category",
    caption: "One row per provider and tool. Look here for tools that are `other` because no list knows them.",
    columns: [
      "category",
      "provider",
      "tool_name",
      "calls",
      "error_calls",
      "valid_latency_calls",
      "missing_latency_calls",
      "nonpositive_latency_calls",
      "total_latency_ms",
      "total_latency_hours",
      "avg_latency_ms",
    ],
    rows: rows.map(({ category, tool }) => ({
      category,
      provider: tool.provider,
      tool_name: tool.tool,
      calls: tool.calls,
      error_calls: tool.errors,
      ...latencyCounts(tool),
      total_latency_ms: tool.totalMs,
      total_latency_hours: tool.totalMs / MS_PER_HOUR,
      avg_latency_ms: ratio(tool.totalMs, tool.valid),
    })),
  };
}

function planningTable(sums: readonly CategorySums[], quantiles: readonly CategoryQuantiles[]): Table {
  return {
    name: "tool_category_dashboard_summary",
    title: "Calls and latency quantiles by category, planning by itself",
    caption: "Seven categories. Quantiles are of positive latencies, in seconds; 0 where there are none.",
    columns: [
      "category",
      "label",
      "calls",
      "call_share",
      "valid_latency_calls",
      "missing_latency_calls",
      "nonpositive_latency_calls",
      "p25_seconds",
      "p50_seconds",
      "p90_seconds",
      "p99_seconds",
    ],
    rows: sums.map((sum) => {
      const own = quantiles.find(({ category }) => category === sum.category.key);
      return {
        category: sum.category.key,
        label: sum.category.label,
        calls: sum.calls,
        call_share: sum.callShare,
        ...latencyCounts(sum),
        p25_seconds: own?.p25_s ?? 0,
        p50_seconds: own?.p50_s ?? 0,
        p90_seconds: own?.p90_s ?? 0,
        p99_seconds: own?.p99_s ?? 0,
      };
    }),
  };
}

function latencyCounts({ valid, missing, nonpositive }: ToolSums): Row {
  return { valid_latency_calls: valid, missing_latency_calls: missing, nonpositive_latency_calls: nonpositive };
}

function rangeTable(ranges: readonly RangeSums[]): Table {
  return {
    name: "tool_latency_long_tail_imbalance",
    title: "Calls and time by latency",
    caption: "Calls with a positive latency only; each range holds its lower bound and not its upper one.",
    columns: [
      "bin",
      "label",
      "min_latency_ms",
      "max_latency_ms",
      "color",
      "calls",
      "call_share",
      "total_latency_ms",
      "total_latency_hours",
      "latency_share",
    ],
    rows: ranges.map(({ range, calls, totalMs, callShare, timeShare }) => ({
      bin: range.key,
      label: range.label,
      min_latency_ms: range.minMs,
      max_latency_ms: range.maxMs,
      color: range.color,
      calls,
      call_share: callShare,
      total_latency_ms: totalMs,
      total_latency_hours: totalMs / MS_PER_HOUR,
      latency_share: timeShare,
    })),
  };
}

function analysis(functions: readonly CategorySums[], ranges: readonly RangeSums[], tools: readonly Tool[]): string {
  const calls = tools.reduce((sum, tool) => sum + tool.calls, 0);
  const shares = (call: number, time: number) => [percent(call, 2), percent(time, 2)] as const;
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
          hours(sum.totalMs),
          time,
          `${toFixedHalfEven(ratio(sum.totalMs, sum.valid) / 1000, 2)}s`,
        ];
      }),
    }),
    "## By latency",
    markdownTable({
      header: ["bin", "positive-latency calls", "call share", "total latency", "latency share"],
      rows: ranges.map(({ range, calls: own, totalMs, callShare, timeShare }) => {
        const [call, time] = shares(callShare, timeShare);
        return [range.label, grouped(own), call, hours(totalMs), time];
      }),
    }),
  ].join("\n\n");
}

/** `1,143h`, `27.0h`, `9.71h`. */
function hours(ms: number): string {
  const value = ms / MS_PER_HOUR;
  return `${grouped(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)}h`;
}

function headlines(functions: readonly CategorySums[], ranges: readonly RangeSums[]): Headline[] {
  const most = [...functions].sort((a, b) => b.calls - a.calls)[0] as CategorySums;
  const slowest = ranges.at(-1) as RangeSums;
  return [
    { label: `calls: ${most.category.label.toLowerCase()}`, value: percent(most.callShare) },
    { label: "calls over 1 min", value: percent(slowest.callShare, 1) },
    { label: "their share of time", value: percent(slowest.timeShare) },
  ];
}

function unsortedNotes(tools: readonly Tool[], calls: number): string[] {
  const unsorted = tools.filter(({ tool }) => categoryOf(tool, PLANNING_CATEGORIES) === "other");
  const count = unsorted.reduce((sum, tool) => sum + tool.calls, 0);
  const names = [...new Set(unsorted.map(({ tool }) => tool))];
  if (names.length === 0) return [];
  const shown = names.slice(0, 12).join(", ");
  return [
    `In no category list, and so counted as Other: ${names.length} tools with ${percent(count / calls, 1)} of the calls (${shown}${names.length > 12 ? ", …" : ""}).`,
  ];
}
