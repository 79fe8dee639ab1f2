import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Calibration, Prompts } from "./prompt.ts";

const calibration = fc.record({ wordsPerToken: fc.double({ min: 0.3, max: 1.5, noNaN: true }), overhead: fc.integer({ min: 0, max: 40 }) });

function names(count: number, name = "block"): string[] {
  return Array.from({ length: count }, (_, i) => `${name} ${i}`);
}

function prompts(calibrated: Calibration, seed = "seed"): Prompts {
  return new Prompts({ blockSize: 64, calibration: calibrated, seed });
}

describe("a prompt", () => {
  it.each([
    ["a word for each token", { wordsPerToken: 1, overhead: 0 }, 150, 150],
    ["fewer words than tokens", { wordsPerToken: 0.75, overhead: 0 }, 1_000, 750],
    ["without the tokens that the server adds", { wordsPerToken: 1, overhead: 12 }, 1_000, 988],
    ["a word where the server's own tokens are more than the prompt", { wordsPerToken: 1, overhead: 12 }, 5, 1],
  ])("%s", (_what, calibrated, tokens, words) => {
    expect(
      prompts(calibrated)
        .of(names(Math.ceil(tokens / 64)), tokens)
        .split(" "),
    ).toHaveLength(words);
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
        const made = prompts(calibrated);
        const texts = [a, b].map((more, side) => {
          const tokens = shared * blockSize + more;
          const blocks = [...names(shared), ...names(Math.ceil(more / blockSize), `side ${side}`)];
          const text = made.of(blocks, tokens);
          const words = text.split(" ").length;
          expect(Math.abs(words - Math.max(1, (tokens - calibrated.overhead) * calibrated.wordsPerToken))).toBeLessThanOrEqual(0.5 + 1e-6);
          return text;
        });
        const common = Math.max(0, Math.round((shared * blockSize - calibrated.overhead) * calibrated.wordsPerToken));
        const [first, second] = texts.map((text) => text.split(" ").slice(0, common));
        expect(first).toEqual(second);
      }),
      { numRuns: 50 },
    );
  });

  it("differs where blocks or seeds differ", () => {
    const [one, other] = ["1", "2"].map((seed) => prompts({ wordsPerToken: 1, overhead: 0 }, seed).of(["a"], 64));
    expect(one).not.toBe(other);
    expect(one).not.toBe(prompts({ wordsPerToken: 1, overhead: 0 }, "1").of(["b"], 64));
    expect(one).toBe(prompts({ wordsPerToken: 1, overhead: 0 }, "1").of(["a"], 64));
  });
});
