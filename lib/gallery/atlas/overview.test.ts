import { describe, expect, it } from "vitest";
import { overviewOf } from "./overview.ts";

describe("the overview", () => {
  const tokens = {
    input: { total_input_tokens: 3, cached_read_input_tokens: 2, new_input_tokens: 1 },
    output: { total_output_tokens_including_reasoning: 4 },
  };

  it("is read from a summary", () => {
    expect(overviewOf({ merged: { tokens, rounds_by_provider: { codex: 7 } } })).toEqual({
      tokens: { input: 3, prefix: 2, append: 1, output: 4 },
      outputCounts: null,
      providers: [{ provider: "codex", steps: 7 }],
    });
  });

  it.each([
    [2, 4, "final counts of 2 of 9 steps"],
    [0, null, "final counts of 0 of 9 steps"],
  ])("says that %s output counts are final", (final, total, text) => {
    const output = { rounds_with_final_output_count: final, total_output_tokens_including_reasoning: total };
    const merged = { scope: { llm_rounds_total: 9 }, tokens: { ...tokens, output }, rounds_by_provider: {} };
    expect(overviewOf({ merged })).toMatchObject({ tokens: { output: total }, outputCounts: text });
  });

  it.each([
    [null, "no object merged"],
    [{ merged: { rounds_by_provider: {} } }, "no object tokens"],
    [{ merged: { tokens: { ...tokens, output: {} }, rounds_by_provider: {} } }, "no number total_output_tokens_including_reasoning"],
    [{ merged: { tokens, rounds_by_provider: { codex: "7" } } }, "no number codex"],
  ])("of %j is refused", (summary, message) => {
    expect(() => overviewOf(summary)).toThrow(message);
  });
});
