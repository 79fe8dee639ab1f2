/** Sums by category; every ratio is 0 where there is nothing to divide by. */

import { query, type RowOf } from "../../../lib/experiment.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { type Category, categoryOf, LATENCY_RANGES, type LatencyRange } from "./categories.ts";

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

export const QUANTILES = query("quantiles.sql", { category: "text", p25_s: "number", p50_s: "number", p90_s: "number", p99_s: "number" });
export type CategoryQuantiles = RowOf<typeof QUANTILES>;

export const TAIL = query("tail.sql", { bin: "number", calls: "number", total_ms: "number" });

export interface CategorySums extends ToolSums {
  readonly category: Category;
  readonly callShare: number;
  readonly timeShare: number;
}

export interface RangeSums {
  readonly range: LatencyRange;
  readonly calls: number;
  readonly totalMs: number;
  readonly callShare: number;
  readonly timeShare: number;
}

/** One entry per category in their order, those without calls included. */
export function foldInto(categories: readonly Category[], tools: readonly Tool[]): CategorySums[] {
  const all = sumOf(tools);
  return categories.map((category) => {
    const sums = sumOf(tools.filter(({ tool }) => categoryOf(tool, categories) === category.key));
    return { ...sums, category, callShare: shareOf(sums.calls, all.calls), timeShare: shareOf(sums.total_ms, all.total_ms) };
  });
}

/** One entry per range in order, those without calls included. */
export function byRange(rows: readonly RowOf<typeof TAIL>[]): RangeSums[] {
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const totalMs = rows.reduce((sum, row) => sum + row.total_ms, 0);
  return LATENCY_RANGES.map((range, bin) => {
    const row = rows.find((candidate) => candidate.bin === bin) ?? { calls: 0, total_ms: 0 };
    return {
      range,
      calls: row.calls,
      totalMs: row.total_ms,
      callShare: shareOf(row.calls, calls),
      timeShare: shareOf(row.total_ms, totalMs),
    };
  });
}

function sumOf(tools: readonly ToolSums[]): ToolSums {
  const sum = (of: (tool: ToolSums) => number) => tools.reduce((total, tool) => total + of(tool), 0);
  return {
    calls: sum(({ calls }) => calls),
    errors: sum(({ errors }) => errors),
    valid: sum(({ valid }) => valid),
    missing: sum(({ missing }) => missing),
    nonpositive: sum(({ nonpositive }) => nonpositive),
    total_ms: sum(({ total_ms }) => total_ms),
  };
}
