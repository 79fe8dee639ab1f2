import { describe, expect, it } from "vitest";
import { priceOf, publishedRates } from "./published.ts";

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
