import { describe, expect, it } from "vitest";
import { findCompactions } from "./compaction.ts";
import { step } from "./fixtures.ts";
import { metricsOf, sumsOf } from "./metrics.ts";
import type { Step } from "./steps.ts";

const metrics = (of: readonly Step[]) => metricsOf(sumsOf(of, findCompactions(of)));

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
