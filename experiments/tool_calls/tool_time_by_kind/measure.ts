/** Sums of tool time: by tool over all providers for the table, by provider for the figure. */

import { query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { collapseRareOfMany, toolOrServer } from "../../../lib/trace/tools.ts";

export const TIMES = query("query.sql", {
  provider: "text",
  tool: "text",
  calls: "number",
  errors: "number",
  valid: "number",
  missing: "number",
  total_ms: "number",
  first_seen: "number",
});
export type ToolTime = Omit<RowOf<typeof TIMES>, "provider">;

/** The times of each tool added up, most time first; ties by first call in the pool. Tools without a positive latency are left out. */
export function byTool(times: readonly ToolTime[]): ToolTime[] {
  return byTime(merged(times, (tool) => tool));
}

/** The tools of one provider for its panel: those of an MCP server as one, rare ones combined, most time first. */
export function forPanel(times: readonly ToolTime[], minCalls: number, top: number): ToolTime[] {
  const tools = merged(times, toolOrServer);
  return byTime(collapseRareOfMany(tools, minCalls, (rare) => sumOf("", rare))).slice(0, top);
}

function merged(times: readonly ToolTime[], nameOf: (tool: string) => string): ToolTime[] {
  return [...groupBy(times, ({ tool }) => nameOf(tool))].map(([tool, same]) => sumOf(tool, same));
}

function byTime(times: readonly ToolTime[]): ToolTime[] {
  return times.filter(({ valid }) => valid > 0).sort((a, b) => b.total_ms - a.total_ms || a.first_seen - b.first_seen);
}

function sumOf(tool: string, times: readonly ToolTime[]): ToolTime {
  const sums = sumsOf(times, ["calls", "errors", "valid", "missing", "total_ms"]);
  return { tool, ...sums, first_seen: Math.min(...times.map(({ first_seen }) => first_seen)) };
}
