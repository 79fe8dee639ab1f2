/** Reads the segments and fits each group. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import type { FitMetrics, Target } from "../../../lib/trace/latency-fits.ts";
import type { Segments } from "./features.ts";
import { type FitOptions, fitGroup, type GroupFit } from "./fit.ts";

export interface Group {
  readonly key: string;
  readonly provider: string;
  readonly model: string | null;
  readonly segmentKind: string;
}

export interface MeasuredGroup extends Group {
  readonly fit: GroupFit;
}

export interface Measured {
  /** Segments read, and those left out because a token count is negative. */
  readonly segments: number;
  readonly invalid: number;
  /** By key; only groups with usable segments. */
  readonly groups: readonly MeasuredGroup[];
}

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

/** A group that was fitted: how good each fit is on the test segments. */
export interface FittedGroup extends Pick<Group, "key"> {
  readonly fitRows: number;
  readonly test: Readonly<Record<Target, FitMetrics>>;
}

export async function measureGroups(db: QueryContext, options: FitOptions): Promise<Measured> {
  const [rows, columns] = await Promise.all([db.rows(GROUPS), db.columns(SEGMENTS)]);
  const all = {
    cached: Float64Array.from(columns.cached_tokens),
    append: Float64Array.from(columns.append_tokens),
    output: Float64Array.from(columns.segment_output_tokens),
    durationMs: Float64Array.from(columns.duration_ms),
  };
  const groups: MeasuredGroup[] = [];
  let from = 0;
  for (const { group_key, provider, model, segment_kind, usable } of rows) {
    const segments = slice(all, from, from + usable);
    from += usable;
    if (usable > 0) groups.push({ key: group_key, provider, model, segmentKind: segment_kind, fit: fitGroup(segments, options) });
  }
  const read = rows.reduce((sum, { segments }) => sum + segments, 0);
  return { segments: read, invalid: read - all.durationMs.length, groups };
}

export function fittedGroups({ groups }: Measured): FittedGroup[] {
  return groups.flatMap(({ key, fit: { fits, fitRows } }) => {
    if (!fits) return [];
    const { duration_ms, log_duration_ms, smooth_relative_duration_ms } = fits.targets;
    const test = {
      duration_ms: duration_ms.test,
      log_duration_ms: log_duration_ms.test,
      smooth_relative_duration_ms: smooth_relative_duration_ms.test,
    };
    return { key, fitRows, test };
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
