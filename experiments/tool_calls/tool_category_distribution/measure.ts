/** Sums by category; every ratio is 0 where there is nothing to divide by. */

import { listOf, noneOf, numberColumns, query, type RowOf } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { type Category, categoryOf, LATENCY_RANGES } from "./categories.ts";

export const TOOLS = query("query.sql", {
  provider: "text",
  tool: "text",
  calls: "number",
  errors: "number",
  valid: "number",
  missing: "number",
  nonpositive: "number",
  total_ms: "number",
});
export type Tool = RowOf<typeof TOOLS>;
export type ToolSums = Omit<Tool, "provider" | "tool">;

export const QUANTILES = query("quantiles.sql", {
  provider: "text?",
  category: "text",
  calls: "number",
  zero: "number",
  measured: "number",
  total_ms: "number?",
  slow_ms: "number?",
  p25_s: "number?",
  p50_s: "number?",
  p90_s: "number?",
  p99_s: "number?",
  p5: "number?",
  q1: "number?",
  median: "number?",
  q3: "number?",
  p95: "number?",
  few: listOf<number>(),
});
export type CategoryLatencies = RowOf<typeof QUANTILES>;

export const TAIL = query("tail.sql", { bin: "number", calls: "number", total_ms: "number" });

export interface CategorySums extends ToolSums {
  readonly category: Category;
  /** Null without any calls, or time. */
  readonly callShare: number | null;
  readonly timeShare: number | null;
}

/** One entry per category in their order, those without calls included. */
export function foldInto(categories: readonly Category[], tools: readonly Tool[]): CategorySums[] {
  const all = sumsOf(tools, numberColumns(TOOLS));
  return categories.map((category) => {
    const own = tools.filter(({ tool }) => categoryOf(tool, categories) === category.key);
    const sums = sumsOf(own, numberColumns(TOOLS));
    return { ...sums, category, callShare: ratio(sums.calls, all.calls), timeShare: ratio(sums.total_ms, all.total_ms) };
  });
}

export type RangeSums = ReturnType<typeof byRange>[number];

/** One entry per range in order, those without calls included. */
export function byRange(rows: readonly RowOf<typeof TAIL>[]) {
  const all = sumsOf(rows, ["calls", "total_ms"]);
  return LATENCY_RANGES.map((range, bin) => {
    const { calls, total_ms } = rows.find((row) => row.bin === bin) ?? noneOf(TAIL);
    return { range, calls, total_ms, callShare: ratio(calls, all.calls), timeShare: ratio(total_ms, all.total_ms) };
  });
}
