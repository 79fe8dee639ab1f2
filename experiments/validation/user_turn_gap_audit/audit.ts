/** Accounts for the time of requests, and checks the account. Times in whole microseconds, so that sums are exact. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { type Distribution, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type Check, violation } from "../../../lib/trace/checks.ts";

const ACCOUNT = {
  opening_round_pk: "number",
  closing_order: "number",
  session_id: "text",
  provider: "text",
  line: "number",
  uncovered_us: "number",
  steps: "number",
  tool_calls: "number",
  generation_us: "number",
  tool_wall_us: "number",
  covered_us: "number",
  effective_ms: "number",
  usage_lag_us: "number",
  effective_us: "number",
  overlap_us: "number",
  fate: ["audited", "no_end", "no_time"],
  residual_identity: "number?",
  covered_and_uncovered: "number?",
  covered_within_parts: "number?",
  usage_lag_line: "number?",
} as const;

/** Every request. Its response time is NULL only if it has no output, which the checks would find. */
export const REQUESTS = query("query.sql", {
  ...ACCOUNT,
  response_us: "number?",
  residual_wall_us: "number?",
  residual_effective_us: "number?",
});
export type RequestTime = RowOf<typeof REQUESTS>;

/** The same with `top`: requests with a response time above 0. */
export const AUDITED = query("query.sql", {
  ...ACCOUNT,
  response_us: "number",
  residual_wall_us: "number",
  residual_effective_us: "number",
});
export type AuditedRequest = RowOf<typeof AUDITED>;

export const GAPS = query("gaps.sql", {
  opening_round_pk: "number",
  provider: "text",
  from_us: "number",
  gap_us: "number",
  before: "text",
  after: "text",
  kind_before: "text",
  kind_after: "text",
});
export type Gap = RowOf<typeof GAPS>;

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
] as const;
/** Covered and uncovered time are measured independently, so the sums test the arithmetic of the intervals. */
const CHECKS = {
  residual_identity:
    "What is left of a request after subtracting generation and waits for tools is its uncovered time minus what was counted twice.",
  covered_and_uncovered: "Covered and uncovered time of a request add up to its response time.",
  covered_within_parts: "Generation and waits for tools together are at least the time that they cover.",
} as const;
type CheckName = keyof typeof CHECKS;
const CHECK_NAMES = ["residual_identity", "covered_and_uncovered", "covered_within_parts"] as const satisfies readonly CheckName[];

type SummedColumn = (typeof SUMMED)[number];
type Column = SummedColumn | CheckName | "line" | "usage_lag_line";
/** A column of the requests of a provider that have the same fate. */
export type Measured = Pick<Distribution<Pick<RequestTime, "provider" | "fate">, Column>, "group" | "column" | "n" | "sum" | "ascending">;

export function measure(db: QueryContext): Promise<Measured[]> {
  const of: Column[] = [...SUMMED, ...CHECK_NAMES, "line", "usage_lag_line"];
  return db.distributions(REQUESTS, { by: ["provider", "fate"], of, quantiles: [] }, { top: null });
}

/** Sums over the audited requests of a provider, or of `all`. */
export type Total = Readonly<ReturnType<typeof totalOf>>;

/** All requests first, then Claude and Codex, even without requests, then other providers by name. */
export function totalsOf(measured: readonly Measured[]): [all: Total, ...providers: Total[]] {
  const providers = providerOrder(["claude", "codex", ...measured.map(({ group }) => group.provider)]);
  const ofProvider = (name: string) => measured.filter(({ group }) => group.provider === name);
  return [totalOf("all", measured), ...providers.map((provider) => totalOf(provider, ofProvider(provider)))];
}

function totalOf(provider: string, measured: readonly Measured[]) {
  const audited = measured.filter(({ group }) => group.fate === "audited");
  const sum = (column: SummedColumn) =>
    sumOf(
      audited.filter((each) => each.column === column),
      (each) => each.sum,
    );
  return {
    provider,
    requests: countOf(audited, "line"),
    response_us: sum("response_us"),
    generation_us: sum("generation_us"),
    tool_wall_us: sum("tool_wall_us"),
    effective_us: sum("effective_us"),
    covered_us: sum("covered_us"),
    uncovered_us: sum("uncovered_us"),
    overlap_us: sum("overlap_us"),
    residual_wall_us: sum("residual_wall_us"),
    residual_effective_us: sum("residual_effective_us"),
    usage_lag_us: sum("usage_lag_us"),
    /** Requests with a usage report after the last output of its step. */
    withUsageLag: countOf(audited, "usage_lag_line"),
    dropped_no_end: countOf(withFate(measured, "no_end"), "line"),
    dropped_nonpositive: countOf(withFate(measured, "no_time"), "line"),
  };
}

function withFate(measured: readonly Measured[], fate: RequestTime["fate"]): Measured[] {
  return measured.filter(({ group }) => group.fate === fate);
}

function countOf(measured: readonly Measured[], column: Column): number {
  return sumOf(
    measured.filter((each) => each.column === column),
    ({ n }) => n,
  );
}

/** Gaps between two kinds of events, of one provider. */
export interface Pattern {
  readonly provider: string;
  readonly before: string;
  readonly after: string;
  readonly gaps: number;
  readonly gap_us: number;
}

/** By summed time, most first, then by name. */
export async function readPatterns(db: QueryContext): Promise<Pattern[]> {
  const by = ["provider", "kind_before", "kind_after"] as const;
  const bins = await db.bins(GAPS, { by, of: "gap_us", edges: [0, Number.MAX_SAFE_INTEGER] }, { requests: null });
  return bins
    .map(({ group, n, sum }) => ({ provider: group.provider, before: group.kind_before, after: group.kind_after, gaps: n, gap_us: sum }))
    .sort((a, b) => b.gap_us - a.gap_us);
}

/** The checks of all requests; the first that fails is the first in the trace. */
export function checksOf(measured: readonly Measured[]): Check[] {
  const check = (name: string, title: string, of: number, column: Column, among: readonly Measured[]) => {
    const failed = among.filter((each) => each.column === column);
    const first = Math.min(...failed.map(({ ascending }) => at(ascending, 0)));
    return violation(name, title, countOf(failed, column), of, `first: the request that opens in line ${first}`);
  };
  const audited = withFate(measured, "audited");
  return [
    ...CHECK_NAMES.map((name) => check(name, CHECKS[name], countOf(audited, "line"), name, audited)),
    check(
      "requests_have_an_end",
      "Every request has an output, which ends it.",
      countOf(measured, "line"),
      "line",
      withFate(measured, "no_end"),
    ),
  ];
}
