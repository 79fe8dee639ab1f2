/** How the time of requests is accounted for, and what must hold of the account. Times in whole microseconds, so that sums are exact. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import type { Check } from "../../../lib/trace/checks.ts";

/** A request as `query.sql` gives it. */
export interface RequestTime {
  readonly opening_round_pk: number;
  readonly session_id: string;
  readonly provider: string;
  readonly line: number;
  /** Null for a request without an output, which there is not. */
  readonly response_us: number | null;
  readonly uncovered_us: number;
  readonly steps: number;
  readonly tool_calls: number;
  readonly generation_us: number;
  readonly tool_wall_us: number;
  readonly covered_us: number;
  readonly effective_ms: number;
  readonly usage_lag_us: number;
}

/** A request that took some time, with what is left of it. */
export interface AuditedRequest extends RequestTime {
  readonly response_us: number;
  readonly effective_us: number;
  /** Time that was counted more than once: generation and tools, or tools, side by side. */
  readonly overlap_us: number;
  readonly residual_wall_us: number;
  /** Tools that ran on beyond the request count in full, so this may be far below zero. */
  readonly residual_effective_us: number;
}

/** A stretch of a request in which nothing is known to have happened, as `gaps.sql` gives it. */
export interface Gap {
  readonly opening_round_pk: number;
  readonly from_us: number;
  readonly gap_us: number;
  readonly before: string;
  readonly after: string;
}

const US_PER_MS = 1000;

/** The requests that took some time. */
export function auditRequests(requests: readonly RequestTime[]): AuditedRequest[] {
  return requests.flatMap((request) => {
    const { response_us, generation_us, tool_wall_us } = request;
    if (response_us === null || response_us <= 0) return [];
    const effective_us = request.effective_ms * US_PER_MS;
    return [
      {
        ...request,
        response_us,
        effective_us,
        overlap_us: Math.max(0, generation_us + tool_wall_us - request.covered_us),
        residual_wall_us: response_us - generation_us - tool_wall_us,
        residual_effective_us: response_us - generation_us - effective_us,
      },
    ];
  });
}

const SUMS = [
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
] as const;

export interface Total extends Readonly<Record<(typeof SUMS)[number], number>> {
  /** `all` or a provider. */
  readonly provider: string;
  readonly requests: number;
  /** Requests with a usage report after the last output of its step. */
  readonly withUsageLag: number;
  readonly dropped_no_end: number;
  readonly dropped_nonpositive: number;
}

/** All requests first, then Claude and Codex, also without requests, then other providers by name. */
export function totalsOf(requests: readonly RequestTime[], audited: readonly AuditedRequest[]): Total[] {
  const providers = providerOrder(["claude", "codex", ...requests.map(({ provider }) => provider)]);
  return ["all", ...providers].map((scope) => {
    const within = ({ provider }: RequestTime) => scope === "all" || provider === scope;
    const own = audited.filter(within);
    const sums = SUMS.map((key) => [key, own.reduce((sum, request) => sum + request[key], 0)]);
    return {
      provider: scope,
      requests: own.length,
      ...(Object.fromEntries(sums) as Record<(typeof SUMS)[number], number>),
      withUsageLag: own.filter(({ usage_lag_us }) => usage_lag_us > 0).length,
      dropped_no_end: requests.filter((request) => within(request) && request.response_us === null).length,
      dropped_nonpositive: requests.filter((request) => within(request) && request.response_us !== null && request.response_us <= 0).length,
    };
  });
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
    const provider = providers.get(opening_round_pk) as string;
    const [before, after] = [kindOf(labels.before), kindOf(labels.after)];
    const key = JSON.stringify([provider, before, after]);
    const earlier = patterns.get(key);
    patterns.set(key, { provider, before, after, gaps: (earlier?.gaps ?? 0) + 1, gap_us: (earlier?.gap_us ?? 0) + gap_us });
  }
  return [...patterns.values()].sort((a, b) => b.gap_us - a.gap_us);
}

/** `tool_call:Bash` is a `tool_call`. */
function kindOf(label: string): string {
  return label.split(":", 1)[0] as string;
}

/** The requests with the largest wall residual, largest first; ties in the order given. */
export function largestResiduals(audited: readonly AuditedRequest[], top: number): AuditedRequest[] {
  return [...audited].sort((a, b) => b.residual_wall_us - a.residual_wall_us).slice(0, top);
}

/** Covered and uncovered time are measured apart from one another, so the sums test the arithmetic of the intervals. */
export function checksOf(requests: readonly RequestTime[], audited: readonly AuditedRequest[]): Check[] {
  const offending = (offends: (request: AuditedRequest) => boolean) => audited.filter(offends);
  const violation = (name: string, title: string, offenders: readonly RequestTime[], of: number): Check => ({
    name,
    title,
    level: "violation",
    count: offenders.length,
    of,
    ...(offenders[0] ? { detail: `first: the request that opens in line ${offenders[0].line}` } : {}),
  });
  return [
    violation(
      "residual_identity",
      "What is left of a request after subtracting generation and waits for tools is its uncovered time minus what was counted twice.",
      offending(({ residual_wall_us, uncovered_us, overlap_us }) => residual_wall_us !== uncovered_us - overlap_us),
      audited.length,
    ),
    violation(
      "covered_and_uncovered",
      "Covered and uncovered time of a request add up to its response time.",
      offending(({ response_us, covered_us, uncovered_us }) => covered_us + uncovered_us !== response_us),
      audited.length,
    ),
    violation(
      "covered_within_parts",
      "Generation and waits for tools together are at least the time that they cover.",
      offending(({ generation_us, tool_wall_us, covered_us }) => covered_us < 0 || covered_us > generation_us + tool_wall_us),
      audited.length,
    ),
    violation(
      "requests_have_an_end",
      "Every request has an output, which ends it.",
      requests.filter(({ response_us }) => response_us === null),
      requests.length,
    ),
  ];
}
