/** Append-heavy against prefix-heavy steps of the same group and size: how far their latencies are apart. */
import { listOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { median, sorted } from "../../../lib/stats/quantile.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type Options, paramsOf, REJECTIONS, type Rejection } from "./select.ts";
import { verdictOf } from "./separation.ts";

export const BINS_PER_DOUBLING = 3;

const BUCKETS = query("buckets.sql", {
  provider: "text?",
  model: "text?",
  segment_kind: "text?",
  total_bin: "number?",
  output_bin: "number?",
  prefix_rows: "number?",
  append_rows: "number?",
  half_wins: "number?",
  best_value: "number?",
  best_accuracy: "number?",
  prefix_recall: "number?",
  append_recall: "number?",
  total_tokens_median: "number?",
  output_tokens_median: "number?",
  prefix_share_median: "number?",
  append_share_median: "number?",
  prefix_median_ms: "number?",
  append_median_ms: "number?",
  input_rows: "number",
  skipped_split_or_non_tool_call_segment: "number",
  skipped_small_total: "number",
  skipped_invalid_numeric: "number",
  skipped_below_min_duration: "number",
  skipped_above_max_duration: "number",
  trimmed_rows: "number",
  append_heavy: "number",
  prefix_heavy: "number",
  middle_rows: "number",
  prefix_normalized_median: "number?",
  append_normalized_median: "number?",
  least_normalized: "number?",
  most_normalized: "number?",
  outline_bins: listOf<number>(),
  outline_prefix: listOf<number>(),
  outline_append: listOf<number>(),
});
type Row = RowOf<typeof BUCKETS>;

/** Steps of one group with about the same input and output: at least a few on either side. */
export type Bucket = ReturnType<typeof bucketOf>;
export type Group = Pick<Bucket, "provider" | "model" | "segment_kind">;
export type Overall = ReturnType<typeof overallOf>;
export type Matched = Awaited<ReturnType<typeof matchSegments>>;

export async function matchSegments(db: QueryContext, options: Options) {
  const rows = await db.rows(BUCKETS, { ...paramsOf(options), bins_per_doubling: BINS_PER_DOUBLING });
  const all = at(rows, -1);
  const buckets = rows
    .slice(0, -1)
    .map(bucketOf)
    .filter(({ prefix_rows, append_rows }) => Math.min(prefix_rows, append_rows) >= options.minBucketPerSide);
  const overall = buckets.length === 0 ? null : overallOf(buckets, all);
  const rejected: Partial<Record<Rejection, number>> = Object.fromEntries(REJECTIONS.map((reason) => [reason, all[reason]]));
  const { input_rows, trimmed_rows, append_heavy, prefix_heavy, middle_rows } = all;
  const usableRows = input_rows - sumOf(REJECTIONS, (reason) => all[reason]);
  return {
    inputRows: input_rows,
    rejected,
    usableRows,
    trimmedRows: trimmed_rows,
    rowsAfterTrim: usableRows - trimmed_rows,
    sides: { append_heavy, prefix_heavy, middle_rows },
    /** In the order of the trace. */
    buckets,
    prefixRows: sumOf(buckets, ({ prefix_rows }) => prefix_rows),
    appendRows: sumOf(buckets, ({ append_rows }) => append_rows),
    pairs: sumOf(buckets, ({ pair_count }) => pair_count),
    /** Null where no bucket is matched. */
    overall,
    verdict: verdictOf({
      buckets: buckets.length,
      appendSlowerProbability: overall?.appendSlowerProbability ?? null,
      balancedAccuracy: overall?.threshold.balancedAccuracy ?? null,
      medianRatio: overall?.medianRatio ?? null,
    }),
  };
}

/** The most pairs first; equals stay in the order of the trace. */
export function byPairs(buckets: readonly Bucket[]): Bucket[] {
  return [...buckets].sort((a, b) => b.pair_count - a.pair_count);
}

function bucketOf(row: Row) {
  const { prefix_rows, append_rows, probability, threshold } = separationOf(row);
  const prefixMedianMs = known(row.prefix_median_ms);
  const appendMedianMs = known(row.append_median_ms);
  return {
    provider: known(row.provider),
    model: known(row.model),
    segment_kind: known(row.segment_kind),
    total_bin: known(row.total_bin),
    output_bin: known(row.output_bin),
    prefix_rows,
    append_rows,
    pair_count: prefix_rows * append_rows,
    total_tokens_median: known(row.total_tokens_median),
    output_tokens_median: known(row.output_tokens_median),
    prefix_append_share_median: known(row.prefix_share_median),
    append_append_share_median: known(row.append_share_median),
    prefix_duration_median_ms: prefixMedianMs,
    append_duration_median_ms: appendMedianMs,
    median_ratio: appendMedianMs / prefixMedianMs,
    append_slower_probability: probability,
    cliffs_delta: 2 * probability - 1,
    best_normalized_threshold: threshold.value,
    best_balanced_accuracy: threshold.balancedAccuracy,
    prefix_recall: threshold.lowerRecall,
    append_recall: threshold.upperRecall,
  };
}

/** Of a bucket, or of all of them, with steps on both sides. */
function separationOf(row: Row) {
  const prefix_rows = known(row.prefix_rows);
  const append_rows = known(row.append_rows);
  return {
    prefix_rows,
    append_rows,
    /** Chance that an append-heavy step is slower than a prefix-heavy one, both drawn at random, ties counting half. */
    probability: known(row.half_wins) / 2 / (prefix_rows * append_rows),
    threshold: {
      /** Null when no threshold separates the sides better than chance. */
      value: row.best_value,
      /** Mean of the two recalls; 0.5 is chance. */
      balancedAccuracy: known(row.best_accuracy),
      /** Share of the prefix-heavy steps at or below the threshold. */
      lowerRecall: known(row.prefix_recall),
      /** Share of the append-heavy steps above it. */
      upperRecall: known(row.append_recall),
    },
  };
}

function overallOf(inTrace: readonly Bucket[], all: Row) {
  const buckets = byPairs(inTrace);
  const rows = ({ prefix_rows, append_rows }: Bucket) => prefix_rows + append_rows;
  const weighted = (value: "append_slower_probability" | "best_balanced_accuracy", weight: (bucket: Bucket) => number) =>
    sumOf(buckets, (bucket) => bucket[value] * weight(bucket)) / sumOf(buckets, weight);
  const probability = weighted("append_slower_probability", ({ pair_count }) => pair_count);
  const { threshold, probability: pooledProbability } = separationOf(all);
  return {
    appendSlowerProbability: probability,
    cliffsDelta: 2 * probability - 1,
    bucketBalancedAccuracy: weighted("best_balanced_accuracy", rows),
    medianRatio: known(median(sorted(buckets.map(({ median_ratio }) => median_ratio)))),
    /** All normalized durations pooled. */
    threshold,
    pooledProbability,
    slowerBuckets: buckets.filter((bucket) => bucket.append_duration_median_ms > bucket.prefix_duration_median_ms).length,
    /** Normalized durations: their ends, medians, and steps by `floor(log2(duration / least) * BINS_PER_DOUBLING)`. */
    outline: {
      least: known(all.least_normalized),
      most: known(all.most_normalized),
      prefixMedian: known(all.prefix_normalized_median),
      appendMedian: known(all.append_normalized_median),
      bins: all.outline_bins.map((bin, i) => ({ bin, prefix: at(all.outline_prefix, i), append: at(all.outline_append, i) })),
    },
  };
}
