/** Splits the response time of requests into generation, tool time and what is left, and adds up per provider. */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { ALL } from "../../../lib/trace/groups.ts";

/** Times in seconds. */
export const REQUESTS = query("query.sql", {
  provider: "text",
  response_s: "number",
  generation_s: "number",
  tool_effective_s: "number",
  tool_wall_s: "number",
  usage_gap_s: "number",
});
export type RequestTimes = RowOf<typeof REQUESTS>;

/** Which tool latency is subtracted: what the tool reported, or the time from call to result. */
export const RESIDUAL_KINDS = ["effective", "wall"] as const;
export type ResidualKind = (typeof RESIDUAL_KINDS)[number];

/** Sums in seconds over the kept requests of a provider, or of `all`. */
export interface Decomposition {
  readonly provider: string;
  /** Requests that were opened: kept and dropped ones. */
  readonly opened: number;
  readonly kept: number;
  readonly droppedWithoutEnd: number;
  readonly droppedNonpositive: number;
  readonly response_s: number;
  readonly generation_s: number;
  readonly tool_s: Readonly<Record<ResidualKind, number>>;
  readonly residual_s: Readonly<Record<ResidualKind, number>>;
  readonly usageGap_s: number;
  readonly withUsageGap: number;
  /** What is left of each kept request, in closing order. */
  readonly residuals_s: Readonly<Record<ResidualKind, readonly number[]>>;
}

/** Everything first, then providers. */
export type Decompositions = readonly [all: Decomposition, ...providers: Decomposition[]];

/** Providers are those that opened a request, by code point. @param requests in closing order */
export function decompose(requests: readonly RequestTimes[]): Decompositions {
  const providers = [...new Set(requests.map(({ provider }) => provider))].sort(byCodePoint);
  return [
    decomposeGroup(ALL, requests),
    ...providers.map((provider) =>
      decomposeGroup(
        provider,
        requests.filter((request) => request.provider === provider),
      ),
    ),
  ];
}

/** What generation and tools leave of the response time. Negative where some of them ran in parallel. */
function residual({ response_s, generation_s, tool_effective_s, tool_wall_s }: RequestTimes, kind: ResidualKind): number {
  return response_s - generation_s - (kind === "effective" ? tool_effective_s : tool_wall_s);
}

function decomposeGroup(provider: string, opened: readonly RequestTimes[]): Decomposition {
  const kept = opened.filter(({ response_s }) => response_s > 0);
  const total = (of: (request: RequestTimes) => number) => kept.reduce((sum, request) => sum + of(request), 0);
  return {
    provider,
    opened: opened.length,
    kept: kept.length,
    // A step opens a request only when its output follows a message, so each has an end; the published tables keep the column.
    droppedWithoutEnd: 0,
    droppedNonpositive: opened.length - kept.length,
    response_s: total((request) => request.response_s),
    generation_s: total((request) => request.generation_s),
    tool_s: { effective: total((request) => request.tool_effective_s), wall: total((request) => request.tool_wall_s) },
    residual_s: { effective: total((request) => residual(request, "effective")), wall: total((request) => residual(request, "wall")) },
    usageGap_s: total((request) => request.usage_gap_s),
    withUsageGap: kept.filter(({ usage_gap_s }) => usage_gap_s > 0).length,
    residuals_s: {
      effective: kept.map((request) => residual(request, "effective")),
      wall: kept.map((request) => residual(request, "wall")),
    },
  };
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
