import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(START + ms).toISOString();

/** Steps whose latency is 1,000 ms + 10 ms per 1,000 cached + 100 ms per 1,000 appended + 20 ms per generated token. */
function exactSteps(count: number, more: StepLiteral = {}): StepLiteral[] {
  return Array.from({ length: count }, (_, i) => {
    const cached = 1000 * ((i * 37) % 101);
    const append = 1000 * ((i * 53) % 23);
    const output = (i * 71) % 307;
    return {
      provider: "claude",
      model: "m",
      prefix_tokens: cached,
      newly_append_tokens: append,
      output_tokens: output,
      timing_events: [
        { event_type: "tool_result", timestamp: at(0) },
        { event_type: "tool_call", timestamp: at(1000 + cached / 100 + append / 10 + 20 * output) },
      ],
      ...more,
    };
  });
}

describe("run", () => {
  it("finds the law of a made-up latency", async () => {
    const result = await withPool(exactSteps(300), (pool) => runOn(experiment, pool));
    const coefficients = rowsOf(result, "timing_fit_coefficients").filter(({ target }) => target !== "log_duration_ms");
    const expected: Record<string, number> = { intercept: 1000, prefix_k: 10, append_k: 100, out_k: 20_000 };
    for (const { feature, coefficient } of coefficients) expect(coefficient).toBeCloseTo(expected[String(feature)] ?? 0, 6);
    expect(coefficients).toHaveLength(20);
    expect(rowsOf(result, "timing_fit_metrics")).toMatchObject([
      { group_key: "claude::m::claude_tool_result_to_tool_call", raw_rows: 300, fit_rows: 297, removed_rows: 3, skipped: null },
    ]);
    expect(rowsOf(result, "timing_fit_metrics")[0]?.test_r2).toBeCloseTo(1, 9);
  });

  it.each([
    ["only final counts", 100, 100, "1 of 1", "Output of Claude: final counts of 100 of 200 steps."],
    ["nothing without any", 0, 150, undefined, "Claude has no final output counts: all 150 were logged while streaming."],
  ])("is fitted to %s", async (_to, final, streaming, fitted, sentence) => {
    const steps = [
      ...exactSteps(final, { details: { output_is_placeholder: false } }),
      ...exactSteps(streaming, { details: { output_is_placeholder: true } }),
    ];
    const result = await withPool(steps, (pool) => runOn(experiment, pool, { "trim-quantile": 0 }));
    expect(rowsOf(result, "timing_fit_metrics").map(({ raw_rows }) => raw_rows)).toEqual(final > 0 ? [final] : []);
    expect(result.headlines.find(({ label }) => label === "Groups fitted")?.value).toBe(fitted);
    expect(result.notes.join(" ")).toContain(sentence);
    for (const { caption } of result.figures) expect(caption).toContain(sentence);
  });

  it("leaves a term that is always zero at zero", async () => {
    const steps = exactSteps(200).map((step) => ({ ...step, output_tokens: 0 }));
    const result = await withPool(steps, (pool) => runOn(experiment, pool));
    const zero = rowsOf(result, "timing_fit_coefficients").filter(({ feature }) => String(feature).includes("out_k"));
    expect(zero).toHaveLength(12);
    for (const { coefficient } of zero) expect(coefficient).toBe(0);
    expect(JSON.stringify(result.documents).match(/"rank":6/g)).toHaveLength(3);
  });

  it("skips small groups, names a missing model in the key only, and leaves out negative counts", async () => {
    const steps = [
      ...exactSteps(3, { model: null }),
      ...exactSteps(1, { model: "" }),
      ...exactSteps(2, { prefix_tokens: -1, model: null }),
    ];
    const result = await withPool(steps, (pool) => runOn(experiment, pool, { "trim-quantile": 0 }));
    expect(rowsOf(result, "timing_fit_metrics")).toMatchObject([
      {
        model: null,
        group_key: "claude::unknown_model::claude_tool_result_to_tool_call",
        raw_rows: 4,
        removed_rows: 0,
        skipped: "fewer than 100 rows after filtering",
        duration_p50_ms: null,
        test_r2: null,
      },
    ]);
    expect(rowsOf(result, "timing_fit_coefficients")).toEqual([]);
    expect(result.documents?.[0]?.value).toMatchObject({ load_stats: { input_rows: 6, invalid_numeric_field: 2 } });
    expect(result.notes).toEqual([
      experiment.empty,
      "2 segments with a negative token count are left out.",
      "Groups with fewer than 100 segments after filtering are not fitted: 1, with 4 segments.",
    ]);
  });

  it("leaves metrics empty that are not finite", async () => {
    const steps = exactSteps(100).map((step, i) => ({ ...step, output_tokens: i === 11 ? 1e12 : (step.output_tokens ?? 0) }));
    const result = await withPool(steps, (pool) => runOn(experiment, pool, { "test-fraction": 0.5 }));
    for (const table of ["timing_fit_metrics", "timing_fit_coefficients"])
      for (const row of rowsOf(result, table))
        for (const value of Object.values(row)) expect(typeof value !== "number" || Number.isFinite(value)).toBe(true);
  });

  it("has tables without rows for an empty pool, and says so", async () => {
    const result = await withPool([], (pool) => runOn(experiment, pool));
    expect(rowsOf(result, "timing_fit_metrics")).toEqual([]);
    expect(rowsOf(result, "timing_fit_coefficients")).toEqual([]);
    expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  });
});
