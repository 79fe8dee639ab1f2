/** Splits the response time of requests into generation, tool time and what is left, per provider. */
import { CURVE_POINTS } from "../../../lib/chart/cdf.ts";
import { type Distribution, type QueryContext, query } from "../../../lib/experiment.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

const REQUESTS = query("query.sql", {
  provider: "text",
  session_id: "text?",
  opened: "number",
  response_s: "number?",
  generation_s: "number?",
  tool_effective_s: "number?",
  tool_wall_s: "number?",
  usage_gap_s: "number?",
  residual_effective_s: "number?",
  residual_wall_s: "number?",
  observed_effective_s: "number?",
  observed_wall_s: "number?",
  has_usage_gap: "number?",
  negative_effective: "number?",
  negative_wall: "number?",
  explained_effective: "number?",
  explained_wall: "number?",
  is_rounding: "number?",
});
const COLUMNS = [
  "opened",
  "response_s",
  "generation_s",
  "tool_effective_s",
  "tool_wall_s",
  "usage_gap_s",
  "residual_effective_s",
  "residual_wall_s",
  "has_usage_gap",
  "negative_effective",
  "negative_wall",
  "explained_effective",
  "explained_wall",
  "is_rounding",
] as const;
type Column = (typeof COLUMNS)[number];

/** Which tool latency is subtracted: what the tool reported, or the time from call to result. */
export const RESIDUAL_KINDS = ["effective", "wall"] as const;
export type ResidualKind = (typeof RESIDUAL_KINDS)[number];

/** Seconds either way: a residual as small as this counts as explained. */
export const EXPLAINED_S = 1;

/** Sums in seconds over the kept requests of a provider, or of `all`. */
export type Decomposition = Readonly<ReturnType<typeof decomposeGroup>>;

/** Everything first, then providers. */
export type Decompositions = readonly [all: Decomposition, ...providers: Decomposition[]];

/** Providers are those that opened a request, by code point. */
export async function decompose(db: QueryContext): Promise<Decompositions> {
  const request = { of: COLUMNS, points: CURVE_POINTS };
  const params = { explained_s: EXPLAINED_S };
  const [all, byProvider] = await Promise.all([
    db.distributions(REQUESTS, { ...request, by: [] }, params),
    db.distributions(REQUESTS, { ...request, by: ["provider"] }, params),
  ]);
  const providers = [...new Set(byProvider.map(({ group }) => group.provider))];
  return [
    decomposeGroup(ALL, all),
    ...providers.map((provider) =>
      decomposeGroup(
        provider,
        byProvider.filter(({ group }) => group.provider === provider),
      ),
    ),
  ];
}

export type ExplainedIntervals = Awaited<ReturnType<typeof explainedIntervals>>;

/** Intervals of the share of requests that are explained, by provider. */
export async function explainedIntervals(db: QueryContext) {
  const request = { by: ["provider"], of: ["explained_effective", "explained_wall"], whole: "opened", session: "session_id" } as const;
  const found = await intervalsBy(db, REQUESTS, request, { explained_s: EXPLAINED_S });
  return (provider: string, kind: ResidualKind) => found({ provider }, `explained_${kind}`);
}

export type ObservedIntervals = Awaited<ReturnType<typeof observedIntervals>>;

/** Intervals of generation and tools together, as a share of the response time, by provider. */
export async function observedIntervals(db: QueryContext) {
  const request = {
    by: ["provider"],
    of: ["observed_effective_s", "observed_wall_s"],
    whole: "response_s",
    session: "session_id",
  } as const;
  const found = await intervalsBy(db, REQUESTS, request, { explained_s: EXPLAINED_S });
  return (provider: string, kind: ResidualKind) => found({ provider }, `observed_${kind}_s`);
}

function decomposeGroup(provider: string, distributions: readonly Distribution<unknown, Column>[]) {
  const of = (column: Column) => distributions.find((distribution) => distribution.column === column) ?? NOTHING;
  const both = <T>(value: (kind: ResidualKind) => T) => ({ effective: value("effective"), wall: value("wall") });
  const kept = of("response_s").n;
  return {
    provider,
    /** Requests that were opened: kept and dropped ones. */
    opened: of("opened").n,
    kept,
    // A step opens a request only when its output follows a message, so each has an end; the published tables keep the column.
    droppedWithoutEnd: 0,
    droppedNonpositive: of("opened").n - kept,
    response_s: of("response_s").sum,
    generation_s: of("generation_s").sum,
    tool_s: both((kind) => of(`tool_${kind}_s`).sum),
    residual_s: both((kind) => of(`residual_${kind}_s`).sum),
    usageGap_s: of("usage_gap_s").sum,
    withUsageGap: of("has_usage_gap").sum,
    /** What is left of each kept request, by rank. */
    residuals_s: both((kind) => of(`residual_${kind}_s`).ascending),
    /** Requests with less than nothing left. */
    negative: both((kind) => of(`negative_${kind}`).sum),
    /** Requests of which at most `EXPLAINED_S` is left either way. */
    explained: both((kind) => of(`explained_${kind}`).sum),
    /** Negative effective residuals that are rounding errors of zero. */
    rounding: of("is_rounding").sum,
  };
}
