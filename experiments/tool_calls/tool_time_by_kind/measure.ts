/** Sums of tool time: by tool over all providers for the table, by provider for the figure. */
import { collapseRare, type ToolGroup } from "../../../lib/trace/tools.ts";

export interface ToolTime extends ToolGroup {
  readonly errors: number;
  /** Calls with a positive latency. */
  readonly valid: number;
  /** Calls without a latency. */
  readonly missing: number;
  /** Sum of positive latencies in ms. */
  readonly totalMs: number;
}

/** Entries of one tool added up, most time first; ties by first call in the pool. Tools without a positive latency are left out. */
export function byTool(times: readonly ToolTime[]): ToolTime[] {
  return byTime([...groupBy(times, ({ tool }) => tool).values()].map((same) => sumOf(same)));
}

/** The tools of one provider for its panel: MCP tools as one, rare ones put together, most time first. */
export function forPanel(times: readonly ToolTime[], minCalls: number, top: number): ToolTime[] {
  const merged = [...groupBy(times, ({ tool }) => (tool.startsWith("mcp_") ? "mcp" : tool))].map(([tool, same]) => ({
    ...sumOf(same),
    tool,
  }));
  return byTime(collapseRare(merged, minCalls, sumOf)).slice(0, top);
}

function byTime(times: readonly ToolTime[]): ToolTime[] {
  return times.filter(({ valid }) => valid > 0).sort((a, b) => b.totalMs - a.totalMs || a.firstSeen - b.firstSeen);
}

function sumOf(times: readonly ToolTime[]): ToolTime {
  const sum = (of: (time: ToolTime) => number) => times.reduce((total, time) => total + of(time), 0);
  return {
    tool: (times[0] as ToolTime).tool,
    calls: sum(({ calls }) => calls),
    errors: sum(({ errors }) => errors),
    valid: sum(({ valid }) => valid),
    missing: sum(({ missing }) => missing),
    totalMs: sum(({ totalMs }) => totalMs),
    firstSeen: Math.min(...times.map(({ firstSeen }) => firstSeen)),
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
