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

/** Why a segment is left out, in the order in which reasons are looked for. */
export const REJECTIONS = [
  "skipped_split_or_non_tool_call_segment",
  "skipped_small_total",
  "skipped_invalid_numeric",
  "skipped_below_min_duration",
  "skipped_above_max_duration",
] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** The parameters of the queries. */
export function paramsOf(options: Options) {
  return {
    include_split: options.includeSplitSegments,
    min_total: options.minTotalTokens,
    min_duration: options.minDurationMs,
    max_duration: options.maxDurationMs ?? null,
    trim_quantile: options.trimQuantile,
    append_heavy_share: options.appendHeavyShare,
    min_append: options.minAppendTokens,
    prefix_heavy_max_share: options.prefixHeavyMaxAppendShare,
    min_prefix: options.minPrefixTokens,
    total_bin_step: options.totalBinStep,
    output_bin_step: options.outputBinStep,
    min_per_side: options.minBucketPerSide,
  };
}
