/** Latency of tool calls: boxes per tool, curves per provider. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { type ColumnsOf, query, type RowOf } from "../../../lib/experiment.ts";
import { type CumulativeBin, cumulate, fineBins, fineEdges, LATENCY_LANDMARKS_MS } from "../../../lib/stats/fine-bins.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { collapseRare, otherTools, type ToolGroup } from "../../../lib/trace/tools.ts";

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
export const CALLS = query("calls.sql", { provider: "text", tool: "text", effective_ms: "number?" });

/** The calls of one provider. */
export interface ProviderCalls {
  readonly provider: string;
  readonly tools: readonly ToolCalls[];
  /** Positive latencies in ms, in file order. */
  readonly latencies: readonly number[];
}

interface ToolCalls extends ToolGroup {
  readonly latencies: readonly number[];
}

export interface ProviderCurve {
  readonly provider: string;
  readonly latencies: Float64Array;
  readonly bins: readonly CumulativeBin[];
}

/** Claude, Codex, then the others by name. */
export function byProvider({ provider, tool, effective_ms }: ColumnsOf<typeof CALLS>): ProviderCalls[] {
  const positive = (calls: readonly number[]) => calls.map((i) => effective_ms[i] ?? 0).filter((ms) => ms > 0);
  const providers = groupBy(provider.keys(), (i) => at(provider, i));
  return providerOrder(providers.keys()).map((name) => {
    const own = providers.get(name) ?? [];
    const tools = [...groupBy(own, (i) => at(tool, i))].map(([key, calls]) => ({
      tool: key,
      calls: calls.length,
      first_seen: at(calls, 0),
      latencies: positive(calls),
    }));
    return { provider: name, latencies: positive(own), tools };
  });
}

/**
 * Boxes of a provider's most called tools, slowest median first. Rare tools are combined; a tool needs a positive latency.
 * Ties in calls go by name, with the rare ones last.
 */
export function boxesOf({ tools }: ProviderCalls, minCalls: number, top: number): Box[] {
  const rank = (tool: string) => (tool === otherTools(minCalls) ? 1 : 0);
  return collapseRare(tools, minCalls, addUp)
    .filter(({ latencies }) => latencies.length > 0)
    .sort((a, b) => b.calls - a.calls || rank(a.tool) - rank(b.tool) || (a.tool < b.tool ? -1 : 1))
    .slice(0, top)
    .map(boxOf)
    .sort((a, b) => b.median - a.median);
}

/** Box of one tool: quartiles, and the outermost values between p5 and p95. Milliseconds. */
export type Box = Readonly<ReturnType<typeof boxOf>>;

export function boxOf({ tool, calls, latencies }: ToolCalls) {
  const ascending = sorted(latencies);
  const quantile = (q: number) => known(quantileNumpy(ascending, q));
  const [q1, q3] = [quantile(0.25), quantile(0.75)];
  const [p5, p95] = [quantile(0.05), quantile(0.95)];
  const low = known(ascending.find((value) => value >= p5));
  const high = known(ascending.findLast((value) => value <= p95));
  return { tool, calls, q1, median: quantile(0.5), q3, low: Math.min(low, q1), high: Math.max(high, q3) };
}

/** Curves over bins that all providers share; none when fewer than two latencies differ. */
export function curvesOf(providers: readonly ProviderCalls[]): ProviderCurve[] {
  const edges = fineEdges(
    providers.flatMap(({ latencies }) => latencies),
    LATENCY_LANDMARKS_MS,
  );
  if (edges.length === 0) return [];
  return providers
    .filter(({ latencies }) => latencies.length > 0)
    .map(({ provider, latencies }) => ({
      provider,
      latencies: sorted(latencies),
      bins: cumulate(fineBins(latencies, edges), LATENCY_LANDMARKS_MS),
    }));
}

function addUp(rare: readonly ToolCalls[]): ToolCalls {
  return { tool: "", first_seen: 0, calls: sumOf(rare, ({ calls }) => calls), latencies: rare.flatMap(({ latencies }) => latencies) };
}
