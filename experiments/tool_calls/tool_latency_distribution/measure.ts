/** Latency of tool calls: by tool, by range, and curves per provider. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { type Distribution, listOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { type CumulativeBin, cumulate, filledBins, fineEdges, LATENCY_LANDMARKS_MS } from "../../../lib/stats/fine-bins.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { intervalsBy, shareIntervalsBy } from "../../../lib/trace/intervals.ts";
import { LATENCY_ROW, type LatencyRow, latencyRow } from "../../../lib/trace/latency-panels.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";
import { collapseRareOfMany, otherTools, type ToolGroup, toolOrServer } from "../../../lib/trace/tools.ts";

export const TOOLS = query("tools.sql", {
  provider: "text",
  tool: "text",
  calls: "number",
  errors: "number",
  missing: "number",
  nonpositive: "number",
  first_call: listOf<number>(),
});
type ToolCalls = RowOf<typeof TOOLS>;
/** A row per call with a positive latency. */
const TOOL_LATENCIES = query("tool-latencies.sql", {
  provider: "text",
  tool: "text",
  shown: "text?",
  session_id: "text?",
  latency_ms: "number",
});
export const BINS = query("bins.sql", { provider: "text", bin: "number", calls: "number", errors: "number", total_ms: "number" });
export type BinRow = RowOf<typeof BINS>;
/** Ranges of latency in the order of the bins of `bins.sql`. */
export const LATENCY_BINS = ["<10ms", "10-100ms", "100ms-1s", "1-10s", "10s-1m", "1-10m", "10m-1h", ">=1h"] as const;

const LATENCIES = query("latencies.sql", {
  provider: "text",
  session_id: "text?",
  latency_ms: "number",
  one: "number",
  is_slow: "number",
  slow_ms: "number",
});

/** About as long as a cached prompt is kept. */
export const CACHE_LIFETIME_MS = 300_000;
const CACHE_LIFETIME_EDGES = [0, CACHE_LIFETIME_MS, Number.POSITIVE_INFINITY];

interface ToolLatencies extends LatencyRow {
  readonly provider: string;
  /** As the figure shows it. */
  readonly tool: string;
  /** Whether it is the rare tools together. */
  readonly is_rare: boolean;
}

export type ToolSummary = Awaited<ReturnType<typeof toolSummaries>>[number];

/** Each tool over all providers, most calls first, ties by first call in the pool; null where it has no positive latency. */
export async function toolSummaries(db: QueryContext, tools: readonly ToolCalls[]) {
  const request = { by: ["tool"], of: ["latency_ms"], quantiles: [0.5, 0.9, 0.99] } as const;
  const latencies = await db.distributions(TOOL_LATENCIES, request, { names: "[]" });
  const summaries = [...groupBy(tools, ({ tool }) => tool)].map(([tool, own]) => {
    const { n, sum, ascending } = latencies.find(({ group }) => group.tool === tool) ?? NOTHING;
    return {
      tool,
      ...sumsOf(own, ["calls", "errors", "missing", "nonpositive"]),
      valid: n,
      total_ms: sum,
      min_ms: ascending[0] ?? null,
      p50_ms: quantileNumpy(ascending, 0.5),
      p90_ms: quantileNumpy(ascending, 0.9),
      p99_ms: quantileNumpy(ascending, 0.99),
      max_ms: ascending[n - 1] ?? null,
      providers: own
        .toSorted((a, b) => (a.provider < b.provider ? -1 : 1))
        .map(({ provider, calls }) => `${provider}:${calls}`)
        .join(";"),
    };
  });
  return summaries.sort((a, b) => b.calls - a.calls);
}

/** How many calls of a provider have a latency, and its most called tools. */
export type ProviderTools = Readonly<ReturnType<typeof toolsOf>>;

interface ShownTool extends ToolGroup {
  readonly zero: number;
  /** Its tools as logged. */
  readonly tools: readonly string[];
}

/** Claude, Codex, then the others by name. */
export async function providerTools(
  db: QueryContext,
  tools: readonly ToolCalls[],
  minCalls: number,
  top: number,
): Promise<ProviderTools[]> {
  const shown = [...groupBy(tools, ({ provider }) => provider)].flatMap(([provider, own]) =>
    shownTools(own, minCalls).map((tool) => ({ provider, ...tool })),
  );
  const names = shown.flatMap((row) => row.tools.map((tool) => ({ provider: row.provider, tool, shown: row.tool })));
  const request = { by: ["provider", "shown"], ...LATENCY_ROW } as const;
  const params = { names: JSON.stringify(names) };
  const [latencies, medians] = await Promise.all([
    db.distributions(TOOL_LATENCIES, request, params),
    intervalsBy(db, TOOL_LATENCIES, { by: ["provider", "shown"], of: ["latency_ms"], session: "session_id" }, params),
  ]);
  const rows = shown.map(({ provider, tool, ...counts }) => {
    const own = latencies.find(({ group }) => group.provider === provider && group.shown === tool);
    const interval = medians({ provider, shown: tool }, "latency_ms");
    return { provider, tool, is_rare: tool === otherTools(minCalls), ...latencyRow(counts, own), interval };
  });
  return providerOrder(rows.map(({ provider }) => provider)).map((provider) =>
    toolsOf(
      provider,
      rows.filter((row) => row.provider === provider),
      top,
    ),
  );
}

/** The tools of a provider with those of an MCP server as one and rare ones combined; most calls first, equals by name, rare ones last. */
function shownTools(calls: readonly ToolCalls[], minCalls: number): ShownTool[] {
  const named = [...groupBy(calls, ({ tool }) => toolOrServer(tool))].map(([tool, own]) => ({
    tool,
    calls: sumOf(own, (row) => row.calls),
    zero: sumOf(own, ({ nonpositive }) => nonpositive),
    tools: own.map((row) => row.tool),
    first_seen: 0,
  }));
  named.sort((a, b) => (a.tool < b.tool ? -1 : 1));
  const combined = collapseRareOfMany<ShownTool>(named, minCalls, (rare) => ({
    ...at(rare, 0),
    ...sumsOf(rare, ["calls", "zero"]),
    tools: rare.flatMap(({ tools }) => tools),
  }));
  return combined.sort((a, b) => b.calls - a.calls);
}

/** The slowest median first; tools without a positive latency come last, by calls. */
function toolsOf(provider: string, rows: readonly ToolLatencies[], top: number) {
  const shown = rows.slice(0, top);
  return {
    provider,
    ...sumsOf(rows, ["calls", "zero", "measured"]),
    tools: shown.sort((a, b) => (b.median ?? 0) - (a.median ?? 0)),
    /** Tools that are not among the most called. */
    left: rows.length - shown.length,
  };
}

export type ProviderCurve = Readonly<ReturnType<typeof curveOf>>;

/** Curves over bins that all providers share. */
export async function providerCurves(db: QueryContext): Promise<ProviderCurve[]> {
  const found = await db.distributions(LATENCIES, { by: ["provider"], of: ["latency_ms"] });
  const edges = fineEdges(
    found.flatMap(({ ascending, n }) => [at(ascending, 0), at(ascending, n - 1)]),
    LATENCY_LANDMARKS_MS,
  );
  const binned = { by: ["provider"], of: "latency_ms" } as const;
  const [fine, ranges] = await Promise.all([
    edges.length === 0 ? [] : db.bins(LATENCIES, { ...binned, edges }),
    db.bins(LATENCIES, { ...binned, edges: CACHE_LIFETIME_EDGES }),
  ]);
  return providerOrder(found.map(({ group }) => group.provider)).map((provider) => {
    const own = <B extends { readonly group: { readonly provider: string } }>(bins: readonly B[]) =>
      bins.filter(({ group }) => group.provider === provider);
    return curveOf(provider, at(own(found), 0), {
      bins: cumulate(filledBins(own(fine), edges), LATENCY_LANDMARKS_MS),
      short: at(filledBins(own(ranges), CACHE_LIFETIME_EDGES), 0),
    });
  });
}

export type SlowIntervals = Awaited<ReturnType<typeof slowIntervals>>;

/** Of the shares that calls of a minute and more are of the calls and of the time of a provider. */
export async function slowIntervals(db: QueryContext) {
  const intervalsOf = await shareIntervalsBy(
    db,
    LATENCIES,
    { by: ["provider"], session: "session_id" },
    { calls: { part: "is_slow", whole: "one" }, time: { part: "slow_ms", whole: "latency_ms" } },
  );
  return (provider: string) => intervalsOf({ provider });
}

interface CurveBins {
  /** None when all latencies of the pool are the same. */
  readonly bins: readonly CumulativeBin[];
  /** Calls shorter than a cache lives. */
  readonly short: { readonly count: number; readonly sum: number };
}

function curveOf(provider: string, { ascending, n, sum }: Distribution, { bins, short }: CurveBins) {
  return { provider, n, totalMs: sum, ascending, bins, short: { upTo: CACHE_LIFETIME_MS, count: short.count / n, sum: short.sum / sum } };
}
