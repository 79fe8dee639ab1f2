/** The tables, and the main numbers as text. */
import { type Column, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { S_PER_H } from "../../../lib/format/durations.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { known } from "../../../lib/stats/known.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { CALL_COLUMNS } from "../../../lib/trace/tools.ts";
import type { Bucket, CategoryGap, Coverage, Example, GapByTool, HumanTool, Summary } from "./measure.ts";

const TOOL = CALL_COLUMNS.tool_name.says;
const CATEGORY = "Kind of tool: `direct_human`, `execution_like` or `other`";
const GAP_STATISTICS = { mean_gap_s: "mean", p50_gap_s: "p50", p90_gap_s: "p90", p99_gap_s: "p99" } as const;
const WALL_STATISTICS = { mean_wall_s: "mean", p50_wall_s: "p50", p90_wall_s: "p90", p99_wall_s: "p99" } as const;

/** How many calls have which durations. */
const COVERAGE_COLUMNS = {
  calls: { of: (row) => row.calls, says: "All calls", unit: "calls" },
  wall_count: { of: (row) => row.wall_count, says: "Calls with a wall time", unit: "calls" },
  internal_count: { of: (row) => row.internal_count, says: "Calls with a time reported by the runner", unit: "calls" },
  both_count: { of: (row) => row.both_count, says: "Calls with both times", unit: "calls" },
  wall_only_count: { of: (row) => row.wall_only_count, says: "Calls with a wall time only", unit: "calls" },
  wall_total_s: { of: (row) => row.wall_total_s, says: "Summed wall time of the calls that have one", unit: "s" },
  internal_total_s: { of: (row) => row.internal_total_s, says: "Summed reported time of the calls that have one", unit: "s" },
} satisfies Record<string, Column<Omit<Coverage, "tool_name" | "category">>>;

export function coverageTable(rows: readonly Coverage[]): Table {
  return table(
    "codex_tool_timing_coverage",
    rows,
    { tool_name: { says: TOOL }, ...COVERAGE_COLUMNS },
    { title: "Times that calls have", caption: "One row per tool of Codex, most calls first. A sum is empty when no call has the time." },
  );
}

export function gapTable(rows: readonly GapByTool[]): Table {
  const over = (duration: string, of: (row: GapByTool) => number) => ({ of, says: `Calls with a gap over ${duration}`, unit: "calls" });
  return table(
    "codex_wall_internal_gap_by_tool",
    rows,
    {
      tool_name: { says: TOOL },
      calls: { says: "Calls with both times", unit: "calls" },
      wall_total_s: { says: "Their summed wall time", unit: "s" },
      internal_total_s: { says: "Their summed reported time", unit: "s" },
      gap_total_s: { says: "Their summed gap", unit: "s" },
      gap_share_of_wall_pct: { says: "Gap as a share of the wall time", unit: "%" },
      ...summaryColumns(GAP_STATISTICS, (row: GapByTool) => row, "of the gaps", "s"),
      gap_gt_1s: over("1 s", (row) => row.gap_gt_1s),
      gap_gt_10s: over("10 s", (row) => row.gap_gt_10s),
      gap_gt_1m: over("1 min", (row) => row.gap_gt_1m),
      gap_gt_10m: over("10 min", (row) => row.gap_gt_10m),
      gap_gt_1h: over("1 h", (row) => row.gap_gt_1h),
    },
    { title: "The gap by tool", caption: "One row per tool that has calls with both times, largest summed gap first." },
  );
}

export function humanTable(rows: readonly HumanTool[]): Table {
  return table(
    "codex_direct_human_wall_time",
    rows,
    {
      tool_name: { says: TOOL },
      calls: { says: "Calls with a wall time", unit: "calls" },
      wall_count: { of: ({ calls }) => calls, says: "The same", unit: "calls" },
      wall_total_s: { says: "Their summed wall time", unit: "s" },
      ...summaryColumns(WALL_STATISTICS, (row: HumanTool) => row, "of the wall times", "s"),
      wall_gt_1m: { says: "Calls with a wall time over 1 min", unit: "calls" },
      wall_gt_1h: { says: "Calls with a wall time over 1 h", unit: "calls" },
    },
    {
      title: "Tools that wait for a person or an agent",
      caption: "One row per tool, most time first, whether or not the runner reports a time.",
    },
  );
}

export function categoryTable(categories: readonly CategoryGap[]): Table {
  return table(
    "codex_wall_internal_gap_by_category",
    categories,
    {
      category: { says: CATEGORY },
      tools: { of: ({ tools }) => tools.join(";"), says: "Its tools in this pool, separated by `;`" },
      ...COVERAGE_COLUMNS,
      gap_total_s: { says: "Summed gap of the calls with both times", unit: "s" },
      gap_share_of_wall_pct: { says: "Gap as a share of the wall time of all calls; empty without wall time", unit: "%" },
    },
    {
      title: "The gap by kind of tool",
      caption: "One row per kind. The share is of the wall time of all calls, also of those without a time reported by the runner.",
    },
  );
}

export function bucketTable(rows: readonly Bucket[]): Table {
  return table(
    "codex_wall_internal_gap_buckets",
    rows,
    {
      category: { says: "`execution_like`, `write_stdin` (waits inside the runner) or `other_both_timed`" },
      gap_bucket: { says: "Range of the gap, upper bound included" },
      calls: { says: "Calls with a gap in the range", unit: "calls" },
      gap_total_s: { says: "Their summed gap", unit: "s" },
      category_gap_share_pct: { says: "Share of the summed gap of the kind; empty when that is 0", unit: "%" },
    },
    { title: "The gap by its length", caption: "One row per kind of tool and range that has calls: calls with both times." },
  );
}

export function exampleTable(rows: readonly Example[]): Table {
  const { tool_name, tool_index, tool_call_id, emitted_at, result_at, ...more } = CALL_COLUMNS;
  const { input_chars, result_chars, is_error, model, session_id, round_index, trace_key } = more;
  return table(
    "codex_top_wall_internal_gap_examples",
    rows,
    {
      tool_name,
      round_pk: { says: "Number of the call's step in the pool" },
      tool_index,
      tool_call_id,
      emitted_at,
      result_at,
      wall_ms: { says: "Time between call and result", unit: "ms" },
      internal_ms: { says: "Time that the runner reported", unit: "ms" },
      gap_ms: { says: "Their difference, at least 0", unit: "ms" },
      input_chars,
      result_chars,
      is_error,
      model,
      session_id,
      round_index,
      trace_key,
    },
    { title: "The calls with the largest gaps", caption: "One row per call; equal gaps in file order." },
  );
}

export function summaryTable(rows: readonly Summary[]): Table {
  return table(
    "codex_tool_e2e_internal",
    rows,
    {
      tool: { of: ({ tool }) => tool ?? "All timed", says: "Tool; `All timed` for all calls together" },
      calls: { says: "Calls with both times", unit: "calls" },
      wall_h: { says: "Their summed wall time", unit: "h" },
      internal_h: { says: "Their summed reported time", unit: "h" },
      gap_h: { says: "Their summed gap", unit: "h" },
      ...summaryColumns(GAP_STATISTICS, (row: Summary) => row, "of the gaps; empty without calls", "s"),
    },
    { title: "Wall time and reported time of the main tools", caption: "The first row is all tools together. Calls with both times." },
  );
}

export function summaryText(rows: readonly Summary[]): TextDocument {
  const text = markdownTable({
    header: ["Tool", "Calls", "E2E", "Int.", "Res.", "Avg", "P50/90/99"],
    rows: rows.map((row) => [
      row.tool ?? "All timed",
      row.calls >= 10_000 ? `${grouped(row.calls / 1000)}k` : `${toFixedHalfEven(row.calls / 1000, 1)}k`,
      hours(row.wall_h),
      hours(row.internal_h),
      row.gap_h < 1 ? `${toFixedHalfEven(row.gap_h, 2)}h` : hours(row.gap_h),
      seconds(row.mean, 2),
      row.p50 === null || row.p90 === null ? "n/a" : `${toFixedHalfEven(row.p50, 2)}/${toFixedHalfEven(row.p90, 2)}/${seconds(row.p99, 1)}`,
    ]),
  });
  return { name: "codex_tool_e2e_internal.md", says: "all timed calls and the main tools, rounded for reading", text };
}

export function analysis(
  coverage: readonly Coverage[],
  gaps: readonly GapByTool[],
  categories: readonly CategoryGap[],
  buckets: readonly Bucket[],
  human: readonly HumanTool[],
): TextDocument {
  const exec = gaps.find(({ tool_name }) => tool_name === "exec_command");
  const stdin = gaps.find(({ tool_name }) => tool_name === "write_stdin");
  const execution = known(categories.find(({ category }) => category === "execution_like"));
  const long = buckets.filter(
    ({ category, gap_bucket }) => category === "execution_like" && ["1-10m", "10m-1h", ">1h"].includes(gap_bucket),
  );
  const longSeconds = long.reduce((sum, { gap_total_s }) => sum + gap_total_s, 0);
  const asked = human.find(({ tool_name }) => tool_name === "request_user_input");
  const covered = (tool: string) => coverage.find(({ tool_name }) => tool_name === tool);
  const orNothing = <T>(value: T | undefined, text: (value: T) => string) => (value === undefined ? "n/a" : text(value));
  const paragraphs = [
    "# Codex: wall time against the runner's own time",
    "The gap of a call is its wall time less the time that the runner reports, at least 0.",
    [
      `- \`exec_command\`: ${orNothing(exec, (row) => `${grouped(row.calls)} calls with both times, gap ${hours(row.gap_total_s / S_PER_H)} (${row.gap_share_of_wall_pct}% of their wall time), p50 ${row.p50}s, p90 ${row.p90}s, p99 ${row.p99}s`)}`,
      `- Tools that run something: gap ${hours(execution.gap_total_s / S_PER_H)} in ${grouped(execution.calls)} calls`,
      `- Gaps over a minute among them: ${grouped(long.reduce((sum, { calls }) => sum + calls, 0))} calls, ${hours(longSeconds / S_PER_H)}, ${execution.gap_total_s > 0 ? sharePercent(longSeconds / execution.gap_total_s, 1) : "n/a"} of their gap`,
      `- \`request_user_input\`: ${orNothing(asked, (row) => `${grouped(row.calls)} calls, ${hours(row.wall_total_s / S_PER_H)} of waiting`)}`,
      `- \`write_stdin\`: ${orNothing(stdin, (row) => `gap ${hours(row.gap_total_s / S_PER_H)} of ${hours(row.wall_total_s / S_PER_H)}`)}`,
    ].join("\n"),
    "The trace does not say what happens in a gap: approvals, start of a shell and scheduling all look alike, so it is an upper bound for each of them.",
    ["exec_command", "request_user_input"]
      .map(
        (tool) =>
          `- \`${tool}\`: ${orNothing(covered(tool), (row) => `${grouped(row.calls)} calls, ${grouped(row.both_count)} with both times`)}`,
      )
      .join("\n"),
  ];
  return { name: "result_analysis.md", says: "the main numbers in words", text: paragraphs.join("\n\n") };
}

export function hours(value: number): string {
  return `${grouped(value, 1)}h`;
}

export function seconds(value: number | null, digits: number): string {
  return value === null ? "n/a" : `${toFixedHalfEven(value, digits)}s`;
}
