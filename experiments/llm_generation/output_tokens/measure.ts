/** How many tokens the steps of each group write. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { pairwiseMean } from "../../../lib/stats/sum.ts";
import { type GroupBy, rowGroups } from "../../../lib/trace/groups.ts";

/** Tokens per step; null where the group has no value. */
export interface OutputSummary {
  readonly group: string;
  readonly count: number;
  readonly min: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

export interface OutputGroup {
  readonly summary: OutputSummary;
  /** Output tokens of its steps. */
  readonly ascending: Float64Array;
}

/** `all`, which is there even without rows, then the groups by label. */
export async function measureOutputs(db: QueryContext, groupBy: GroupBy): Promise<OutputGroup[]> {
  const rows = await db.columns<{ label: string[]; output_tokens: number[] }>("query.sql", { group_by: groupBy });
  return rowGroups(rows.label).map(({ label, from, to }) => {
    const ascending = sorted(rows.output_tokens.slice(from, to));
    return { summary: summarizeOutputs(label, ascending), ascending };
  });
}

function summarizeOutputs(group: string, ascending: Float64Array): OutputSummary {
  const [p50, p90, p95, p99] = [0.5, 0.9, 0.95, 0.99].map((q) => quantileNumpy(ascending, q)) as [number, number, number, number];
  return {
    group,
    count: ascending.length,
    min: ascending.at(0) ?? null,
    p50,
    p90,
    p95,
    p99,
    max: ascending.at(-1) ?? null,
    mean: pairwiseMean(ascending),
  };
}
