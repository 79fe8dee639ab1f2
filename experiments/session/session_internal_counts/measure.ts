/** Statistics of each count over sessions, requests and steps. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { type Summary, summarize } from "../../../lib/stats/summary.ts";
import { SCOPES, type Scope, valuesInScope } from "../../../lib/trace/scopes.ts";

const SESSIONS = query("query.sql", {
  provider: "text?",
  requests: "number",
  user_steps: "number",
  tool_steps: "number",
  tool_calls: "number",
});
const REQUESTS = query("requests.sql", { provider: "text?", user_steps: "number", tool_steps: "number", tool_calls: "number" });
const STEPS = query("steps.sql", { provider: "text?", tool_calls: "number" });

export type Group = "session" | "request" | "step";
export type Metric = "requests" | "user_steps" | "tool_steps" | "tool_calls";

/** How many of `metric` there are in each `group`; statistics of no sessions, requests or steps are 0. */
export interface CountSummary extends Summary<0> {
  readonly scope: Scope;
  readonly group: Group;
  readonly metric: Metric;
}

/** One count for each session, request or step. */
interface Counts {
  readonly group: Group;
  readonly metric: Metric;
  readonly provider: readonly (string | null)[];
  readonly counts: readonly number[];
}

/** One summary for each scope, group and metric, in this order. */
export async function measureCounts(db: QueryContext): Promise<CountSummary[]> {
  const counted = await readCounts(db);
  return SCOPES.flatMap((scope) =>
    counted.map(({ group, metric, provider, counts }) => ({
      scope,
      group,
      metric,
      ...summarize(valuesInScope(scope, provider, counts), 0),
    })),
  );
}

/** In the order of tables and figures. */
async function readCounts(db: QueryContext): Promise<Counts[]> {
  const session = await db.columns(SESSIONS);
  const request = await db.columns(REQUESTS);
  const step = await db.columns(STEPS);
  return [
    { group: "session", metric: "requests", provider: session.provider, counts: session.requests },
    { group: "session", metric: "user_steps", provider: session.provider, counts: session.user_steps },
    { group: "session", metric: "tool_steps", provider: session.provider, counts: session.tool_steps },
    { group: "session", metric: "tool_calls", provider: session.provider, counts: session.tool_calls },
    { group: "request", metric: "user_steps", provider: request.provider, counts: request.user_steps },
    { group: "request", metric: "tool_steps", provider: request.provider, counts: request.tool_steps },
    { group: "request", metric: "tool_calls", provider: request.provider, counts: request.tool_calls },
    { group: "step", metric: "tool_calls", provider: step.provider, counts: step.tool_calls },
  ];
}

/** @throws when there is no such summary */
export function summaryOf(summaries: readonly CountSummary[], scope: Scope, group: Group, metric: Metric): CountSummary {
  const found = summaries.find((summary) => summary.scope === scope && summary.group === group && summary.metric === metric);
  if (!found) throw new Error(`no summary of ${metric} per ${group} in ${scope}`);
  return found;
}
