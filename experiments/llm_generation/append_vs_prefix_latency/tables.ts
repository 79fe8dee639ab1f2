/** Tables, the JSON summary and the report. */
import { type JsonDocument, streamedTable, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { latencySeconds } from "../../../lib/format/durations.ts";
import { markdownRows } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { byPairs, type Group, type Matched } from "./measure.ts";
import { type Options, paramsOf, REJECTIONS } from "./select.ts";
import { CLEAR, SLOWER_PROBABILITY } from "./separation.ts";

const LARGEST_BUCKETS = 25;

const GROUP_COLUMNS = {
  provider: { says: "Provider" },
  model: { says: "Model; empty where the trace has none" },
  segment_kind: { says: "Events that the timing segment is between" },
};

export function bucketsTable({ buckets }: Matched): Table {
  return table(
    "append_vs_prefix_matched_buckets",
    byPairs(buckets),
    {
      ...GROUP_COLUMNS,
      total_bin: { says: "Number of the bin of total input" },
      output_bin: { says: "Number of the bin of output" },
      prefix_rows: { says: "Prefix-heavy steps", unit: "steps" },
      append_rows: { says: "Append-heavy steps", unit: "steps" },
      pair_count: { says: "Pairs of one step of either side", unit: "pairs" },
      total_tokens_median: { says: "Median input of both sides", unit: "tokens" },
      output_tokens_median: { says: "Median output of both sides", unit: "tokens" },
      prefix_append_share_median: { says: "Median share of new input of prefix-heavy steps", unit: "share" },
      append_append_share_median: { says: "Median share of new input of append-heavy steps", unit: "share" },
      prefix_duration_median_ms: { says: "Median latency of prefix-heavy steps", unit: "ms" },
      append_duration_median_ms: { says: "Median latency of append-heavy steps", unit: "ms" },
      median_ratio: { says: "Append-heavy over prefix-heavy median latency", unit: "ratio" },
      append_slower_probability: { says: "Share of the pairs whose append-heavy step is slower, ties counted half", unit: "share" },
      cliffs_delta: { says: "Cliff's delta: twice that share minus 1", unit: "delta" },
      best_normalized_threshold: {
        says: "Latency over the prefix-heavy median that separates the sides best; empty if no threshold is better than chance",
        unit: "ratio",
      },
      best_balanced_accuracy: { says: "Its balanced accuracy, the mean of both recalls; 0.5 is chance", unit: "share" },
      prefix_recall: { says: "Share of the prefix-heavy steps at or below the threshold", unit: "share" },
      append_recall: { says: "Share of the append-heavy steps above the threshold", unit: "share" },
    },
    {
      title: "Matched buckets",
      caption: "One row per bucket of similar steps that has enough of both sides, most pairs first.",
    },
  );
}

export function rowsTable(options: Options): Table {
  const text = (says: string) => ({ says, type: "text" }) as const;
  const number = (says: string, unit?: string) => ({ says, type: "number", ...(unit === undefined ? {} : { unit }) }) as const;
  return streamedTable(
    "append_vs_prefix_normalized_rows",
    { query: "rows.sql", params: paramsOf(options) },
    {
      group: text("Side of the comparison: `prefix_heavy` or `append_heavy`"),
      provider: text(GROUP_COLUMNS.provider.says),
      model: text(GROUP_COLUMNS.model.says),
      segment_kind: text(GROUP_COLUMNS.segment_kind.says),
      source_line: number("Line of the segment in `timing_fit_trace.csv`, whose header is line 1"),
      total_tokens: number("Whole input", "tokens"),
      prefix_tokens: number("Cached input", "tokens"),
      append_tokens: number("New input", "tokens"),
      output_tokens: number("Output of the segment", "tokens"),
      append_share: number("New input as a share of the whole", "share"),
      duration_ms: number("Latency", "ms"),
      normalized_duration: number("Latency over the median of the bucket's prefix-heavy side", "ratio"),
      bucket_key: text("Bucket: provider, model, kind of segment and both bins"),
    },
    { title: "Matched steps", caption: "One row per step of a matched bucket, bucket by bucket." },
  );
}

export function summaryDocument(matched: Matched, options: Options): JsonDocument {
  const { inputRows, rejected, usableRows, rowsAfterTrim, trimmedRows } = matched;
  return {
    name: "append_vs_prefix_latency.json",
    says: "flags, counts of what was left out, all statistics, and the verdict",
    value: {
      input: "timing_fit_trace.csv",
      config: Object.fromEntries(Object.entries(options).map(([flag, value]) => [snakeCase(flag), value ?? null])),
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

export function reportText(matched: Matched, options: Options): TextDocument {
  const { inputRows, usableRows, rowsAfterTrim, verdict, buckets, prefixRows, appendRows, pairs, overall } = matched;
  const lines = [
    "# Append against prefix",
    "",
    "Of steps that are alike in provider, model, input and output, are those slower whose input is mostly new?",
    "",
    "## Compared",
    "",
    `- Timing segments: ${grouped(inputRows)} read, ${grouped(usableRows)} usable, ${grouped(rowsAfterTrim)} after cutting off the longest.`,
    `- Append-heavy: at least ${sharePercent(options.appendHeavyShare, 1)} of the input and ${grouped(options.minAppendTokens)} tokens are new.`,
    `- Prefix-heavy: at most ${sharePercent(options.prefixHeavyMaxAppendShare, 1)} are new and at least ${grouped(options.minPrefixTokens)} tokens are cached.`,
    `- Matched: ${grouped(buckets.length)} buckets, ${grouped(prefixRows)} prefix-heavy and ${grouped(appendRows)} append-heavy steps, ${grouped(pairs)} pairs.`,
    "",
    "## Verdict",
    "",
    `**${verdict}**`,
    "",
    `- The append-heavy step of a pair is the slower one: ${orNone(overall?.appendSlowerProbability, (share) => sharePercent(share, 1))} (50 % without an effect)`,
    `- Cliff's delta: ${orNone(overall?.cliffsDelta, (delta) => toFixedHalfEven(delta, 3))}`,
    `- Median over the buckets of append-heavy / prefix-heavy median: ${orNone(overall?.medianRatio, ratioText)}`,
    `- Best single threshold: ${orNone(overall?.threshold.value, ratioText)} with a balanced accuracy of ${orNone(overall?.threshold.balancedAccuracy, (share) => sharePercent(share, 1))}`,
    `- Buckets with a slower append-heavy median: ${overall?.slowerBuckets ?? 0} of ${buckets.length} (${orNone(overall && overall.slowerBuckets / buckets.length, (share) => sharePercent(share, 1))})`,
    "",
    ...interpretation(matched),
    "## Largest buckets",
    "",
    markdownRows(byPairs(buckets).slice(0, LARGEST_BUCKETS), {
      group: (bucket) => groupName(bucket, " / "),
      "total tok": (bucket) => grouped(bucket.total_tokens_median),
      "out tok": (bucket) => grouped(bucket.output_tokens_median),
      "prefix n": (bucket) => grouped(bucket.prefix_rows),
      "append n": (bucket) => grouped(bucket.append_rows),
      "prefix median": (bucket) => latencySeconds(bucket.prefix_duration_median_ms),
      "append median": (bucket) => latencySeconds(bucket.append_duration_median_ms),
      ratio: (bucket) => ratioText(bucket.median_ratio),
      "P(append slower)": (bucket) => sharePercent(bucket.append_slower_probability, 1),
      "balanced acc": (bucket) => sharePercent(bucket.best_balanced_accuracy, 1),
    }),
  ];
  return { name: "append_vs_prefix_latency.md", says: "the statistics for reading, with the 25 largest buckets", text: lines.join("\n") };
}

function interpretation({ overall, verdict }: Matched): string[] {
  if (!overall) return [];
  const effect =
    overall.appendSlowerProbability > SLOWER_PROBABILITY
      ? "New input makes a step slower on the whole."
      : "No reliable order was found: new and cached input take about the same time here.";
  const separation = `The two kinds are not cleanly apart, because that would take ${sharePercent(CLEAR.probability, 0)} of the pairs, a balanced accuracy of ${sharePercent(CLEAR.balancedAccuracy, 0)} and a ratio of ${CLEAR.ratio}x.`;
  return [verdict === "supports clear separation" ? effect : `${effect} ${separation}`, ""];
}

/** `1.28x`. */
export function ratioText(ratio: number): string {
  return `${toFixedHalfEven(ratio, 2)}x`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function groupName({ provider, model, segment_kind }: Group, separator: string): string {
  return [provider, model, segment_kind].join(separator);
}

function orNone(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "n/a" : format(value);
}
