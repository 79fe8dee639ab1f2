/** How the input of steps divides into cached prefix and new append, by group. */
import type { QueryContext, Row } from "../../../lib/experiment.ts";
import { sorted } from "../../../lib/stats/quantile.ts";
import { type Summary, summarize } from "../../../lib/stats/summary.ts";
import { type GroupBy, rowGroups } from "../../../lib/trace/groups.ts";

export const METRICS = ["prefix_tokens", "newly_append_tokens"] as const;
export type Metric = (typeof METRICS)[number];

/** One number of the steps of one group. */
export interface GroupMetric {
  readonly group: string;
  readonly metric: Metric;
  /** Steps of the group. */
  readonly rows: number;
  /** Steps that did not record the number, and those where it is negative. */
  readonly missing: number;
  readonly invalid: number;
  /** The other steps, in tokens. */
  readonly ascending: Float64Array;
  readonly summary: Summary<null>;
}

/** A row of bins.sql. */
export interface AppendBin extends Row {
  readonly provider: string;
  readonly label: string;
  readonly lo_tokens: number;
  readonly hi_tokens: number | null;
  readonly rounds: number;
  readonly total_append_tokens: number;
  readonly token_share: number;
  readonly round_share: number;
}

/** Columns of sample.sql. */
export interface Sample {
  readonly label: readonly string[];
  readonly prefix_tokens: readonly number[];
  readonly append_tokens: readonly number[];
}

type Columns = { readonly label: readonly string[] } & Readonly<Record<Metric, readonly (number | null)[]>>;

/** `all` first, then the groups by label; prefix before append in each. */
export async function measureLengths(db: QueryContext, groupBy: GroupBy): Promise<GroupMetric[]> {
  const rows = await db.columns<Columns>("query.sql", { group_by: groupBy });
  return rowGroups(rows.label).flatMap(({ label, from, to }) =>
    METRICS.map((metric) => groupMetric(label, metric, rows[metric].slice(from, to))),
  );
}

function groupMetric(group: string, metric: Metric, values: readonly (number | null)[]): GroupMetric {
  const present = values.filter((value) => value !== null);
  const valid = present.filter((value) => value >= 0);
  return {
    group,
    metric,
    rows: values.length,
    missing: values.length - present.length,
    invalid: present.length - valid.length,
    ascending: sorted(valid),
    summary: summarize(valid, null),
  };
}
