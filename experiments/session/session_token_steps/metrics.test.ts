import { describe, expect, it } from "vitest";
import { findCompactions } from "./compaction.ts";
import { step, steps } from "./fixtures.ts";
import { balancedScore, compactionScore, contextScore, metricsOf } from "./metrics.ts";
import type { Step } from "./steps.ts";

const metrics = (of: readonly Step[]) => metricsOf(of, findCompactions(of));

describe("metricsOf", () => {
  it("adds up steps; each maximum is taken on its own", () => {
    const all = [
      step({ prefix_tokens: 10, append_tokens: 90, output_tokens: 4, tool_calls: 2, has_user_message: true, generation_us: 1_500_000 }),
      step({ prefix_tokens: 100, append_tokens: 5, output_tokens: 6, has_tool_result: true }),
      step({
        prefix_tokens: 80,
        append_tokens: 15,
        output_tokens: 2,
        tool_calls: 1,
        has_user_message: true,
        has_tool_result: true,
        generation_us: 500_000,
      }),
    ];
    expect(metrics(all)).toEqual({
      rounds: 3,
      user_input_rounds: 2,
      tool_result_rounds: 2,
      tool_calls: 3,
      total_prefix_tokens: 190,
      total_append_tokens: 110,
      total_input_tokens: 300,
      total_output_tokens: 12,
      aggregate_cache_hit_ratio: 190 / 300,
      average_inference_seconds: 1,
      inference_rounds: 2,
      compaction_count: 0,
      input_drop_compaction_count: 0,
      explicit_compaction_count: 0,
      average_output_tokens: 4,
      average_prefix_tokens: 190 / 3,
      average_append_tokens: 110 / 3,
      max_prefix_tokens: 100,
      max_append_tokens: 90,
      max_total_input_tokens: 105,
    });
  });

  it("has no hit ratio without input and no inference time without a measurable step", () => {
    expect(metrics([step()])).toMatchObject({ aggregate_cache_hit_ratio: null, average_inference_seconds: null, inference_rounds: 0 });
  });

  it.each([
    ["of final counts only", [4, null, 6], 10, 5],
    ["unknown without any", [null, null], null, null],
  ])("has an output %s", (_which, outputs, total_output_tokens, average_output_tokens) => {
    expect(metrics(outputs.map((output_tokens) => step({ output_tokens })))).toMatchObject({ total_output_tokens, average_output_tokens });
  });

  it("counts compactions by kind", () => {
    const all = [step({ prefix_tokens: 100_000 }), step(), step({ explicit_compaction: true })];
    expect(metrics(all)).toMatchObject({ compaction_count: 2, input_drop_compaction_count: 1, explicit_compaction_count: 1 });
  });
});

describe("scores", () => {
  it.each([
    ["nothing but steps", steps("..."), { balanced: 3, context: 0.75, compaction: 0.3 }],
    ["turns of users and tools: the rarer counts", steps("uttt"), { balanced: 4 + 5, context: 1 + 0.2, compaction: 0.4 }],
    ["tool calls", steps("..", { tool_calls: 50 }), { balanced: 2 + 3, context: 0.5, compaction: 0.2 + 1 }],
    // Largest context 2^10, total input 2^11.
    ["tokens", steps("..", { prefix_tokens: 1024 }), { balanced: 2 + 10, context: 18 * 10 + 10 * 11 + 0.5, compaction: 100 + 0.2 }],
    ["compactions", steps("..", { explicit_compaction: true }), { balanced: 2 + 24, context: 0.5 + 20, compaction: 200.2 }],
  ])("%s", (_what, all, expected) => {
    const m = metrics(all);
    expect(balancedScore(m)).toBeCloseTo(expected.balanced, 10);
    expect(contextScore(m)).toBeCloseTo(expected.context, 10);
    expect(compactionScore(m)).toBeCloseTo(expected.compaction, 10);
  });
});
