/** Tables, the JSON summary and the report. */
import type { JsonDocument, Row, Table, TextDocument } from "../../../lib/experiment.ts";
import { latencySeconds } from "../../../lib/format/durations.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { type Bucket, byPairs, type Group, type Matched, type MatchedSegment, type MatchOptions } from "./measure.ts";
import { REJECTIONS, type Side } from "./select.ts";
import { CLEAR, SLOWER_PROBABILITY } from "./verdict.ts";

const LARGEST_BUCKETS = 25;
const GROUP_COLUMNS = ["provider", "model", "segment_kind"];

export interface ReportedOptions extends MatchOptions {
  readonly plotSampleRows: number;
  readonly seed: number;
}

export function bucketsTable({ buckets }: Matched): Table {
  return {
    name: "append_vs_prefix_matched_buckets",
    title: "Matched buckets",
    caption:
      "One row per bucket of like steps with both sides, most pairs first. Medians in tokens, shares of one and milliseconds; probability that the append-heavy step of a pair is the slower one.",
    columns: [
      ...GROUP_COLUMNS,
      "total_bin",
      "output_bin",
      "prefix_rows",
      "append_rows",
      "pair_count",
      "total_tokens_median",
      "output_tokens_median",
      "prefix_append_share_median",
      "append_append_share_median",
      "prefix_duration_median_ms",
      "append_duration_median_ms",
      "median_ratio",
      "append_slower_probability",
      "cliffs_delta",
      "best_normalized_threshold",
      "best_balanced_accuracy",
      "prefix_recall",
      "append_recall",
    ],
    rows: byPairs(buckets).map(bucketRow),
  };
}

export function rowsTable({ buckets }: Matched): Table {
  return {
    name: "append_vs_prefix_normalized_rows",
    title: "Matched steps",
    caption:
      "One row per step of a matched bucket, bucket by bucket. source_line is the line in timing_fit_trace.csv; normalized_duration is the duration over the median of the bucket's prefix-heavy side.",
    columns: [
      "group",
      ...GROUP_COLUMNS,
      "source_line",
      "total_tokens",
      "prefix_tokens",
      "append_tokens",
      "output_tokens",
      "append_share",
      "duration_ms",
      "normalized_duration",
      "bucket_key",
    ],
    rows: buckets.flatMap((bucket) => {
      const key = [...Object.values(groupCells(bucket.group)), bucket.totalBin, bucket.outputBin].join("::");
      const cells = (side: Side) => (segment: MatchedSegment) => segmentRow(side, segment, key);
      return [...bucket.prefix.map(cells("prefix_heavy")), ...bucket.append.map(cells("append_heavy"))];
    }),
  };
}

export function summaryDocument(matched: Matched, options: ReportedOptions): JsonDocument {
  const { inputRows, rejected, usableRows, rowsAfterTrim, trimmedRows } = matched;
  return {
    name: "append_vs_prefix_latency.json",
    value: {
      input: "timing_fit_trace.csv",
      config: {
        include_split_segments: options.includeSplitSegments,
        min_total_tokens: options.minTotalTokens,
        append_heavy_share: options.appendHeavyShare,
        prefix_heavy_max_append_share: options.prefixHeavyMaxAppendShare,
        min_append_tokens: options.minAppendTokens,
        min_prefix_tokens: options.minPrefixTokens,
        min_bucket_per_side: options.minBucketPerSide,
        total_bin_step: options.totalBinStep,
        output_bin_step: options.outputBinStep,
        trim_quantile: options.trimQuantile,
        min_duration_ms: options.minDurationMs,
        max_duration_ms: options.maxDurationMs ?? null,
        plot_sample_rows: options.plotSampleRows,
        seed: options.seed,
      },
      load_stats: {
        input_rows: inputRows,
        ...Object.fromEntries(REJECTIONS.flatMap((reason) => (rejected[reason] ? [[reason, rejected[reason]]] : []))),
        usable_rows: usableRows,
      },
      trim_stats: { rows_after_trim: rowsAfterTrim, trimmed_rows: trimmedRows },
      summary: summaryOf(matched),
    },
  };
}

function summaryOf({ verdict, sides, buckets, prefixRows, appendRows, pairs, overall }: Matched): object {
  return {
    verdict,
    class_counts: sides,
    matched_buckets: buckets.length,
    matched_prefix_rows: prefixRows,
    matched_append_rows: appendRows,
    matched_pair_count: pairs,
    pair_weighted_append_slower_probability: overall?.appendSlowerProbability ?? null,
    pair_weighted_cliffs_delta: overall?.cliffsDelta ?? null,
    row_weighted_bucket_threshold_balanced_accuracy: overall?.bucketBalancedAccuracy ?? null,
    median_bucket_median_duration_ratio: overall?.medianRatio ?? null,
    global_normalized_best_threshold: overall?.threshold.value ?? null,
    global_normalized_best_balanced_accuracy: overall?.threshold.balancedAccuracy ?? null,
    global_normalized_prefix_recall: overall?.threshold.lowerRecall ?? null,
    global_normalized_append_recall: overall?.threshold.upperRecall ?? null,
    global_normalized_append_slower_probability: overall?.pooledProbability ?? null,
    buckets_where_append_median_slower: overall?.slowerBuckets ?? 0,
    bucket_append_median_slower_fraction: overall && overall.slowerBuckets / buckets.length,
  };
}

export function reportText(matched: Matched, options: MatchOptions): TextDocument {
  const { inputRows, usableRows, rowsAfterTrim, verdict, buckets, prefixRows, appendRows, pairs, overall } = matched;
  const lines = [
    "# Append against prefix",
    "",
    "Of steps that are alike in provider, model, input and output, are those slower whose input is mostly new?",
    "",
    "## Compared",
    "",
    `- Timing segments: ${grouped(inputRows)} read, ${grouped(usableRows)} usable, ${grouped(rowsAfterTrim)} after cutting off the longest.`,
    `- Append-heavy: at least ${percent(options.appendHeavyShare, 1)} of the input and ${grouped(options.minAppendTokens)} tokens are new.`,
    `- Prefix-heavy: at most ${percent(options.prefixHeavyMaxAppendShare, 1)} are new and at least ${grouped(options.minPrefixTokens)} tokens are cached.`,
    `- Matched: ${grouped(buckets.length)} buckets, ${grouped(prefixRows)} prefix-heavy and ${grouped(appendRows)} append-heavy steps, ${grouped(pairs)} pairs.`,
    "",
    "## Verdict",
    "",
    `**${verdict}**`,
    "",
    `- The append-heavy step of a pair is the slower one: ${orNone(overall?.appendSlowerProbability, (share) => percent(share, 1))} (50 % without an effect)`,
    `- Cliff's delta: ${orNone(overall?.cliffsDelta, (delta) => toFixedHalfEven(delta, 3))}`,
    `- Median over the buckets of append-heavy / prefix-heavy median: ${orNone(overall?.medianRatio, ratioText)}`,
    `- Best single threshold: ${orNone(overall?.threshold.value, ratioText)} with a balanced accuracy of ${orNone(overall?.threshold.balancedAccuracy, (share) => percent(share, 1))}`,
    `- Buckets with a slower append-heavy median: ${overall?.slowerBuckets ?? 0} of ${buckets.length} (${orNone(overall && overall.slowerBuckets / buckets.length, (share) => percent(share, 1))})`,
    "",
    ...interpretation(matched),
    "## Largest buckets",
    "",
    markdownTable({
      header: [
        "group",
        "total tok",
        "out tok",
        "prefix n",
        "append n",
        "prefix median",
        "append median",
        "ratio",
        "P(append slower)",
        "balanced acc",
      ],
      rows: byPairs(buckets).slice(0, LARGEST_BUCKETS).map(bucketCells),
    }),
  ];
  return { name: "append_vs_prefix_latency.md", text: lines.join("\n") };
}

function interpretation({ overall }: Matched): string[] {
  if (!overall) return [];
  const slower = overall.appendSlowerProbability > SLOWER_PROBABILITY;
  const clear =
    overall.appendSlowerProbability >= CLEAR.probability &&
    overall.threshold.balancedAccuracy >= CLEAR.balancedAccuracy &&
    overall.medianRatio >= CLEAR.ratio;
  const effect = slower
    ? "New input makes a step slower on the whole."
    : "There is no order that could be relied on: new and cached input take about the same time here.";
  const separation = `The two kinds are not cleanly apart, because that would take ${percent(CLEAR.probability)} of the pairs, a balanced accuracy of ${percent(CLEAR.balancedAccuracy)} and a ratio of ${CLEAR.ratio}x.`;
  return [clear ? effect : `${effect} ${separation}`, ""];
}

/** `1.28x`. */
export function ratioText(ratio: number): string {
  return `${toFixedHalfEven(ratio, 2)}x`;
}

function bucketCells(bucket: Bucket): string[] {
  return [
    Object.values(groupCells(bucket.group)).join(" / "),
    grouped(bucket.totalMedian),
    grouped(bucket.outputMedian),
    grouped(bucket.prefix.length),
    grouped(bucket.append.length),
    latencySeconds(bucket.prefixMedianMs),
    latencySeconds(bucket.appendMedianMs),
    ratioText(bucket.medianRatio),
    percent(bucket.appendSlowerProbability, 1),
    percent(bucket.threshold.balancedAccuracy, 1),
  ];
}

function bucketRow(bucket: Bucket): Row {
  return {
    ...groupCells(bucket.group),
    total_bin: bucket.totalBin,
    output_bin: bucket.outputBin,
    prefix_rows: bucket.prefix.length,
    append_rows: bucket.append.length,
    pair_count: bucket.pairs,
    total_tokens_median: bucket.totalMedian,
    output_tokens_median: bucket.outputMedian,
    prefix_append_share_median: bucket.prefixShareMedian,
    append_append_share_median: bucket.appendShareMedian,
    prefix_duration_median_ms: bucket.prefixMedianMs,
    append_duration_median_ms: bucket.appendMedianMs,
    median_ratio: bucket.medianRatio,
    append_slower_probability: bucket.appendSlowerProbability,
    cliffs_delta: bucket.cliffsDelta,
    best_normalized_threshold: bucket.threshold.value,
    best_balanced_accuracy: bucket.threshold.balancedAccuracy,
    prefix_recall: bucket.threshold.lowerRecall,
    append_recall: bucket.threshold.upperRecall,
  };
}

function segmentRow(side: Side, segment: MatchedSegment, bucketKey: string): Row {
  return {
    group: side,
    ...groupCells(segment.group),
    source_line: segment.seq + 1, // the header is line 1
    total_tokens: segment.total,
    prefix_tokens: segment.cached,
    append_tokens: segment.append,
    output_tokens: segment.output,
    append_share: segment.share,
    duration_ms: segment.durationMs,
    normalized_duration: segment.normalized,
    bucket_key: bucketKey,
  };
}

function groupCells({ provider, model, segment_kind }: Group): Record<string, string> {
  return { provider, model, segment_kind };
}

function orNone(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "n/a" : format(value);
}
