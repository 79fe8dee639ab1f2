/** Which tools are shown by name, in what order, and how the many small ones are combined. */

import { query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { collapseRare, collapseRareOfMany } from "../../../lib/trace/tools.ts";

export const COUNTS = query("query.sql", {
  provider: "text",
  tool: "text",
  server: "text?",
  calls: "number",
  errors: "number",
  first_seen: "number",
});
type ServerRow = RowOf<typeof COUNTS>;
export type CountRow = Omit<ServerRow, "server">;
/** One provider's. A new column of the query that combined tools can't have belongs in the `Omit`. */
export type ToolCount = Omit<CountRow, "provider">;

type Ranking = Readonly<ReturnType<typeof rankTools>>;

/** The tools of one provider: by rank, split into main tools and tail, and as the figure shows them. */
export interface ProviderTools {
  readonly provider: string;
  readonly ranking: Ranking;
  readonly split: Split;
  /** One at least. */
  readonly shown: readonly ToolCount[];
}

/** How far the axis goes beyond the second tool. */
const CAP_OVER_SECOND = 1.05;
/** A tail below this share of all calls is expanded into at most six slices. */
const THIN_TAIL_SHARE = 0.04;
const THIN_TAIL_SLICES = 6;

/** The tools of a provider with those of all MCP servers as one, most calls first; ties by first call in the pool. */
export function withoutServers(rows: readonly ServerRow[]): CountRow[] {
  const tools = groupBy(rows, ({ tool }) => tool);
  return byCalls(
    [...tools.values()].map((same) => {
      const { provider, tool } = at(same, 0);
      return { provider, tool, ...sumsOf(same, ["calls", "errors"]), first_seen: Math.min(...same.map(({ first_seen }) => first_seen)) };
    }),
  );
}

/** Tools by calls, most first, with rare ones combined; ties by first call in the pool. */
export function orderTools(counts: readonly ToolCount[], minCalls: number): ToolCount[] {
  return byCalls(collapseRare(counts, minCalls, (rare) => sumOf(rare, "")));
}

/** The same for the figure: the tools of each MCP server are one tool, and rare ones are combined only where there are others. */
export function toolsToShow(rows: readonly ServerRow[], minCalls: number, top: number): ToolCount[] {
  const named = rows.map(({ server, ...row }) => (server === null ? row : { ...row, tool: `mcp: ${server}` }));
  return byCalls(collapseRareOfMany<ToolCount>(named, minCalls, (rare) => sumOf(rare, ""))).slice(0, top);
}

function byCalls<T extends ToolCount>(tools: readonly T[]): T[] {
  return tools.toSorted((a, b) => b.calls - a.calls || a.first_seen - b.first_seen);
}

/** The first `top` tools, with an axis that ends shortly after the second, so that one leader does not flatten the rest. */
export function rankTools(ordered: readonly ToolCount[], top: number) {
  const kept = ordered.slice(0, top);
  const secondCalls = kept[1]?.calls ?? null;
  const cap = Math.max(1, secondCalls === null ? (kept[0]?.calls ?? 0) : CAP_OVER_SECOND * secondCalls);
  const tools = kept.map((tool, i) => ({
    ...tool,
    rank: i + 1,
    callWidth: Math.min(tool.calls, cap),
    errorWidth: Math.min(tool.errors, cap),
    callIsClipped: tool.calls > cap,
    errorIsClipped: tool.errors > cap,
  }));
  return {
    tools,
    /** Where the axis ends. */
    cap,
    /** Calls of the second tool; null for a single one. */
    secondCalls,
  };
}

export interface Split {
  readonly total: number;
  /** Tools with at least the minimum share, and one entry for the rest. */
  readonly main: readonly ToolCount[];
  /** The rest by name, its smallest combined. Empty when there is no rest. */
  readonly expanded: readonly ToolCount[];
}

/** All calls of a provider split into main tools and an expanded tail; null without calls. */
export function splitTools(ordered: readonly ToolCount[], minShare: number, tailTools: number): Split | null {
  const total = ordered.reduce((sum, { calls }) => sum + calls, 0);
  if (total === 0) return null;
  const large = ordered.filter(({ calls }) => calls / total >= minShare);
  const main = large.length > 0 ? large : ordered.slice(0, 1);
  const tail = ordered.filter((tool) => !main.includes(tool));
  if (tail.length === 0) return { total, main, expanded: [] };
  const small = sumOf(tail, "Small tools");
  const shown = small.calls / total < THIN_TAIL_SHARE ? Math.min(tailTools, THIN_TAIL_SLICES) : tailTools;
  const rest = tail.slice(shown);
  return { total, main: [...main, small], expanded: [...tail.slice(0, shown), ...(rest.length > 0 ? [sumOf(rest, "Other small")] : [])] };
}

function sumOf(tools: readonly ToolCount[], tool: string): ToolCount {
  return { tool, ...sumsOf(tools, ["calls", "errors"]), first_seen: Number.MAX_SAFE_INTEGER };
}
