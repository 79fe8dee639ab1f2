/** Sums by kind of tool, from the rounded sums by tool. */

import { query, type RowOf } from "../../../lib/experiment.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";

export const CATEGORIES = ["direct_human", "execution_like", "other"] as const;
/** Ranges of the gap, upper bounds included. */
export const GAP_BUCKETS = ["<=1s", "1-10s", "10s-1m", "1-10m", "10m-1h", ">1h"] as const;

export const COVERAGE = query("coverage.sql", {
  tool_name: "text",
  category: CATEGORIES,
  calls: "number",
  wall_count: "number",
  internal_count: "number",
  both_count: "number",
  wall_only_count: "number",
  wall_total_s: "number?",
  internal_total_s: "number?",
});
export type Coverage = RowOf<typeof COVERAGE>;

export const GAPS = query("gaps.sql", {
  tool_name: "text",
  calls: "number",
  wall_total_s: "number",
  internal_total_s: "number",
  gap_total_s: "number",
  gap_share_of_wall_pct: "number",
  mean: "number",
  p50: "number",
  p90: "number",
  p99: "number",
  gap_gt_1s: "number",
  gap_gt_10s: "number",
  gap_gt_1m: "number",
  gap_gt_10m: "number",
  gap_gt_1h: "number",
});
export type GapByTool = RowOf<typeof GAPS>;

export const HUMAN = query("human.sql", {
  tool_name: "text",
  calls: "number",
  wall_total_s: "number",
  mean: "number",
  p50: "number",
  p90: "number",
  p99: "number",
  wall_gt_1m: "number",
  wall_gt_1h: "number",
});
export type HumanTool = RowOf<typeof HUMAN>;

export const BUCKETS = query("buckets.sql", {
  category: ["execution_like", "write_stdin", "other_both_timed"],
  gap_bucket: GAP_BUCKETS,
  calls: "number",
  gap_total_s: "number",
  category_gap_share_pct: "number?",
});
export type Bucket = RowOf<typeof BUCKETS>;

export const SUMMARY = query("summary.sql", {
  tool: "text?",
  calls: "number",
  wall_h: "number",
  internal_h: "number",
  gap_h: "number",
  mean: "number?",
  p50: "number?",
  p90: "number?",
  p99: "number?",
});
export type Summary = RowOf<typeof SUMMARY>;

export const EXAMPLES = query("examples.sql", {
  tool_name: "text",
  round_pk: "number",
  tool_index: "number?",
  tool_call_id: "text?",
  emitted_at: "text?",
  result_at: "text?",
  wall_ms: "number",
  internal_ms: "number",
  gap_ms: "number",
  input_chars: "number?",
  result_chars: "number?",
  is_error: "boolean?",
  model: "text?",
  session_id: "text?",
  round_index: "number?",
  trace_key: "text?",
});
export type Example = RowOf<typeof EXAMPLES>;

export type CategoryGap = Readonly<ReturnType<typeof byCategory>[number]>;

/** One entry per kind in fixed order, also where no call belongs to it. */
export function byCategory(coverage: readonly Coverage[], gaps: readonly GapByTool[]) {
  return CATEGORIES.map((category) => {
    const own = coverage.filter((row) => row.category === category);
    const tools = own.map(({ tool_name }) => tool_name).sort();
    const gap_total_s = sumOf(
      gaps.filter(({ tool_name }) => tools.includes(tool_name)),
      (row) => row.gap_total_s,
    );
    const wall_total_s = sumOf(own, (row) => row.wall_total_s ?? 0);
    return {
      category,
      /** Names of its tools that occur, sorted. */
      tools,
      ...sumsOf(own, ["calls", "wall_count", "internal_count", "both_count", "wall_only_count"]),
      wall_total_s,
      internal_total_s: sumOf(own, (row) => row.internal_total_s ?? 0),
      gap_total_s,
      /** Of the wall time of all its calls, in percent with 3 digits; null without wall time. */
      gap_share_of_wall_pct: wall_total_s > 0 ? Math.round((100 * 1000 * gap_total_s) / wall_total_s) / 1000 : null,
    };
  });
}
