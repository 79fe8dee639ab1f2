/** Accounts for the time of requests, and checks the account. Times in whole microseconds, so that sums are exact. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { query, type RowOf } from "../../../lib/experiment.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { type Check, violation } from "../../../lib/trace/checks.ts";

/** Every request. Its response time is NULL only if it has no output, which the checks would find. */
export const REQUESTS = query("query.sql", {
  opening_round_pk: "number",
  session_id: "text",
  provider: "text",
  line: "number",
  response_us: "number?",
  uncovered_us: "number",
  steps: "number",
  tool_calls: "number",
  generation_us: "number",
  tool_wall_us: "number",
  covered_us: "number",
  effective_ms: "number",
  usage_lag_us: "number",
});
export type RequestTime = RowOf<typeof REQUESTS>;

export const GAPS = query("gaps.sql", { opening_round_pk: "number", from_us: "number", gap_us: "number", before: "text", after: "text" });
export type Gap = RowOf<typeof GAPS>;

const US_PER_MS = 1000;

/** A request with a response time above 0, and its residuals. */
export type AuditedRequest = Readonly<ReturnType<typeof auditRequests>[number]>;

/** The requests with a response time above 0. */
export function auditRequests(requests: readonly RequestTime[]) {
  return requests.flatMap((request) => {
    const { response_us, generation_us, tool_wall_us } = request;
    if (response_us === null || response_us <= 0) return [];
    const effective_us = request.effective_ms * US_PER_MS;
    return [
      {
        ...request,
        response_us,
        effective_us,
        /** Time that was counted more than once, because activities overlap. */
        overlap_us: Math.max(0, generation_us + tool_wall_us - request.covered_us),
        residual_wall_us: response_us - generation_us - tool_wall_us,
        /** Tools that ran past the request count in full, so this can be far below zero. */
        residual_effective_us: response_us - generation_us - effective_us,
      },
    ];
  });
}

const SUMMED = [
  "response_us",
  "generation_us",
  "tool_wall_us",
  "effective_us",
  "covered_us",
  "uncovered_us",
  "overlap_us",
  "residual_wall_us",
  "residual_effective_us",
  "usage_lag_us",
] as const satisfies readonly (keyof AuditedRequest)[];

/** Sums over the audited requests of a provider, or of `all`. */
export type Total = Readonly<ReturnType<typeof totalOf>>;

/** All requests first, then Claude and Codex, even without requests, then other providers by name. */
export function totalsOf(requests: readonly RequestTime[], audited: readonly AuditedRequest[]): [all: Total, ...providers: Total[]] {
  const providers = providerOrder(["claude", "codex", ...requests.map(({ provider }) => provider)]);
  return [totalOf("all", requests, audited), ...providers.map((provider) => totalOf(provider, requests, audited))];
}

function totalOf(scope: string, requests: readonly RequestTime[], audited: readonly AuditedRequest[]) {
  const within = ({ provider }: RequestTime) => scope === "all" || provider === scope;
  const own = audited.filter(within);
  const dropped = requests.filter((request) => within(request) && (request.response_us ?? 0) <= 0);
  return {
    provider: scope,
    requests: own.length,
    ...sumsOf(own, SUMMED),
    /** Requests with a usage report after the last output of its step. */
    withUsageLag: own.filter(({ usage_lag_us }) => usage_lag_us > 0).length,
    dropped_no_end: dropped.filter(({ response_us }) => response_us === null).length,
    dropped_nonpositive: dropped.filter(({ response_us }) => response_us !== null).length,
  };
}

/** Gaps between two kinds of events, of one provider. */
export interface Pattern {
  readonly provider: string;
  readonly before: string;
  readonly after: string;
  readonly gaps: number;
  readonly gap_us: number;
}

/** By summed time, most first, then in the order of first appearance. */
export function patternsOf(gaps: readonly Gap[], audited: readonly AuditedRequest[]): Pattern[] {
  const providers = new Map(audited.map(({ opening_round_pk, provider }) => [opening_round_pk, provider]));
  const patterns = new Map<string, Pattern>();
  for (const { opening_round_pk, gap_us, ...labels } of gaps) {
    const provider = providers.get(opening_round_pk);
    if (provider === undefined) continue;
    const [before, after] = [kindOf(labels.before), kindOf(labels.after)];
    const key = JSON.stringify([provider, before, after]);
    const earlier = patterns.get(key);
    patterns.set(key, { provider, before, after, gaps: (earlier?.gaps ?? 0) + 1, gap_us: (earlier?.gap_us ?? 0) + gap_us });
  }
  return [...patterns.values()].sort((a, b) => b.gap_us - a.gap_us);
}

/** `tool_call:Bash` is a `tool_call`. */
function kindOf(label: string): string {
  return label.replace(/:.*/s, "");
}

/** The requests with the largest wall residual, largest first; ties in the order given. */
export function largestResiduals(audited: readonly AuditedRequest[], top: number): AuditedRequest[] {
  return [...audited].sort((a, b) => b.residual_wall_us - a.residual_wall_us).slice(0, top);
}

/** Covered and uncovered time are measured independently, so the sums test the arithmetic of the intervals. */
export function checksOf(requests: readonly RequestTime[], audited: readonly AuditedRequest[]): Check[] {
  const check = <R extends RequestTime>(name: string, title: string, checked: readonly R[], fails: (request: R) => boolean) => {
    const failed = checked.filter(fails);
    return violation(name, title, failed.length, checked.length, `first: the request that opens in line ${failed[0]?.line}`);
  };
  return [
    check(
      "residual_identity",
      "What is left of a request after subtracting generation and waits for tools is its uncovered time minus what was counted twice.",
      audited,
      ({ residual_wall_us, uncovered_us, overlap_us }) => residual_wall_us !== uncovered_us - overlap_us,
    ),
    check(
      "covered_and_uncovered",
      "Covered and uncovered time of a request add up to its response time.",
      audited,
      ({ response_us, covered_us, uncovered_us }) => covered_us + uncovered_us !== response_us,
    ),
    check(
      "covered_within_parts",
      "Generation and waits for tools together are at least the time that they cover.",
      audited,
      ({ generation_us, tool_wall_us, covered_us }) => covered_us < 0 || covered_us > generation_us + tool_wall_us,
    ),
    check("requests_have_an_end", "Every request has an output, which ends it.", requests, ({ response_us }) => response_us === null),
  ];
}
