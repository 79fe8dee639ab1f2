/** Which segments are compared, and on which side of the comparison they are. */

/** One segment, tokens and milliseconds. */
export interface Segment {
  readonly wholeStep: boolean;
  readonly total: number;
  readonly cached: number;
  readonly append: number;
  readonly output: number;
  readonly durationMs: number;
}

export interface GateOptions {
  readonly includeSplitSegments: boolean;
  readonly minTotalTokens: number;
  readonly minDurationMs: number;
  readonly maxDurationMs: number | undefined;
}

/** Why a segment is left out, in the order in which reasons are looked for. */
export const REJECTIONS = [
  "skipped_split_or_non_tool_call_segment",
  "skipped_small_total",
  "skipped_invalid_numeric",
  "skipped_below_min_duration",
  "skipped_above_max_duration",
] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** The first reason against a segment, or null. */
export function rejectionOf(segment: Segment, options: GateOptions): Rejection | null {
  const { wholeStep, total, cached, append, output, durationMs } = segment;
  if (!wholeStep && !options.includeSplitSegments) return "skipped_split_or_non_tool_call_segment";
  if (total < options.minTotalTokens) return "skipped_small_total";
  if (cached < 0 || append < 0 || output < 0 || durationMs <= 0) return "skipped_invalid_numeric";
  if (durationMs < options.minDurationMs) return "skipped_below_min_duration";
  if (options.maxDurationMs !== undefined && durationMs > options.maxDurationMs) return "skipped_above_max_duration";
  return null;
}

export interface SideOptions {
  readonly appendHeavyShare: number;
  readonly prefixHeavyMaxAppendShare: number;
  readonly minAppendTokens: number;
  readonly minPrefixTokens: number;
}

export type Side = "prefix_heavy" | "append_heavy";

/** Which side a segment is on; null between the two. Append wins where thresholds overlap. */
export function sideOf(segment: Pick<Segment, "total" | "cached" | "append">, options: SideOptions): Side | null {
  const share = appendShare(segment);
  if (share >= options.appendHeavyShare && segment.append >= options.minAppendTokens) return "append_heavy";
  if (share <= options.prefixHeavyMaxAppendShare && segment.cached >= options.minPrefixTokens) return "prefix_heavy";
  return null;
}

/** Part of the whole input that is new; the recorded whole may differ from prefix and append together. */
export function appendShare({ total, append }: Pick<Segment, "total" | "append">): number {
  return total > 0 ? append / total : 0;
}
