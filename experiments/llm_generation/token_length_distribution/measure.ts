/** How long prefix, append and output of a step are, by provider. */
import { type IntervalOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { known } from "../../../lib/stats/known.ts";
import { type Summary, summaryOf } from "../../../lib/stats/summary.ts";
import { distributionsByScope } from "../../../lib/trace/scopes.ts";

export const PROVIDERS = ["claude", "codex"] as const;
export const METRICS = ["prefix_tokens", "newly_append_tokens", "output_tokens"] as const;
export type Provider = (typeof PROVIDERS)[number];
export type Metric = (typeof METRICS)[number];

/** Tokens over the steps that recorded the metric; all 0 when none did. */
export interface LengthSummary extends Summary<0> {
  readonly provider: Provider;
  readonly metric: Metric;
}

const STEPS = query("query.sql", {
  provider: PROVIDERS,
  session_id: "text?",
  prefix_tokens: "number?",
  newly_append_tokens: "number?",
  output_tokens: "number?",
});

export type MedianInterval = (summary: LengthSummary) => IntervalOf["interval"];

export async function medianIntervals(db: QueryContext): Promise<MedianInterval> {
  const found = await db.intervals(STEPS, { by: ["provider"], of: METRICS, session: "session_id" });
  return ({ provider, metric }) => found.find(({ group, column }) => group.provider === provider && column === metric)?.interval ?? null;
}

/** One summary for each metric and provider, in this order. */
export async function measureLengths(db: QueryContext): Promise<LengthSummary[]> {
  const lengths = await distributionsByScope(db, STEPS, { of: METRICS });
  return METRICS.flatMap((metric) => PROVIDERS.map((provider) => ({ provider, metric, ...summaryOf(lengths(provider, metric), 0) })));
}

/** Whether the provider has steps, but none with a number for the metric. */
export function isUnknown(summaries: readonly LengthSummary[], { provider, n }: LengthSummary): boolean {
  return n === 0 && summaries.some((other) => other.provider === provider && other.n > 0);
}

export function lengthOf(summaries: readonly LengthSummary[], metric: Metric, provider: Provider): LengthSummary {
  return known(summaries.find((summary) => summary.metric === metric && summary.provider === provider));
}
