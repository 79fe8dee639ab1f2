import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { markdownCells, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import timingFit from "../timing_fit/experiment.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);

function step(durationMs: number, tokens: readonly [cached: number, append: number, output: number], more: StepLiteral = {}): StepLiteral {
  return {
    provider: "claude",
    model: "m",
    prefix_tokens: tokens[0],
    newly_append_tokens: tokens[1],
    output_tokens: tokens[2],
    timing_events: [
      { event_type: "tool_result", timestamp: new Date(START).toISOString() },
      { event_type: "tool_call", timestamp: new Date(START + durationMs).toISOString() },
    ],
    ...more,
  };
}

/** With what timing_fit provides. */
async function run(pool: Pool, flags: Record<string, unknown> = {}): Promise<ExperimentResult> {
  const fit = await runOn(timingFit, pool, "min-group-rows" in flags ? { "min-rows": 2 } : {});
  return runOn(experiment, pool, flags, { fits: fit.provides });
}

const SMALL = { "min-group-rows": 2, "min-bucket-rows": 2, "trim-quantile": 0 };
const summaryOf = ({ documents }: ExperimentResult) => documents?.[0]?.value;

describe("run", () => {
  it("finds segments with the same tokens, widest spread first", async () => {
    const steps = [
      step(1000, [1, 2, 3]),
      step(9000, [4, 5, 6]),
      step(2000, [1, 2, 3]),
      step(4000, [4, 5, 6]),
      step(1000, [1, 2, 3], { model: "n" }),
      step(50, [7, 7, 7]),
      step(1000, [1, 2, 3], { model: null }),
      step(1000, [-1, 2, 3]),
    ];
    const result = await withPool(steps, (pool) => run(pool));
    expect(rowsOf(result, "timing_feature_ambiguity_top")).toMatchObject([
      { cached_tokens: 4, rows: 2, spread_ms: 5000, best_constant_mae_ms: 2500, min_source_line: 3, max_source_line: 5 },
      { cached_tokens: 1, rows: 2, spread_ms: 1000, ratio: 2, best_constant_mae_ms: 500, min_source_line: 2, max_source_line: 4 },
    ]);
    expect(summaryOf(result)).toMatchObject({
      load_stats: { input_rows: 8, usable_rows: 6, missing_group_field: 1, invalid_numeric_field: 1 },
      exact_duplicate_pure_error: {
        feature_keys: 4,
        duplicate_feature_keys: 2,
        duplicate_rows: 4,
        duplicate_subset_best_possible_mae_ms: 1500,
      },
    });
  });

  it("takes segments with similar tokens together and compares them with the fit", async () => {
    const steps = [step(1000, [100, 16, 1]), step(3000, [105, 17, 1]), step(3000, [120, 17, 1]), step(500, [0, 0, 0])];
    const result = await withPool(steps, (pool) => run(pool, SMALL));
    expect(rowsOf(result, "timing_local_neighborhood_top")).toMatchObject([
      { rows: 2, prefix_min: 100, prefix_max: 105, append_min: 16, append_max: 17, duration_p10_ms: 1200, duration_p90_ms: 2800 },
    ]);
    expect(summaryOf(result)).toMatchObject({
      local_neighborhood_error: {
        total_rows_after_trim: 4,
        total_rows_in_local_buckets: 2,
        local_row_coverage: 0.5,
        weighted_local_best_constant_mae_ms: 1000,
        weighted_local_best_constant_rmse_ms: 1000,
        weighted_local_median_duration_ms: 2000,
      },
    });
    const [comparison] = rowsOf(result, "timing_irreducible_error_fit_comparison");
    expect(comparison).toMatchObject({ local_rows: 2, local_coverage: 0.5, local_mae_ms: 1000, local_mae_ratio_vs_median: 0.5 });
    expect(comparison?.fit_over_local_mae).toBe(Number(comparison?.fit_test_mae_ms) / 1000);
    expect(rowsOf(result, "timing_fit_compact_summary")).toHaveLength(1);
  });

  it("leaves a ratio to a floor of zero empty", async () => {
    const steps = [step(1000, [100, 16, 1]), step(1000, [100, 16, 1]), step(2000, [900, 16, 1])];
    const result = await withPool(steps, (pool) => run(pool, SMALL));
    expect(rowsOf(result, "timing_irreducible_error_fit_comparison")).toMatchObject([{ local_mae_ms: 0, fit_over_local_mae: null }]);
  });

  it("compares nothing without fits", async () => {
    const steps = [step(1000, [100, 16, 1]), step(3000, [105, 17, 1])];
    const result = await withPool(steps, (pool) => runOn(experiment, pool, SMALL));
    expect(rowsOf(result, "timing_irreducible_error_fit_comparison")).toEqual([]);
    expect(rowsOf(result, "timing_local_neighborhood_top")).toHaveLength(1);
  });

  it("has tables without rows for an empty pool, and says so", async () => {
    const result = await withPool([], (pool) => run(pool));
    for (const { name } of result.tables) expect(rowsOf(result, name)).toEqual([]);
    expect(result).toMatchObject({ figures: [], headlines: [] });
    expect(result.notes).toEqual([
      experiment.empty,
      expect.stringContaining("a hard floor cannot be measured"),
      expect.stringContaining("No neighborhoods"),
    ]);
    expect(summaryOf(result)).toMatchObject({
      exact_duplicate_pure_error: { duplicate_subset_best_possible_mae_ms: null },
      local_neighborhood_error: { local_row_coverage: 0, weighted_local_best_constant_mae_ms: null },
    });
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => run(pool));
  });

  it.each([["timing_fit_compact_summary.md"], ["timing_smooth_relative_error.md"], ["timing_irreducible_error.md"]])(
    "gives the published rows of %s",
    (file) => {
      const golden = markdownCells(published(name, experiment, file)).filter(([first]) => first?.includes(" / "));
      const ours = markdownCells(result.texts?.find((text) => text.name === file)?.text ?? "").filter(([first]) => first?.includes(" / "));
      expect(golden.length).toBeGreaterThan(0);
      expect(ours).toEqual(golden);
    },
  );

  it("gives the published figures in the text", () => {
    const bold = [...published(name, experiment, "timing_irreducible_error.md").matchAll(/\*\*([\d.,]+(?:%|s|ms))\*\*/g)].map(
      ([, value]) => value,
    );
    const ours = result.texts?.find(({ name: file }) => file === "timing_irreducible_error.md")?.text ?? "";
    expect(bold.length).toBeGreaterThan(5);
    // The spread and the fit relative to the typical latency are not repeated in ours.
    expect(bold.filter((value) => !ours.includes(String(value))).length).toBeLessThanOrEqual(3);
  });
});
