/** Tables, the JSON summary and the report. */
import { type JsonDocument, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { latencySeconds } from "../../../lib/format/durations.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { type Bucket, byPairs, type Group, type Matched, type MatchedSegment, type MatchOptions } from "./measure.ts";
import { REJECTIONS, type Side } from "./select.ts";
import { CLEAR, SLOWER_PROBABILITY } from "./separation.ts";

const LARGEST_BUCKETS = 25;

export interface ReportedOptions extends MatchOptions {
  readonly plotSampleRows: number;
  readonly seed: number;
}

interface InGroup {
  readonly group: Group;
}
const GROUP_COLUMNS = {
  provider: { of: ({ group }: InGroup) => group.provider, says: "Provider" },
  model: { of: ({ group }: InGroup) => group.model, says: "Model; empty where the trace has none" },
  segment_kind: { of: ({ group }: InGroup) => group.segment_kind, says: "Events that the timing segment is between" },
};

export function bucketsTable({ buckets }: Matched): Table {
  return table(
    "append_vs_prefix_matched_buckets",
    byPairs(buckets),
    {
      ...GROUP_COLUMNS,
      total_bin: { of: (bucket) => bucket.totalBin, says: "Number of the bin of total input" },
      output_bin: { of: (bucket) => bucket.outputBin, says: "Number of the bin of output" },
      prefix_rows: { of: (bucket) => bucket.prefix.length, says: "Prefix-heavy steps", unit: "steps" },
      append_rows: { of: (bucket) => bucket.append.length, says: "Append-heavy steps", unit: "steps" },
      pair_count: { of: (bucket) => bucket.pairs, says: "Pairs of one step of either side", unit: "pairs" },
      total_tokens_median: { of: (bucket) => bucket.totalMedian, says: "Median input of both sides", unit: "tokens" },
      output_tokens_median: { of: (bucket) => bucket.outputMedian, says: "Median output of both sides", unit: "tokens" },
      prefix_append_share_median: {
        of: (bucket) => bucket.prefixShareMedian,
        says: "Median share of new input of prefix-heavy steps",
        unit: "share",
      },
      append_append_share_median: {
        of: (bucket) => bucket.appendShareMedian,
        says: "Median share of new input of append-heavy steps",
        unit: "share",
      },
      prefix_duration_median_ms: { of: (bucket) => bucket.prefixMedianMs, says: "Median latency of prefix-heavy steps", unit: "ms" },
      append_duration_median_ms: { of: (bucket) => bucket.appendMedianMs, says: "Median latency of append-heavy steps", unit: "ms" },
      median_ratio: { of: (bucket) => bucket.medianRatio, says: "Append-heavy over prefix-heavy median latency", unit: "ratio" },
      append_slower_probability: {
        of: (bucket) => bucket.appendSlowerProbability,
        says: "Share of the pairs whose append-heavy step is slower, ties counted half",
        unit: "share",
      },
      cliffs_delta: { of: (bucket) => bucket.cliffsDelta, says: "Cliff's delta: twice that share minus 1", unit: "delta" },
      best_normalized_threshold: {
        of: (bucket) => bucket.threshold.value,
        says: "Latency over the prefix-heavy median that separates the sides best; empty if no threshold is better than chance",
        unit: "ratio",
      },
      best_balanced_accuracy: {
        of: (bucket) => bucket.threshold.balancedAccuracy,
        says: "Its balanced accuracy, the mean of both recalls; 0.5 is chance",
        unit: "share",
      },
      prefix_recall: {
        of: (bucket) => bucket.threshold.lowerRecall,
        says: "Share of the prefix-heavy steps at or below the threshold",
        unit: "share",
      },
      append_recall: {
        of: (bucket) => bucket.threshold.upperRecall,
        says: "Share of the append-heavy steps above the threshold",
        unit: "share",
      },
    },
    {
      title: "Matched buckets",
      caption: "One row per bucket of similar steps that has enough of both sides, most pairs first.",
    },
  );
}

export function rowsTable({ buckets }: Matched): Table {
  const rows = buckets.flatMap((bucket) => {
    const key = [groupName(bucket.group, "::"), bucket.totalBin, bucket.outputBin].join("::");
    const of = (side: Side) => (segment: MatchedSegment) => ({ ...segment, side, key });
    return [...bucket.prefix.map(of("prefix_heavy")), ...bucket.append.map(of("append_heavy"))];
  });
  return table(
    "append_vs_prefix_normalized_rows",
    rows,
    {
      group: { of: ({ side }) => side, says: "Side of the comparison: `prefix_heavy` or `append_heavy`" },
      ...GROUP_COLUMNS,
      source_line: { of: ({ seq }) => seq + 1, says: "Line of the segment in `timing_fit_trace.csv`, whose header is line 1" },
      total_tokens: { of: ({ total }) => total, says: "Whole input", unit: "tokens" },
      prefix_tokens: { of: ({ cached }) => cached, says: "Cached input", unit: "tokens" },
      append_tokens: { of: ({ append }) => append, says: "New input", unit: "tokens" },
      output_tokens: { of: ({ output }) => output, says: "Output of the segment", unit: "tokens" },
      append_share: { of: ({ share }) => share, says: "New input as a share of the whole", unit: "share" },
      duration_ms: { of: ({ durationMs }) => durationMs, says: "Latency", unit: "ms" },
      normalized_duration: {
        of: ({ normalized }) => normalized,
        says: "Latency over the median of the bucket's prefix-heavy side",
        unit: "ratio",
      },
      bucket_key: { of: ({ key }) => key, says: "Bucket: provider, model, kind of segment and both bins" },
    },
    { title: "Matched steps", caption: "One row per step of a matched bucket, bucket by bucket." },
  );
}

export function summaryDocument(matched: Matched, options: ReportedOptions): JsonDocument {
  const { inputRows, rejected, usableRows, rowsAfterTrim, trimmedRows } = matched;
  return {
    name: "append_vs_prefix_latency.json",
    says: "flags, counts of what was left out, all statistics, and the verdict",
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
  return { name: "append_vs_prefix_latency.md", says: "the statistics for reading, with the 25 largest buckets", text: lines.join("\n") };
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
    groupName(bucket.group, " / "),
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

function groupName({ provider, model, segment_kind }: Group, separator: string): string {
  return [provider, model, segment_kind].join(separator);
}

function orNone(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "n/a" : format(value);
}
