import { describe, expect, it } from "vitest";
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
    expect(
      rowsOf(result, "append_vs_prefix_normalized_rows").map(({ group, source_line, normalized_duration }) => [
        group,
        source_line,
        normalized_duration,
      ]),
    ).toEqual([
      ["prefix_heavy", 2, 1000 / 1100],
      ["prefix_heavy", 3, 1],
      ["prefix_heavy", 4, 1200 / 1100],
      ["append_heavy", 5, 2],
      ["append_heavy", 6, 3],
    ]);
    expect(result.documents?.[0]?.value).toMatchObject({
      load_stats: { input_rows: 7, usable_rows: 7 },
      trim_stats: { rows_after_trim: 6, trimmed_rows: 1 },
      summary: { verdict: "supports clear separation", class_counts: { prefix_heavy: 3, append_heavy: 2, middle_rows: 1 } },
    });
  });

  it.each<[what: string, steps: StepLiteral[]]>([
    ["too few on one side", STEPS],
    ["no steps", []],
    ["another model on the other side", [...STEPS.slice(0, 3), ...[2200, 3300, 4400].map((ms) => appendHeavy(ms, { model: "n" }))]],
  ])("is inconclusive with %s", async (_what, steps) => {
    const result = await withPool(steps, (pool) => runOn(experiment, pool, { "min-bucket-per-side": 3 }));
    expect(rowsOf(result)).toEqual([]);
    expect(rowsOf(result, "append_vs_prefix_normalized_rows")).toEqual([]);
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

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("matches the published table of the largest buckets", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const golden = markdownCells(published(name, experiment, "append_vs_prefix_latency.md"));
    expect(golden.length).toBeGreaterThan(10);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });
});
