/** Reads the segments and fits each group. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import type { FitMetrics, Target } from "../../../lib/trace/latency-fits.ts";
import { type FitOptions, fitGroup, type GroupFit, type Segments } from "./fit.ts";

const GROUPS = query("groups.sql", {
  group_key: "text",
  provider: "text",
  model: "text?",
  segment_kind: "text",
  segments: "number",
  usable: "number",
});
const SEGMENTS = query("query.sql", {
  cached_tokens: "number",
  append_tokens: "number",
  segment_output_tokens: "number",
  duration_ms: "number",
});

export type Group = RowOf<typeof GROUPS>;

export type Measured = Awaited<ReturnType<typeof measureGroups>>;
export type MeasuredGroup = Measured["groups"][number];

/** Segments read, those left out because a token count is negative, and the groups that have usable segments, by key. */
export async function measureGroups(db: QueryContext, options: FitOptions) {
  const [rows, columns] = await Promise.all([db.rows(GROUPS), db.columns(SEGMENTS)]);
  const all = {
    cached: columns.cached_tokens,
    append: columns.append_tokens,
    output: columns.segment_output_tokens,
    durationMs: columns.duration_ms,
  };
  const groups: (Group & { readonly fit: GroupFit })[] = [];
  let from = 0;
  for (const group of rows) {
    const segments = slice(all, from, from + group.usable);
    from += group.usable;
    if (group.usable > 0) groups.push({ ...group, fit: fitGroup(segments, options) });
  }
  const read = rows.reduce((sum, { segments }) => sum + segments, 0);
  return { segments: read, invalid: read - all.durationMs.length, groups };
}

/** The groups that were fitted: how good each fit is on the test segments. */
export function fittedGroups({ groups }: Measured) {
  return groups.flatMap(({ group_key, fit: { fits, fitRows } }) => {
    if (!fits) return [];
    const { duration_ms, log_duration_ms, smooth_relative_duration_ms } = fits.targets;
    const test: Record<Target, FitMetrics> = {
      duration_ms: duration_ms.test,
      log_duration_ms: log_duration_ms.test,
      smooth_relative_duration_ms: smooth_relative_duration_ms.test,
    };
    return [{ key: group_key, fitRows, test }];
  });
}

function slice({ cached, append, output, durationMs }: Segments, from: number, to: number): Segments {
  return {
    cached: cached.subarray(from, to),
    append: append.subarray(from, to),
    output: output.subarray(from, to),
    durationMs: durationMs.subarray(from, to),
  };
}
