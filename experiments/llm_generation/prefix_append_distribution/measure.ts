/** How the input of steps divides into cached prefix and new append, by group. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { sorted } from "../../../lib/stats/quantile.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { type GroupBy, rowGroups } from "../../../lib/trace/groups.ts";

export const METRICS = ["prefix_tokens", "newly_append_tokens"] as const;
export type Metric = (typeof METRICS)[number];

/** One metric of the steps of one group. */
export type GroupMetric = ReturnType<typeof groupMetric>;

const LENGTHS = query("query.sql", { label: "text", prefix_tokens: "number?", newly_append_tokens: "number?" });

export const BINS = query("bins.sql", {
  provider: "text",
  label: "text",
  lo_tokens: "number",
  hi_tokens: "number?",
  rounds: "number",
  total_append_tokens: "number",
  token_share: "number",
  round_share: "number",
});
export type AppendBin = RowOf<typeof BINS>;

export const SAMPLE = query("sample.sql", { label: "text", prefix_tokens: "number", append_tokens: "number" });
export type SampledStep = RowOf<typeof SAMPLE>;

/** `all` first, then the groups by label; prefix before append in each. */
export async function measureLengths(db: QueryContext, groupBy: GroupBy): Promise<GroupMetric[]> {
  const rows = await db.columns(LENGTHS, { group_by: groupBy });
  return rowGroups(rows.label).flatMap(({ label, from, to }) =>
    METRICS.map((metric) => groupMetric(label, metric, rows[metric].slice(from, to))),
  );
}

function groupMetric(group: string, metric: Metric, values: readonly (number | null)[]) {
  const present = values.filter((value) => value !== null);
  const valid = present.filter((value) => value >= 0);
  return {
    group,
    metric,
    rows: values.length,
    /** Steps where it is not recorded, and steps where it is negative. */
    missing: values.length - present.length,
    invalid: present.length - valid.length,
    /** The other steps, in tokens; statistics are 0 without any. */
    ascending: sorted(valid),
    summary: summarize(valid, 0),
  };
}
