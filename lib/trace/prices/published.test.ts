import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Price, priceOf, publishedCost, publishedRates } from "./published.ts";

describe("priceOf", () => {
  it.each([
    ["an exact entry", "codex", "gpt-5.4", 2.5],
    ["an exact entry of another price than its family", "codex", "gpt-5", 1.25],
    ["a family for a dated name", "claude", "claude-haiku-4-5-20251001", 1],
    ["a family whatever the case", "claude", "Claude-OPUS-3", 5],
    ["a family whatever the provider", "elsewhere", "gpt-5.3-codex", 5],
    ["an exact name of another provider by family", "elsewhere", "gpt-5.4", 5],
    ["an unknown model", "codex", "codex-auto-review", undefined],
    ["no model", "codex", null, undefined],
    ["an empty model", "codex", "", undefined],
    ["no provider", null, "claude-opus-4-7", 5],
  ])("finds %s", (_, provider, model, inputPerM) => {
    expect(priceOf(provider, model)?.inputPerM).toBe(inputPerM);
  });
});

describe("publishedCost", () => {
  const opus = priceOf("claude", "claude-opus-4-7") as Price;
  const gpt = priceOf("codex", "gpt-5.5") as Price;
  const million = 1e6;

  it.each([
    [
      "cache writes at their own rate",
      opus,
      { prefix: million, append: million, cacheWrite: million, output: million },
      { prefix: 0.5, append: 6.25, output: 25 },
    ],
    ["the rest of append as input", opus, { prefix: 0, append: million, cacheWrite: 0, output: 0 }, { prefix: 0, append: 5, output: 0 }],
    [
      "no more cache writes than append",
      opus,
      { prefix: 0, append: million, cacheWrite: 3 * million, output: 0 },
      { prefix: 0, append: 6.25, output: 0 },
    ],
    ["negative cache writes as none", opus, { prefix: 0, append: million, cacheWrite: -1, output: 0 }, { prefix: 0, append: 5, output: 0 }],
    [
      "cache writes as input where they have no price",
      gpt,
      { prefix: 0, append: million, cacheWrite: million, output: 0 },
      { prefix: 0, append: 5, output: 0 },
    ],
    ["missing tokens as nothing", gpt, { prefix: null, append: null, cacheWrite: null, output: null }, { prefix: 0, append: 0, output: 0 }],
  ])("bills %s", (_, price, tokens, expected) => {
    const cost = publishedCost(tokens, price);
    for (const part of ["prefix", "append", "output"] as const) expect(cost[part]).toBeCloseTo(expected[part], 12);
  });

  it("never bills append below the cheaper or above the dearer rate", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: -1e6, max: 1e7 }), (append, cacheWrite) => {
        const cost = publishedCost({ prefix: 0, append, cacheWrite, output: 0 }, opus).append;
        expect(cost).toBeGreaterThanOrEqual((append * 5) / 1e6 - 1e-9);
        expect(cost).toBeLessThanOrEqual((append * 6.25) / 1e6 + 1e-9);
      }),
    );
  });
});

describe("publishedRates", () => {
  it.each([
    ["an entry of its own", "codex", "gpt-5", [["listed", 1_250_000, 1_250_000, 10_000_000]]],
    ["a family", "claude", "claude-haiku-4-5-20251001", [["family", 1_000_000, 1_250_000, 5_000_000]]],
    ["neither", "claude", "kimi-for-coding", []],
    ["no model", "claude", null, []],
  ])("of %s", (_, provider, model, expected) => {
    const rates = publishedRates()({ provider, model });
    expect(rates.map(({ basis, tokens }) => [basis, tokens.input, tokens.cacheWrite1h, tokens.output])).toEqual(expected);
  });
});
