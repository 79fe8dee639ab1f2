/** Latency of tool calls: by tool, by range, and curves per provider. */

import { MINIMUM } from "../../../lib/chart/minimum.ts";
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type Distribution, listOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { type CumulativeBin, cumulate, filledBins, fineEdges, LATENCY_LANDMARKS_MS } from "../../../lib/stats/fine-bins.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { otherTools } from "../../../lib/trace/tools.ts";

export const SUMMARY = query("summary.sql", {
  tool: "text",
  calls: "number",
  errors: "number",
  valid: "number",
  missing: "number",
  nonpositive: "number",
  total_ms: "number?",
  min_ms: "number?",
  p50_ms: "number?",
  p90_ms: "number?",
  p99_ms: "number?",
  max_ms: "number?",
  providers: "text",
});
export const BINS = query("bins.sql", { provider: "text", bin: "number", calls: "number", errors: "number", total_ms: "number" });
export type BinRow = RowOf<typeof BINS>;
/** Ranges of latency in the order of the bins of `bins.sql`. */
export const LATENCY_BINS = ["<10ms", "10-100ms", "100ms-1s", "1-10s", "10s-1m", "1-10m", "10m-1h", ">=1h"] as const;

const TOOLS = query("tools.sql", {
  provider: "text",
  tool: "text?",
  is_rare: "boolean",
  calls: "number",
  zero: "number",
  measured: "number",
  total_ms: "number?",
  p5: "number?",
  q1: "number?",
  median: "number?",
  q3: "number?",
  p95: "number?",
  few: listOf<number>(),
});
type ToolRow = RowOf<typeof TOOLS> & { readonly tool: string };

const LATENCIES = query("latencies.sql", { provider: "text", latency_ms: "number" });

/** About as long as a cached prompt is kept. */
export const CACHE_LIFETIME_MS = 300_000;
const CACHE_LIFETIME_EDGES = [0, CACHE_LIFETIME_MS, Number.POSITIVE_INFINITY];

/** How many calls of a provider have a latency, and its most called tools. */
export type ProviderTools = Readonly<ReturnType<typeof toolsOf>>;

/** Claude, Codex, then the others by name. */
export async function providerTools(db: QueryContext, minCalls: number, top: number): Promise<ProviderTools[]> {
  const rows = await db.rows(TOOLS, { min_calls: minCalls, least: MINIMUM.box });
  const shown = rows
    .filter(({ tool, is_rare }) => tool === null || !is_rare)
    .map(({ tool, ...row }) => ({ ...row, tool: tool ?? otherTools(minCalls) }));
  return providerOrder(shown.map(({ provider }) => provider)).map((provider) =>
    toolsOf(
      provider,
      shown.filter((row) => row.provider === provider),
      top,
    ),
  );
}

/** The slowest median first; tools without a positive latency come last, by calls. */
function toolsOf(provider: string, rows: readonly ToolRow[], top: number) {
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

interface CurveBins {
  /** None when all latencies of the pool are the same. */
  readonly bins: readonly CumulativeBin[];
  /** Calls shorter than a cache lives. */
  readonly short: { readonly count: number; readonly sum: number };
}

function curveOf(provider: string, { ascending, n, sum }: Distribution, { bins, short }: CurveBins) {
  return { provider, n, totalMs: sum, ascending, bins, short: { upTo: CACHE_LIFETIME_MS, count: short.count / n, sum: short.sum / sum } };
}
