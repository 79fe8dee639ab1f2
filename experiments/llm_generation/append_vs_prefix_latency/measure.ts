/** Matches append-heavy with prefix-heavy steps of the same group and size, and compares their latencies. */
import { type ColumnsOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { logBin } from "../../../lib/stats/log-bin.ts";
import { median, sorted } from "../../../lib/stats/quantile.ts";
import { trimTail } from "../../../lib/stats/trim.ts";
import { appendShare, type GateOptions, type Rejection, rejectionOf, type Segment, type Side, type SideOptions, sideOf } from "./select.ts";
import { bestThreshold, dominance, type Threshold, type Verdict, verdictOf } from "./separation.ts";

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

export interface MatchOptions extends GateOptions, SideOptions {
  readonly minBucketPerSide: number;
  readonly totalBinStep: number;
  readonly outputBinStep: number;
  /** 0 keeps everything. */
  readonly trimQuantile: number;
}

/** A segment that is compared. */
export interface MatchedSegment extends Segment {
  /** Place among the timing segments, from 1. */
  readonly seq: number;
  readonly group: Group;
  readonly share: number;
  /** Duration over the median of the bucket's prefix-heavy side. */
  readonly normalized: number;
}

/** Steps of one group with about the same input and output: at least a few on either side. */
export interface Bucket {
  readonly group: Group;
  readonly totalBin: number;
  readonly outputBin: number;
  readonly prefix: readonly MatchedSegment[];
  readonly append: readonly MatchedSegment[];
  readonly pairs: number;
  /** Tokens, both sides together. */
  readonly totalMedian: number;
  readonly outputMedian: number;
  readonly prefixShareMedian: number;
  readonly appendShareMedian: number;
  readonly prefixMedianMs: number;
  readonly appendMedianMs: number;
  readonly medianRatio: number;
  readonly appendSlowerProbability: number;
  readonly cliffsDelta: number;
  /** On durations over the prefix-heavy median. */
  readonly threshold: Threshold;
}

/** Null where no bucket is matched. */
export interface Overall {
  readonly appendSlowerProbability: number;
  readonly cliffsDelta: number;
  readonly bucketBalancedAccuracy: number;
  readonly medianRatio: number;
  /** All normalized durations pooled. */
  readonly threshold: Threshold;
  readonly pooledProbability: number;
  readonly slowerBuckets: number;
}

export interface Matched {
  readonly inputRows: number;
  readonly rejected: Readonly<Partial<Record<Rejection, number>>>;
  readonly usableRows: number;
  readonly trimmedRows: number;
  readonly rowsAfterTrim: number;
  readonly sides: Readonly<Record<Side | "middle_rows", number>>;
  /** In the order of the trace. */
  readonly buckets: readonly Bucket[];
  readonly prefixRows: number;
  readonly appendRows: number;
  readonly pairs: number;
  readonly overall: Overall | null;
  readonly verdict: Verdict;
}

interface Candidate extends Segment {
  readonly seq: number;
  readonly group: Group;
}

export async function matchSegments(db: QueryContext, options: MatchOptions): Promise<Matched> {
  const [groups, columns] = await Promise.all([db.rows(GROUPS), db.columns(SEGMENTS)]);
  const { usable, rejected } = gated(columns, groups, options);
  const kept = trimmed(usable, options.trimQuantile);
  const { halves, sides } = halvesOf(kept, options);
  const buckets = halves.filter(({ prefix, append }) => Math.min(prefix.length, append.length) >= options.minBucketPerSide).map(bucketOf);
  const overall = overallOf(buckets);
  return {
    inputRows: columns.duration_ms.length,
    rejected,
    usableRows: usable.length,
    trimmedRows: usable.length - kept.length,
    rowsAfterTrim: kept.length,
    sides,
    buckets,
    prefixRows: total(buckets, ({ prefix }) => prefix.length),
    appendRows: total(buckets, ({ append }) => append.length),
    pairs: total(buckets, ({ pairs }) => pairs),
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
  return [...buckets].sort((a, b) => b.pairs - a.pairs);
}

function gated(columns: ColumnsOf<typeof SEGMENTS>, groups: readonly Group[], options: GateOptions) {
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

function halvesOf(candidates: readonly Candidate[], options: MatchOptions) {
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

function bucketOf({ group, totalBin, outputBin, prefix, append }: Halves): Bucket {
  const prefixMs = ascending(prefix, ({ durationMs }) => durationMs);
  const appendMs = ascending(append, ({ durationMs }) => durationMs);
  const prefixMedianMs = middle(prefixMs);
  const appendMedianMs = middle(appendMs);
  const both = [...prefix, ...append];
  const probability = dominance(appendMs, prefixMs);
  const matched = (candidate: Candidate): MatchedSegment => ({
    ...candidate,
    share: appendShare(candidate),
    normalized: candidate.durationMs / prefixMedianMs,
  });
  const normalized = (values: Float64Array) => values.map((value) => value / prefixMedianMs);
  return {
    group,
    totalBin,
    outputBin,
    prefix: prefix.map(matched),
    append: append.map(matched),
    pairs: prefix.length * append.length,
    totalMedian: middle(ascending(both, ({ total }) => total)),
    outputMedian: middle(ascending(both, ({ output }) => output)),
    prefixShareMedian: middle(ascending(prefix, appendShare)),
    appendShareMedian: middle(ascending(append, appendShare)),
    prefixMedianMs,
    appendMedianMs,
    medianRatio: appendMedianMs / prefixMedianMs,
    appendSlowerProbability: probability,
    cliffsDelta: 2 * probability - 1,
    threshold: bestThreshold(normalized(appendMs), normalized(prefixMs)),
  };
}

function overallOf(inTrace: readonly Bucket[]): Overall | null {
  if (inTrace.length === 0) return null;
  const buckets = byPairs(inTrace);
  const rows = ({ prefix, append }: Bucket) => prefix.length + append.length;
  const probability = total(buckets, (bucket) => bucket.appendSlowerProbability * bucket.pairs) / total(buckets, ({ pairs }) => pairs);
  const pooled = (side: "prefix" | "append") =>
    ascending(
      buckets.flatMap((bucket) => bucket[side]),
      ({ normalized }) => normalized,
    );
  const prefix = pooled("prefix");
  const append = pooled("append");
  return {
    appendSlowerProbability: probability,
    cliffsDelta: 2 * probability - 1,
    bucketBalancedAccuracy: total(buckets, (bucket) => bucket.threshold.balancedAccuracy * rows(bucket)) / total(buckets, rows),
    medianRatio: middle(ascending(buckets, ({ medianRatio }) => medianRatio)),
    threshold: bestThreshold(append, prefix),
    pooledProbability: dominance(append, prefix),
    slowerBuckets: buckets.filter(({ prefixMedianMs, appendMedianMs }) => appendMedianMs > prefixMedianMs).length,
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
