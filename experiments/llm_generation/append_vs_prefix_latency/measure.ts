/** Matches append-heavy with prefix-heavy steps of the same group and size, and compares their latencies. */
import { type ColumnsOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { logBin } from "../../../lib/stats/log-bin.ts";
import { median, sorted } from "../../../lib/stats/quantile.ts";
import { trimTail } from "../../../lib/stats/trim.ts";
import { appendShare, type Options, type Rejection, rejectionOf, type Segment, sideOf } from "./select.ts";
import { bestThreshold, dominance, verdictOf } from "./separation.ts";

const GROUPS = query("groups.sql", { group_seq: "number", provider: "text", model: "text", segment_kind: "text" });
export type Group = RowOf<typeof GROUPS>;

const SEGMENTS = query("query.sql", {
  group_seq: "number",
  whole_step: "boolean",
  total_tokens: "number",
  cached_tokens: "number",
  append_tokens: "number",
  output_tokens: "number",
  duration_ms: "number",
});

/** Steps of one group with about the same input and output: at least a few on either side. */
export type Bucket = ReturnType<typeof bucketOf>;
/** A segment that is compared. */
export type MatchedSegment = Bucket["prefix"][number];
export type Overall = ReturnType<typeof overallOf>;
export type Matched = Awaited<ReturnType<typeof matchSegments>>;

interface Candidate extends Segment {
  /** Place among the timing segments, from 1. */
  readonly seq: number;
  readonly group: Group;
}

export async function matchSegments(db: QueryContext, options: Options) {
  const [groups, columns] = await Promise.all([db.rows(GROUPS), db.columns(SEGMENTS)]);
  const { usable, rejected } = gated(columns, groups, options);
  const kept = trimmed(usable, options.trimQuantile);
  const { halves, sides } = halvesOf(kept, options);
  const buckets = halves.filter(({ prefix, append }) => Math.min(prefix.length, append.length) >= options.minBucketPerSide).map(bucketOf);
  const overall = buckets.length === 0 ? null : overallOf(buckets);
  return {
    inputRows: columns.duration_ms.length,
    rejected,
    usableRows: usable.length,
    trimmedRows: usable.length - kept.length,
    rowsAfterTrim: kept.length,
    sides,
    /** In the order of the trace. */
    buckets,
    prefixRows: total(buckets, ({ prefix_rows }) => prefix_rows),
    appendRows: total(buckets, ({ append_rows }) => append_rows),
    pairs: total(buckets, ({ pair_count }) => pair_count),
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

function gated(columns: ColumnsOf<typeof SEGMENTS>, groups: readonly Group[], options: Options) {
  const groupOf = new Map(groups.map((group) => [group.group_seq, group]));
  const rejected: Partial<Record<Rejection, number>> = {};
  const usable: Candidate[] = [];
  for (let i = 0; i < columns.duration_ms.length; i++) {
    const candidate: Candidate = {
      seq: i + 1,
      group: known(groupOf.get(columns.group_seq[i] ?? Number.NaN)),
      wholeStep: columns.whole_step[i] ?? false,
      total: columns.total_tokens[i] ?? Number.NaN,
      cached: columns.cached_tokens[i] ?? Number.NaN,
      append: columns.append_tokens[i] ?? Number.NaN,
      output: columns.output_tokens[i] ?? Number.NaN,
      durationMs: columns.duration_ms[i] ?? Number.NaN,
    };
    const rejection = rejectionOf(candidate, options);
    if (rejection === null) usable.push(candidate);
    else rejected[rejection] = (rejected[rejection] ?? 0) + 1;
  }
  return { usable, rejected };
}

/** Without the longest segments of each group; then group after group. */
function trimmed(candidates: readonly Candidate[], quantile: number): readonly Candidate[] {
  if (quantile === 0) return candidates;
  return [...groupBy(candidates, ({ group }) => group).values()].flatMap((members) => {
    const { kept } = trimTail(
      Float64Array.from(members, ({ durationMs }) => durationMs),
      quantile,
    );
    return Array.from(kept, (i) => at(members, i));
  });
}

interface Halves {
  readonly group: Group;
  readonly totalBin: number;
  readonly outputBin: number;
  readonly prefix: Candidate[];
  readonly append: Candidate[];
}

function halvesOf(candidates: readonly Candidate[], options: Options) {
  const sides = { append_heavy: 0, prefix_heavy: 0, middle_rows: 0 };
  const byGroup = new Map<Group, Map<string, Halves>>();
  const halves: Halves[] = [];
  for (const candidate of candidates) {
    const side = sideOf(candidate, options);
    sides[side ?? "middle_rows"] += 1;
    if (side === null) continue;
    const { group } = candidate;
    const totalBin = logBin(candidate.total, options.totalBinStep);
    const outputBin = logBin(candidate.output, options.outputBinStep);
    const bins = byGroup.get(group) ?? new Map<string, Halves>();
    byGroup.set(group, bins);
    let found = bins.get(`${totalBin} ${outputBin}`);
    if (!found) {
      found = { group, totalBin, outputBin, prefix: [], append: [] };
      bins.set(`${totalBin} ${outputBin}`, found);
      halves.push(found);
    }
    (side === "prefix_heavy" ? found.prefix : found.append).push(candidate);
  }
  return { halves, sides };
}

function bucketOf({ group, totalBin, outputBin, prefix, append }: Halves) {
  const prefixMs = ascending(prefix, ({ durationMs }) => durationMs);
  const appendMs = ascending(append, ({ durationMs }) => durationMs);
  const prefixMedianMs = middle(prefixMs);
  const appendMedianMs = middle(appendMs);
  const both = [...prefix, ...append];
  const probability = dominance(appendMs, prefixMs);
  const normalized = (values: Float64Array) => values.map((value) => value / prefixMedianMs);
  const threshold = bestThreshold(normalized(appendMs), normalized(prefixMs));
  const matched = (candidate: Candidate) => ({
    ...candidate,
    share: appendShare(candidate),
    /** Duration over the median of the bucket's prefix-heavy side. */
    normalized: candidate.durationMs / prefixMedianMs,
  });
  return {
    ...group,
    prefix: prefix.map(matched),
    append: append.map(matched),
    total_bin: totalBin,
    output_bin: outputBin,
    prefix_rows: prefix.length,
    append_rows: append.length,
    pair_count: prefix.length * append.length,
    total_tokens_median: middle(ascending(both, ({ total }) => total)),
    output_tokens_median: middle(ascending(both, ({ output }) => output)),
    prefix_append_share_median: middle(ascending(prefix, appendShare)),
    append_append_share_median: middle(ascending(append, appendShare)),
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

function overallOf(inTrace: readonly Bucket[]) {
  const buckets = byPairs(inTrace);
  const rows = ({ prefix_rows, append_rows }: Bucket) => prefix_rows + append_rows;
  const weighted = (value: "append_slower_probability" | "best_balanced_accuracy", weight: (bucket: Bucket) => number) =>
    total(buckets, (bucket) => bucket[value] * weight(bucket)) / total(buckets, weight);
  const probability = weighted("append_slower_probability", ({ pair_count }) => pair_count);
  const prefix = ascending(
    buckets.flatMap((bucket) => bucket.prefix),
    ({ normalized }) => normalized,
  );
  const append = ascending(
    buckets.flatMap((bucket) => bucket.append),
    ({ normalized }) => normalized,
  );
  return {
    appendSlowerProbability: probability,
    cliffsDelta: 2 * probability - 1,
    bucketBalancedAccuracy: weighted("best_balanced_accuracy", rows),
    medianRatio: middle(ascending(buckets, ({ median_ratio }) => median_ratio)),
    /** All normalized durations pooled. */
    threshold: bestThreshold(append, prefix),
    pooledProbability: dominance(append, prefix),
    slowerBuckets: buckets.filter((bucket) => bucket.append_duration_median_ms > bucket.prefix_duration_median_ms).length,
  };
}

function ascending<T>(items: readonly T[], value: (item: T) => number): Float64Array {
  return sorted(items.map(value));
}

/** Median of a list that is not empty. */
function middle(values: Float64Array): number {
  return known(median(values));
}

function total<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
