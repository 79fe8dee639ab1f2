/** Splits the response time of requests into generation, tool time and what is left, and adds up per provider. */

import { query, type RowOf } from "../../../lib/experiment.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
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
export type Decomposition = Readonly<ReturnType<typeof decomposeGroup>>;

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
function residual(request: RequestTimes, kind: ResidualKind): number {
  return request.response_s - request.generation_s - request[`tool_${kind}_s`];
}

function decomposeGroup(provider: string, opened: readonly RequestTimes[]) {
  const kept = opened.filter(({ response_s }) => response_s > 0);
  const total = (of: (request: RequestTimes) => number) => sumOf(kept, of);
  const both = <T>(of: (kind: ResidualKind) => T) => ({ effective: of("effective"), wall: of("wall") });
  return {
    provider,
    /** Requests that were opened: kept and dropped ones. */
    opened: opened.length,
    kept: kept.length,
    // A step opens a request only when its output follows a message, so each has an end; the published tables keep the column.
    droppedWithoutEnd: 0,
    droppedNonpositive: opened.length - kept.length,
    response_s: total((request) => request.response_s),
    generation_s: total((request) => request.generation_s),
    tool_s: both((kind) => total((request) => request[`tool_${kind}_s`])),
    residual_s: both((kind) => total((request) => residual(request, kind))),
    usageGap_s: total((request) => request.usage_gap_s),
    withUsageGap: kept.filter(({ usage_gap_s }) => usage_gap_s > 0).length,
    /** What is left of each kept request, in closing order. */
    residuals_s: both((kind) => kept.map((request) => residual(request, kind))),
  };
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
