/** Statistics of each count over sessions, requests and steps. */
import { type IntervalOf, type Query, type QueryContext, query, type ValueColumn } from "../../../lib/experiment.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { type Summary, summaryOf as statisticsOf } from "../../../lib/stats/summary.ts";
import { distributionsByScope, SCOPES, type Scope } from "../../../lib/trace/scopes.ts";

/** What is counted of each session, request and step. */
export const COUNTED = {
  session: query("query.sql", {
    session_id: "text",
    provider: "text?",
    requests: "number",
    user_steps: "number",
    tool_steps: "number",
    tool_calls: "number",
  }),
  request: query("requests.sql", { provider: "text?", user_steps: "number", tool_steps: "number", tool_calls: "number" }),
  step: query("steps.sql", { provider: "text?", tool_calls: "number" }),
};

export type Group = "session" | "request" | "step";
export type Metric = "requests" | "user_steps" | "tool_steps" | "tool_calls";

/** How many of `metric` there are in each `group`; statistics of no sessions, requests or steps are 0. */
export interface CountSummary extends Summary<0> {
  readonly scope: Scope;
  readonly group: Group;
  readonly metric: Metric;
  readonly p75: number;
}

/** One summary for each scope, group and metric, in this order. */
export async function measureCounts(db: QueryContext): Promise<CountSummary[]> {
  const groups = await Promise.all([
    summariesOf("session", db, COUNTED.session, ["requests", "user_steps", "tool_steps", "tool_calls"]),
    summariesOf("request", db, COUNTED.request, ["user_steps", "tool_steps", "tool_calls"]),
    summariesOf("step", db, COUNTED.step, ["tool_calls"]),
  ]);
  return SCOPES.flatMap((scope) => groups.flatMap((of) => of(scope)));
}

export type MedianInterval = (summary: Pick<CountSummary, "scope" | "group" | "metric">) => IntervalOf["interval"];

/** Of counts per session; null for others. */
export async function medianIntervals(db: QueryContext): Promise<MedianInterval> {
  const of = ["requests", "user_steps", "tool_steps", "tool_calls"] as const;
  const found = await db.intervals(COUNTED.session, { by: ["provider"], of, session: "session_id" });
  return ({ scope, group, metric }) =>
    group === "session" ? (found.find((each) => each.group.provider === scope && each.column === metric)?.interval ?? null) : null;
}

async function summariesOf<R extends { readonly provider: string | null }, const M extends Metric & ValueColumn<R>>(
  group: Group,
  db: QueryContext,
  counts: Query<R>,
  metrics: readonly M[],
): Promise<(scope: Scope) => CountSummary[]> {
  const of = await distributionsByScope(db, counts, { of: metrics });
  return (scope) =>
    metrics.map((metric) => {
      const found = of(scope, metric);
      return { scope, group, metric, ...statisticsOf(found, 0), p75: quantileNumpy(found.ascending, 0.75) ?? 0 };
    });
}

/** @throws when there is no such summary */
export function summaryOf(summaries: readonly CountSummary[], scope: Scope, group: Group, metric: Metric): CountSummary {
  const found = summaries.find((summary) => summary.scope === scope && summary.group === group && summary.metric === metric);
  if (!found) throw new Error(`no summary of ${metric} per ${group} in ${scope}`);
  return found;
}
