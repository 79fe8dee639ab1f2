/** Latency of tool calls: boxes per tool, curves per provider. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type CumulativeBin, cumulate, fineBins, fineEdges, LATENCY_LANDMARKS_MS } from "../../../lib/stats/fine-bins.ts";
import { quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { collapseRare, otherTools, type ToolGroup } from "../../../lib/trace/tools.ts";

/** All calls as columns, in file order. */
export interface Calls {
  readonly provider: readonly string[];
  readonly tool: readonly string[];
  readonly effective_ms: readonly (number | null)[];
}

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

/** Box of one tool: quartiles, and the outermost values within p5 and p95. Milliseconds. */
export interface Box {
  readonly tool: string;
  readonly calls: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly low: number;
  readonly high: number;
}

export interface ProviderCurve {
  readonly provider: string;
  readonly latencies: Float64Array;
  readonly bins: readonly CumulativeBin[];
}

/** Claude, Codex, then the others by name. */
export function byProvider({ provider, tool, effective_ms }: Calls): ProviderCalls[] {
  const tools = new Map<string, Map<string, { calls: number; firstSeen: number; latencies: number[] }>>();
  const latencies = new Map<string, number[]>();
  for (let i = 0; i < provider.length; i++) {
    const [owner, name, ms] = [provider[i] as string, tool[i] as string, effective_ms[i] ?? 0];
    const own = tools.get(owner) ?? new Map();
    tools.set(owner, own);
    const entry = own.get(name) ?? { calls: 0, firstSeen: i, latencies: [] };
    own.set(name, entry);
    entry.calls++;
    if (ms <= 0) continue;
    entry.latencies.push(ms);
    const all = latencies.get(owner) ?? [];
    latencies.set(owner, all);
    all.push(ms);
  }
  return providerOrder(tools.keys()).map((name) => ({
    provider: name,
    latencies: latencies.get(name) ?? [],
    tools: [...(tools.get(name) as Map<string, Omit<ToolCalls, "tool">>)].map(([key, entry]) => ({ tool: key, ...entry })),
  }));
}

/**
 * Boxes of a provider's most called tools, slowest median first. Rare tools are put together; a tool needs a positive latency.
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

export function boxOf({ tool, calls, latencies }: ToolCalls): Box {
  const ascending = sorted(latencies);
  const quantile = (q: number) => quantileNumpy(ascending, q) as number;
  const [q1, q3] = [quantile(0.25), quantile(0.75)];
  const [p5, p95] = [quantile(0.05), quantile(0.95)];
  const low = ascending.find((value) => value >= p5) as number;
  const high = ascending.findLast((value) => value <= p95) as number;
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
  return {
    tool: "",
    firstSeen: 0,
    calls: rare.reduce((sum, { calls }) => sum + calls, 0),
    latencies: rare.flatMap(({ latencies }) => latencies),
  };
}
