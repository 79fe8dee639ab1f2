/** What steps add once the output of the step before is taken out of their append. */
import { type ColumnsOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";

/** Tokens. */
const PAIRS = query("query.sql", {
  provider: "text",
  prefix_tokens: "number",
  raw_append: "number",
  subtracted: "boolean",
  previous_output: "number?",
});

/** Those whose output is known, in sample order; tokens. */
export interface Pairs extends ColumnsOf<typeof PAIRS> {
  readonly previous_output: readonly number[];
  /** How many others there are. */
  readonly unknown: number;
}

/** How many steps form pairs; one row. */
export const COVERAGE = query("coverage.sql", {
  rows: "number",
  missing_provider_or_session: "number",
  missing_round_index: "number",
  couples: "number",
});
export type Coverage = RowOf<typeof COVERAGE>;

type Pair = ReturnType<typeof pairAt>;

/** Numbers of one pair: tokens, and 1 or 0 for yes and no. In the order of the table. */
const METRICS = {
  adjusted_append: adjustedAppend,
  clipped_after_subtract: (pair: Pair) => Number(signedAppend(pair) < 0),
  previous_output: ({ previousOutput }: Pair) => previousOutput,
  raw_append: ({ raw }: Pair) => raw,
  signed_adjusted_append: signedAppend,
  subtracted_pair: ({ subtracted }: Pair) => Number(subtracted),
};
export type Metric = keyof typeof METRICS;
export type PairSummary = ReturnType<typeof summarizePairs>[number];

export interface PairOptions {
  readonly subtractOutput: string;
  readonly subtractPolicy: string;
  readonly seed: number;
}

/** Keys of the sample repeat after this many steps. */
const SAMPLE_KEYS = 1_000_000;

export async function readPairs(db: QueryContext, { subtractOutput, subtractPolicy, seed }: PairOptions): Promise<Pairs> {
  const { provider, prefix_tokens, raw_append, subtracted, previous_output } = await db.columns(PAIRS, {
    subtract_output: subtractOutput,
    subtract_policy: subtractPolicy,
    sample_offset: seed % SAMPLE_KEYS,
  });
  const ofKnown = <T>(values: readonly T[]) => values.filter((_, i) => previous_output[i] !== null);
  const outputs = previous_output.filter((tokens) => tokens !== null);
  return {
    provider: ofKnown(provider),
    prefix_tokens: ofKnown(prefix_tokens),
    raw_append: ofKnown(raw_append),
    subtracted: ofKnown(subtracted),
    previous_output: outputs,
    unknown: previous_output.length - outputs.length,
  };
}

/** One summary for each provider with pairs and each metric, in the order of `provider:metric`. */
export function summarizePairs(pairs: Pairs) {
  const summaries = [...new Set(pairs.provider)].flatMap((provider) => {
    const rows = pairs.provider.flatMap((each, i) => (each === provider ? pairAt(pairs, i) : []));
    return Object.entries(METRICS).map(([metric, of]) => ({ provider, metric, ...summarize(rows.map(of)) }));
  });
  return summaries.toSorted((a, b) => (`${a.provider}:${a.metric}` < `${b.provider}:${b.metric}` ? -1 : 1));
}

/** @throws when there is no such summary */
export function summaryOf(summaries: readonly PairSummary[], provider: string, metric: Metric): PairSummary {
  const found = summaries.find((summary) => summary.provider === provider && summary.metric === metric);
  if (!found) throw new Error(`no summary of ${metric} for provider ${provider}`);
  return found;
}

/** Append of a pair without the output of the step before, at least 0. */
export function adjustedAppendAt(pairs: Pairs, index: number): number {
  return adjustedAppend(pairAt(pairs, index));
}

function adjustedAppend(pair: Pair): number {
  return Math.max(0, signedAppend(pair));
}

function signedAppend({ raw, previousOutput }: Pair): number {
  return raw - previousOutput;
}

function pairAt(pairs: Pairs, i: number) {
  return {
    raw: pairs.raw_append[i] ?? Number.NaN,
    previousOutput: pairs.previous_output[i] ?? Number.NaN,
    subtracted: pairs.subtracted[i] ?? false,
  };
}

function summarize(values: readonly number[]) {
  const ascending = sorted(values);
  const quantile = (q: number) => known(quantileWeighted(ascending, q));
  return {
    count: ascending.length,
    p25: quantile(0.25),
    p50: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    min: at(ascending, 0),
    max: at(ascending, -1),
    sum: ascending.reduce((sum, value) => sum + value, 0),
  };
}
