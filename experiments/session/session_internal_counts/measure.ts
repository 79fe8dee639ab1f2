/** Statistics of each count over sessions, requests and steps. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { type Summary, summarize } from "../../../lib/stats/summary.ts";
import { SCOPES, type Scope, valuesInScope } from "../../../lib/trace/scopes.ts";

/** What is counted within what, in the order of tables and figures. */
const GROUPS = [
  { group: "session", query: "query.sql", metrics: ["requests", "user_steps", "tool_steps", "tool_calls"] },
  { group: "request", query: "requests.sql", metrics: ["user_steps", "tool_steps", "tool_calls"] },
  { group: "step", query: "steps.sql", metrics: ["tool_calls"] },
] as const;

export type Group = (typeof GROUPS)[number]["group"];
export type Metric = (typeof GROUPS)[number]["metrics"][number];

/** How many of `metric` there are in each `group`; statistics of no sessions, requests or steps are 0. */
export interface CountSummary extends Summary<0> {
  readonly scope: Scope;
  readonly group: Group;
  readonly metric: Metric;
}

type CountColumns = { readonly provider: readonly (string | null)[] } & Readonly<Record<string, ArrayLike<number>>>;

/** One summary for each scope, group and metric, in this order. */
export async function measureCounts(db: QueryContext): Promise<CountSummary[]> {
  const groups = await Promise.all(GROUPS.map(async (group) => ({ ...group, columns: await db.columns<CountColumns>(group.query) })));
  return SCOPES.flatMap((scope) =>
    groups.flatMap(({ group, metrics, columns }) =>
      metrics.map((metric) => ({
        scope,
        group,
        metric,
        ...summarize(valuesInScope(scope, columns.provider, columns[metric] as ArrayLike<number>), 0),
      })),
    ),
  );
}

/** @throws when there is no such summary */
export function summaryOf(summaries: readonly CountSummary[], scope: Scope, group: Group, metric: Metric): CountSummary {
  const found = summaries.find((summary) => summary.scope === scope && summary.group === group && summary.metric === metric);
  if (!found) throw new Error(`no summary of ${metric} per ${group} in ${scope}`);
  return found;
}
