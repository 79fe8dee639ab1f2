/** Sums by category; every ratio is 0 where there is nothing to divide by. */
import { type Category, categoryOf, LATENCY_RANGES, type LatencyRange } from "./categories.ts";

export interface ToolSums {
  readonly calls: number;
  readonly errors: number;
  /** Calls with a positive latency, without one, with one of zero or less. */
  readonly valid: number;
  readonly missing: number;
  readonly nonpositive: number;
  /** Sum of positive latencies in ms. */
  readonly totalMs: number;
}

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
export function foldInto(categories: readonly Category[], tools: readonly (ToolSums & { readonly tool: string })[]): CategorySums[] {
  const all = sumOf(tools);
  return categories.map((category) => {
    const sums = sumOf(tools.filter(({ tool }) => categoryOf(tool, categories) === category.key));
    return { ...sums, category, callShare: ratio(sums.calls, all.calls), timeShare: ratio(sums.totalMs, all.totalMs) };
  });
}

/** One entry per range in order, those without calls included. */
export function byRange(rows: readonly { readonly bin: number; readonly calls: number; readonly total_ms: number }[]): RangeSums[] {
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const totalMs = rows.reduce((sum, row) => sum + row.total_ms, 0);
  return LATENCY_RANGES.map((range, bin) => {
    const row = rows.find((candidate) => candidate.bin === bin) ?? { calls: 0, total_ms: 0 };
    return { range, calls: row.calls, totalMs: row.total_ms, callShare: ratio(row.calls, calls), timeShare: ratio(row.total_ms, totalMs) };
  });
}

export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sumOf(tools: readonly ToolSums[]): ToolSums {
  const sum = (of: (tool: ToolSums) => number) => tools.reduce((total, tool) => total + of(tool), 0);
  return {
    calls: sum(({ calls }) => calls),
    errors: sum(({ errors }) => errors),
    valid: sum(({ valid }) => valid),
    missing: sum(({ missing }) => missing),
    nonpositive: sum(({ nonpositive }) => nonpositive),
    totalMs: sum(({ totalMs }) => totalMs),
  };
}

/** Quantiles of a category's positive latencies in seconds. */
export interface CategoryQuantiles {
  readonly category: string;
  readonly p25_s: number;
  readonly p50_s: number;
  readonly p90_s: number;
  readonly p99_s: number;
}
