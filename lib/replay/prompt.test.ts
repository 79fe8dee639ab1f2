import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { promptOf } from "./prompt.ts";

const calibration = fc.record({ wordsPerToken: fc.double({ min: 0.3, max: 1.5, noNaN: true }), overhead: fc.integer({ min: 0, max: 40 }) });

function names(count: number, name = "block"): string[] {
  return Array.from({ length: count }, (_, i) => `${name} ${i}`);
}

describe("promptOf", () => {
  it.each([
    ["a word for each token", { wordsPerToken: 1, overhead: 0 }, 150, 150],
    ["fewer words than tokens", { wordsPerToken: 0.75, overhead: 0 }, 1_000, 750],
    ["without the tokens that the server adds", { wordsPerToken: 1, overhead: 12 }, 1_000, 988],
    ["a word where the server's own tokens are more than the prompt", { wordsPerToken: 1, overhead: 12 }, 5, 1],
  ])("%s", (_what, calibrated, tokens, words) => {
    expect(promptOf(names(Math.ceil(tokens / 64)), tokens, 64, calibrated).split(" ")).toHaveLength(words);
  });

  it("is as long as wanted to half a word, and equal as far as blocks are equal", () => {
    const lengths = fc.record({
      shared: fc.integer({ min: 1, max: 40 }),
      a: fc.integer({ min: 1, max: 900 }),
      b: fc.integer({ min: 1, max: 900 }),
    });
    fc.assert(
      fc.property(lengths, calibration, ({ shared, a, b }, calibrated) => {
        const blockSize = 64;
        const prompts = [a, b].map((more, side) => {
          const tokens = shared * blockSize + more;
          const blocks = [...names(shared), ...names(Math.ceil(more / blockSize), `side ${side}`)];
          const text = promptOf(blocks, tokens, blockSize, calibrated);
          const words = text.split(" ").length;
          expect(Math.abs(words - Math.max(1, (tokens - calibrated.overhead) * calibrated.wordsPerToken))).toBeLessThanOrEqual(0.5 + 1e-6);
          return text;
        });
        const common = Math.max(0, Math.round((shared * blockSize - calibrated.overhead) * calibrated.wordsPerToken));
        const [first, second] = prompts.map((text) => text.split(" ").slice(0, common));
        expect(first).toEqual(second);
      }),
      { numRuns: 50 },
    );
  });

  it("differs where blocks differ", () => {
    const one = { wordsPerToken: 1, overhead: 0 };
    expect(promptOf(["a"], 64, 64, one)).not.toBe(promptOf(["b"], 64, 64, one));
  });
});
