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
      providers: [{ provider: "codex", steps: 7 }],
    });
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
