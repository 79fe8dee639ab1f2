import { describe, expect, it } from "vitest";
import { readQuery } from "../../../lib/run/compute.ts";
import { at } from "../../../lib/stats/known.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { markdownCells, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);

function step(durationMs: number, cached: number, append: number, more: StepLiteral = {}): StepLiteral {
  return {
    provider: "claude",
    model: "m",
    prefix_tokens: cached,
    newly_append_tokens: append,
    input_tokens_total: cached + append,
    output_tokens: 100,
    timing_events: [
      { event_type: "tool_result", timestamp: new Date(START).toISOString() },
      { event_type: "tool_call", timestamp: new Date(START + durationMs).toISOString() },
    ],
    ...more,
  };
}
const prefixHeavy = (durationMs: number, more?: StepLiteral) => step(durationMs, 9_900, 100, more);
const appendHeavy = (durationMs: number, more?: StepLiteral) => step(durationMs, 5_000, 5_000, more);
/** The longest is cut off. */
const STEPS = [
  ...[1000, 1100, 1200].map((ms) => prefixHeavy(ms)),
  ...[2200, 3300].map((ms) => appendHeavy(ms)),
  step(1500, 8_000, 2_000),
  appendHeavy(60_000),
];

describe("run", () => {
  it("compares the sides of a bucket", async () => {
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool, { "min-bucket-per-side": 2 }));
    expect(rowsOf(result)).toMatchObject([
      {
        prefix_rows: 3,
        append_rows: 2,
        pair_count: 6,
        total_tokens_median: 10_000,
        output_tokens_median: 100,
        prefix_append_share_median: 0.01,
        append_append_share_median: 0.5,
        prefix_duration_median_ms: 1100,
        append_duration_median_ms: 2750,
        median_ratio: 2.5,
        append_slower_probability: 1,
        best_balanced_accuracy: 1,
      },
    ]);
    expect(result.documents?.[0]?.value).toMatchObject({
      load_stats: { input_rows: 7, usable_rows: 7 },
      trim_stats: { rows_after_trim: 6, trimmed_rows: 1 },
      summary: { verdict: "supports clear separation", class_counts: { prefix_heavy: 3, append_heavy: 2, middle_rows: 1 } },
    });
  });

  it("lists the steps of its buckets", async () => {
    const { group, source_line, normalized_duration } = await withPool(STEPS, async (pool) => {
      const rows = at((await runOn(experiment, pool, { "min-bucket-per-side": 2 })).tables, 1).rows;
      if (!("query" in rows)) throw new Error("the steps are streamed");
      return pool.columns<Record<string, unknown[]>>(readQuery(experiment, rows.query), rows.params);
    });
    expect(group).toEqual(["prefix_heavy", "prefix_heavy", "prefix_heavy", "append_heavy", "append_heavy"]);
    expect(source_line).toEqual([2, 3, 4, 5, 6]);
    expect(normalized_duration).toEqual([1000 / 1100, 1, 1200 / 1100, 2, 3]);
  });

  it.each<[what: string, steps: StepLiteral[]]>([
    ["too few on one side", STEPS],
    ["no steps", []],
    ["another model on the other side", [...STEPS.slice(0, 3), ...[2200, 3300, 4400].map((ms) => appendHeavy(ms, { model: "n" }))]],
  ])("is inconclusive with %s", async (_what, steps) => {
    const result = await withPool(steps, (pool) => runOn(experiment, pool, { "min-bucket-per-side": 3 }));
    expect(rowsOf(result)).toEqual([]);
    expect(result.figures).toEqual([]);
    expect(result.headlines).toEqual([]);
    expect(result.notes).toEqual([experiment.empty]);
    expect(result.documents?.[0]?.value).toMatchObject({
      summary: {
        verdict: "inconclusive: no matched buckets with both classes",
        pair_weighted_append_slower_probability: null,
        global_normalized_best_threshold: null,
        bucket_append_median_slower_fraction: null,
      },
    });
  });
});

describe("a segment", () => {
  const FLAGS = { "max-duration-ms": 1000, "trim-quantile": 0 };
  const of = (total: number, cached: number, append: number, more: StepLiteral = {}) =>
    step(100, cached, append, { input_tokens_total: total, ...more });
  const lasting = (ms: number) => step(ms, 4_500, 500);
  const split = step(100, 4_500, 500, {
    provider: "codex",
    timing_events: [
      { event_type: "tool_result", timestamp: new Date(START).toISOString() },
      { event_type: "reasoning", timestamp: new Date(START + 1).toISOString() },
    ],
  });
  it.each<[counted: string, segments: Record<string, StepLiteral>]>([
    ["skipped_split_or_non_tool_call_segment", { "without a whole step": split }],
    ["skipped_small_total", { "just too small": of(4095, 4_095, -1) }],
    [
      "skipped_invalid_numeric",
      {
        "with a negative output": { ...lasting(1), output_tokens: -1 },
        "with a negative prefix": of(5000, -1, 500),
        "with a negative append": of(5000, 4_500, -1),
      },
    ],
    ["skipped_below_min_duration", { "just too short": lasting(49) }],
    ["skipped_above_max_duration", { "just too long": lasting(1001) }],
    [
      "prefix_heavy",
      {
        "short and long enough": lasting(50),
        "of the longest duration": lasting(1000),
        "with just little enough new input": of(40_000, 36_000, 4_000),
      },
    ],
    ["append_heavy", { "with just enough new input": of(40_000, 30_000, 10_000) }],
    [
      "middle_rows",
      {
        "with just too little new input": of(40_000, 30_001, 9_999),
        "with too few new tokens": of(4_096, 3_073, 1_023),
        "with just too much new input": of(40_000, 35_999, 4_001),
        "with too few cached tokens": of(4_200, 4_095, 105),
      },
    ],
  ])("is counted as %s", async (counted, segments) => {
    const steps = Object.values(segments);
    const result = await withPool(steps, (pool) => runOn(experiment, pool, FLAGS));
    const value: object = Object(result.documents[0]?.value);
    const { load_stats, summary } = value as { load_stats: object; summary: { class_counts: object } };
    expect({ ...load_stats, ...summary.class_counts }).toMatchObject({ input_rows: steps.length, [counted]: steps.length });
  });

  it("of part of a step counts when asked for, and any length without a limit", async () => {
    const result = await withPool([split, lasting(1e8)], (pool) =>
      runOn(experiment, pool, { "include-split-segments": true, "trim-quantile": 0, "min-duration-ms": 0 }),
    );
    expect(result.documents[0]?.value).toMatchObject({ load_stats: { usable_rows: 2 }, summary: { class_counts: { prefix_heavy: 2 } } });
  });

  it("is append-heavy where thresholds overlap", async () => {
    const result = await withPool([of(10_000, 8_000, 2_000)], (pool) =>
      runOn(experiment, pool, { "append-heavy-share": 0.1, "prefix-heavy-max-append-share": 0.5 }),
    );
    expect(result.documents[0]?.value).toMatchObject({ summary: { class_counts: { append_heavy: 1, prefix_heavy: 0 } } });
  });
});

describe("the sides of a bucket", () => {
  const bucket = (append: readonly number[], prefix: readonly number[], more: StepLiteral = {}) => [
    ...prefix.map((ms) => prefixHeavy(ms * 100, more)),
    ...append.map((ms) => appendHeavy(ms * 100, more)),
  ];
  const separated = (steps: readonly StepLiteral[]) =>
    withPool(steps, (pool) => runOn(experiment, pool, { "min-bucket-per-side": 1, "trim-quantile": 0 }));

  it.each<[append: number[], prefix: number[], probability: number]>([
    [[2, 3], [1], 1],
    [[1], [2, 3], 0],
    [[5, 5], [5, 5, 5], 0.5],
    [[1, 2, 3], [2], 0.5],
    [[2, 4], [1, 3], 0.75],
  ])("%j are slower than %j in a share of %d", async (append, prefix, probability) => {
    const result = await separated(bucket(append, prefix));
    expect(rowsOf(result)).toMatchObject([{ append_slower_probability: probability }]);
    expect(result.documents[0]?.value).toMatchObject({ summary: { global_normalized_append_slower_probability: probability } });
  });

  type Threshold = [append: number[], prefix: number[], value: number | null, accuracy: number, prefixRecall: number, appendRecall: number];
  const THRESHOLDS: Threshold[] = [
    [[3, 4], [1, 2], 2 / 1.5, 1, 1, 1],
    [[1, 2], [3, 4], null, 0.5, 0, 1],
    [[1, 1], [1, 1], null, 0.5, 0, 1],
    [[2, 3, 4, 5], [1, 2, 3, 4], 1 / 2.5, 0.625, 0.25, 1], // 2, 3 and 4 are as good: the smallest wins
  ];
  it.each(THRESHOLDS)("%j are best separated from %j at %d", async (append, prefix, value, accuracy, prefixRecall, appendRecall) => {
    const model = (of: number[], from: number[]) => `${of} from ${from}`;
    const steps = THRESHOLDS.flatMap(([slow, fast]) => bucket(slow, fast, { model: model(slow, fast) }));
    const rows = rowsOf(await separated(steps));
    const expected = { best_normalized_threshold: value, best_balanced_accuracy: accuracy, prefix_recall: prefixRecall };
    expect(rows.filter((row) => row.model === model(append, prefix))).toMatchObject([{ ...expected, append_recall: appendRecall }]);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("matches the published table of the largest buckets", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const golden = markdownCells(published(name, experiment, "append_vs_prefix_latency.md"));
    expect(golden.length).toBeGreaterThan(10);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });
});
