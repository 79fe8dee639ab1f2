/** Reads the segments and fits each group. */
import type { QueryContext } from "../../../lib/experiment.ts";
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

interface GroupRow {
  readonly group_key: string;
  readonly provider: string;
  readonly model: string | null;
  readonly segment_kind: string;
  readonly segments: number;
  readonly usable: number;
}

type SegmentColumns = Readonly<Record<"cached_tokens" | "append_tokens" | "segment_output_tokens" | "duration_ms", number[]>>;

export async function measureGroups(db: QueryContext, options: FitOptions): Promise<Measured> {
  const [rows, columns] = await Promise.all([db.rows<GroupRow>("groups.sql"), db.columns<SegmentColumns>("query.sql")]);
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

function slice({ cached, append, output, durationMs }: Segments, from: number, to: number): Segments {
  return {
    cached: cached.subarray(from, to),
    append: append.subarray(from, to),
    output: output.subarray(from, to),
    durationMs: durationMs.subarray(from, to),
  };
}
