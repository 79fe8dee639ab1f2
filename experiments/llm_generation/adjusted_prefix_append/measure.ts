/** What steps add once the output of the step before is taken out of their append. */
import { type Distribution, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";

/** In the order of the table: tokens, and 1 or 0 for yes and no. */
const METRICS = [
  "adjusted_append",
  "clipped_after_subtract",
  "previous_output",
  "raw_append",
  "signed_adjusted_append",
  "subtracted_pair",
] as const;
export type Metric = (typeof METRICS)[number];

export const PAIRS = query("query.sql", {
  provider: "text",
  session_pk: "number",
  sample_key: "number",
  prefix_tokens: "number",
  adjusted_append: "number?",
  clipped_after_subtract: "number?",
  previous_output: "number?",
  raw_append: "number?",
  replayed: "number?",
  signed_adjusted_append: "number?",
  subtracted_pair: "number?",
});
export type Pair = RowOf<typeof PAIRS>;

/** How many steps form pairs; one row. */
export const COVERAGE = query("coverage.sql", {
  rows: "number",
  missing_provider_or_session: "number",
  missing_round_index: "number",
  couples: "number",
});
export type Coverage = RowOf<typeof COVERAGE>;

export type PairSummary = ReturnType<typeof summarize>;
export type Pairs = Awaited<ReturnType<typeof readPairs>>;

export interface PairOptions {
  readonly subtractOutput: string;
  readonly subtractPolicy: string;
  readonly seed: number;
  readonly pairSampleSize: number;
}

/** Statistics of each provider with pairs whose output is known, in the order of `provider:metric`, and a sample of all pairs. */
export async function readPairs(db: QueryContext, { subtractOutput, subtractPolicy, seed, pairSampleSize }: PairOptions) {
  const params = { subtract_output: subtractOutput, subtract_policy: subtractPolicy, sample_offset: seed };
  const [[all], metrics, sample] = await Promise.all([
    db.distributions(PAIRS, { by: [], of: ["prefix_tokens"] }, params),
    db.distributions(PAIRS, { by: ["provider"], of: METRICS }, params),
    db.sample(PAIRS, { by: [], key: "sample_key", most: pairSampleSize }, params),
  ]);
  const summaries = metrics.map(summarize).sort((a, b) => (`${a.provider}:${a.metric}` < `${b.provider}:${b.metric}` ? -1 : 1));
  const subtracted = summaries.filter(({ metric }) => metric === "subtracted_pair");
  const count = subtracted.reduce((sum, summary) => sum + summary.count, 0);
  return {
    summaries,
    sample: sample.flatMap(({ adjusted_append, ...pair }) => (adjusted_append === null ? [] : { ...pair, adjusted_append })),
    /** Pairs whose output is known, those of them from which it is taken out, and pairs whose output is not known. */
    count,
    subtracted: subtracted.reduce((sum, summary) => sum + summary.sum, 0),
    unknown: (all?.n ?? 0) - count,
  };
}

export type PairIntervals = Awaited<ReturnType<typeof readIntervals>>;

/** By provider: of medians, and of the share of all appended tokens that is taken out. */
export async function readIntervals(db: QueryContext, { subtractOutput, subtractPolicy, seed }: PairOptions) {
  const params = { subtract_output: subtractOutput, subtract_policy: subtractPolicy, sample_offset: seed };
  const of = ["raw_append", "previous_output", "adjusted_append"] as const;
  const [medians, shares] = await Promise.all([
    intervalsBy(db, PAIRS, { by: ["provider"], of, session: "session_pk" }, params),
    intervalsBy(db, PAIRS, { by: ["provider"], of: ["replayed"], whole: "raw_append", session: "session_pk" }, params),
  ]);
  return {
    median: (provider: string, metric: (typeof of)[number]) => medians({ provider }, metric),
    replayed: (provider: string) => shares({ provider }, "replayed"),
  };
}

/** @throws when there is no such summary */
export function summaryOf(summaries: readonly PairSummary[], provider: string, metric: Metric): PairSummary {
  const found = summaries.find((summary) => summary.provider === provider && summary.metric === metric);
  if (!found) throw new Error(`no summary of ${metric} for provider ${provider}`);
  return found;
}

function summarize({ group, column, n, sum, ascending }: Distribution<Pick<Pair, "provider">, Metric>) {
  const quantile = (q: number) => known(quantileWeighted(ascending, q));
  return {
    provider: group.provider,
    metric: column,
    count: n,
    p25: quantile(0.25),
    p50: quantile(0.5),
    p75: quantile(0.75),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    min: at(ascending, 0),
    max: at(ascending, n - 1),
    sum,
  };
}
