/** Which segments are compared, and on which side of the comparison they are. */
import { flag, integer, number, type OptionsOf } from "../../../lib/experiment.ts";
import { SEGMENT_FLAGS } from "../../../lib/trace/segments.ts";

export const FLAGS = {
  includeSplitSegments: flag({ says: "Compare the parts before and after Codex reasoning as well, not only whole steps" }),
  minTotalTokens: number({ min: 0, default: 4096, says: "Minimum input of a step, in tokens" }),
  appendHeavyShare: number({ min: 0, max: 1, default: 0.25, says: "Minimum share of new input of an append-heavy step" }),
  prefixHeavyMaxAppendShare: number({ min: 0, max: 1, default: 0.1, says: "Maximum share of new input of a prefix-heavy step" }),
  minAppendTokens: number({ min: 0, default: 1024, says: "Minimum new input of an append-heavy step, in tokens" }),
  minPrefixTokens: number({ min: 0, default: 4096, says: "Minimum cached input of a prefix-heavy step, in tokens" }),
  minBucketPerSide: integer({ min: 1, default: 5, says: "Minimum number of steps on either side of a bucket" }),
  totalBinStep: number({ min: 0.001, default: 0.25, says: "Width of the bins of total input, in powers of two" }),
  outputBinStep: number({ min: 0.001, default: 0.5, says: "Width of the bins of output, in powers of two" }),
  trimQuantile: SEGMENT_FLAGS.trimQuantile,
  minDurationMs: number({ min: 0, default: 50, says: "Minimum duration of a segment, in milliseconds" }),
  maxDurationMs: SEGMENT_FLAGS.maxDurationMs,
  plotSampleRows: integer({ min: 1, default: 80_000, says: "Only written to the summary: the figure shows all steps" }),
  seed: integer({ min: 0, default: 0, says: "Only written to the summary: nothing is drawn at random" }),
};
export type Options = OptionsOf<typeof FLAGS>;

/** One segment, tokens and milliseconds. */
export interface Segment {
  readonly wholeStep: boolean;
  readonly total: number;
  readonly cached: number;
  readonly append: number;
  readonly output: number;
  readonly durationMs: number;
}

type GateOptions = Pick<Options, "includeSplitSegments" | "minTotalTokens" | "minDurationMs" | "maxDurationMs">;

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

type SideOptions = Pick<Options, "appendHeavyShare" | "prefixHeavyMaxAppendShare" | "minAppendTokens" | "minPrefixTokens">;
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
