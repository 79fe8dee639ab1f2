import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { describe, expect, it, vi } from "vitest";
import { listRates } from "./listed.ts";
import { type PricedAs, type Rate, rateAt, ratesForInput } from "./rate.ts";

const LIST = listRates();

function rateOf(model: string, day: string, as: Partial<PricedAs> = {}): Rate | null {
  const provider = /^(gpt|codex|o\d)/.test(model) ? "codex" : "claude";
  return rateAt(LIST, { provider, model, ...as }, new Date(`${day}T12:00:00Z`));
}

/** USD per million tokens. */
function dollars(rate: Rate | null, inputTokens = 0): object | null {
  const rates = rate && ratesForInput(rate, inputTokens);
  return rates && Object.fromEntries(Object.entries(rates).map(([kind, micro]) => [kind, micro / 1e6]));
}

function inputDollars(rate: Rate | null, inputTokens = 0): number | null {
  const rates = rate && ratesForInput(rate, inputTokens);
  return rates && rates.input / 1e6;
}

describe("rates", () => {
  it.each([
    ["claude-opus-4-1", "2026-08-20", { input: 15, cacheRead: 1.5, cacheWrite5m: 18.75, cacheWrite1h: 30, output: 75 }],
    ["claude-opus-4-6", "2026-08-20", { input: 5, cacheRead: 0.5, cacheWrite5m: 6.25, cacheWrite1h: 10, output: 25 }],
    ["claude-sonnet-5", "2026-08-20", { input: 2, cacheRead: 0.2, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }],
    ["claude-fable-5", "2026-08-20", { input: 10, cacheRead: 1, cacheWrite5m: 12.5, cacheWrite1h: 20, output: 50 }],
    ["gpt-5.3-codex", "2026-08-20", { input: 1.75, cacheRead: 0.175, cacheWrite5m: 1.75, cacheWrite1h: 1.75, output: 14 }],
    ["gpt-5.6-sol", "2026-08-20", { input: 5, cacheRead: 0.5, cacheWrite5m: 6.25, cacheWrite1h: 6.25, output: 30 }],
    ["gpt-5.6-sol", "2026-08-22", { input: 4, cacheRead: 0.4, cacheWrite5m: 5, cacheWrite1h: 5, output: 20 }],
  ])("of %s on %s", (model, day, expected) => expect(dollars(rateOf(model, day))).toEqual(expected));

  it.each([
    ["claude-opus-4-6", "2026-03-12", 200_000, 5, 10, 25],
    ["claude-opus-4-6", "2026-03-12", 200_001, 10, 20, 37.5],
    ["claude-opus-4-6", "2026-03-13", 200_001, 5, 10, 25],
    ["gpt-5.4", "2026-08-20", 271_999, 2.5, 2.5, 15],
    ["gpt-5.4", "2026-08-20", 272_000, 5, 5, 22.5],
  ])("of %s on %s for %i tokens of input", (model, day, inputTokens, input, cacheWrite1h, output) =>
    expect(dollars(rateOf(model, day), inputTokens)).toMatchObject({ input, cacheWrite1h, output }),
  );

  it("name their dates and source", () => {
    const rates = LIST({ provider: "codex", model: "gpt-5.6-sol" });
    expect(rates.map(({ model, basis, from, to }) => [model, basis, from, to])).toEqual([
      ["gpt-5.6-sol", "listed", null, "2026-08-21"],
      ["gpt-5.6-sol", "listed", "2026-08-21", null],
    ]);
    expect(rates[0]?.source).toMatch(/^@pydantic\/genai-prices \d+\.\d+\.\d+, openai$/);
  });

  it("of a step without a time are those that never changed", () => {
    expect(rateAt(LIST, { provider: "codex", model: "gpt-5.6-sol" }, null)).toBeNull();
    expect(rateAt(LIST, { provider: "claude", model: "claude-opus-4-5" }, null)?.tokens.input).toBe(5e6);
  });

  it("are those of the day in UTC", () => {
    const at = (time: string) => rateAt(LIST, { provider: "codex", model: "gpt-5.6-sol" }, new Date(time))?.tokens.input;
    expect([at("2026-08-20T23:59:59.999Z"), at("2026-08-21T00:00:00Z")]).toEqual([5e6, 4e6]);
  });

  it("need no network", () => {
    const asked = vi.spyOn(globalThis, "fetch");
    expect(listRates()({ provider: "codex", model: "gpt-5" })).toHaveLength(1);
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });
});

describe("names", () => {
  // The steps of the case `model-prices`, all of 2026-08-20; USD per million tokens of input, null where the list has none.
  it.each([
    ["claude-opus-4-1-20250805", 15],
    ["claude-opus-4-20250514", 15],
    ["claude-3-5-haiku-20241022", 0.8],
    ["claude-3-haiku-20240307", 0.25],
    ["claude-fable-5", 10],
    ["claude-sonnet-4-6[1m]", 3],
    ["anthropic/claude-4.6-sonnet", 3],
    ["kimi-for-coding", null],
    ["codex-auto-review", null],
    ["gpt-reserve", null],
    ["gpt-5.4-mini", 0.75],
    ["gpt-5.6-luna", 0.2],
    ["gpt-5", 1.25],
    ["gpt-5-codex", 1.25],
    ["gpt-5.3-codex", 1.75],
    ["gpt-6-astra", 10],
  ])("of the case model-prices: %s", (model, input) => {
    expect(inputDollars(rateOf(model, "2026-08-20"))).toBe(input);
  });

  it.each([
    ["a later version than the one it begins with", "claude-sonnet-5-5", "claude"],
    ["a version of two digits", "claude-opus-4-10", "claude"],
    ["a variant", "claude-opus-4-6-preview", "claude"],
    ["another maker's model", "gpt-5.4", "claude"],
    ["an agent that nobody knows", "claude-opus-4-6", "elsewhere"],
    ["no agent", "claude-opus-4-6", null],
    ["no model", null, "claude"],
    ["an empty model", "", "claude"],
    ["what the client made up", "<synthetic>", "claude"],
    ["a model for sound", "whisper-1", "codex"],
  ])("without a price: %s", (_, model, provider) => expect(LIST({ provider, model })).toEqual([]));

  it("with a maker in front are that maker's, whatever the agent", () => {
    expect(LIST({ provider: "claude", model: "openai/gpt-5.4" })[0]?.model).toBe("gpt-5.4");
  });

  it("of the list itself have their price, and none depends on the time of day", () => {
    for (const [provider, maker] of [
      ["claude", "anthropic"],
      ["codex", "openai"],
    ] as const)
      for (const { id, prices } of findProvider({ providerId: maker })?.models ?? []) {
        const found = calcPrice({ input_tokens: 1e6 }, id, { providerId: maker, timestamp: new Date("2026-08-20") });
        const rate = rateAt(LIST, { provider, model: id }, new Date("2026-08-20"));
        if (rate !== null) expect([id, rate.model, inputDollars(rate, 1e6)]).toEqual([id, id, found?.input_price]);
        const constraints = Array.isArray(prices) ? prices.map(({ constraint }) => constraint?.type ?? "start_date") : [];
        expect(constraints.filter((type) => type !== "start_date")).toEqual([]);
      }
  });
});

describe("services", () => {
  it.each<[string, Partial<PricedAs>, number, number | null]>([
    ["claude-opus-4-6", { speed: "fast" }, 1_000_000, 30],
    ["claude-opus-4-8", { speed: "fast", serviceTier: "standard" }, 0, 10],
    ["claude-opus-4-6", { speed: "standard", serviceTier: "batch" }, 0, 2.5],
    ["claude-opus-4-6", { serviceTier: "priority" }, 0, null],
    ["claude-haiku-4-5", { speed: "fast" }, 0, null],
    ["claude-opus-4-6", { speed: "not known", serviceTier: "" }, 0, 5],
    ["gpt-5.5", { serviceTier: "priority" }, 0, 12.5],
    ["gpt-5.6-terra", { serviceTier: "fast" }, 0, 4],
    ["gpt-5.6-terra", { serviceTier: "fast" }, 271_999, 4],
    ["gpt-5.6-terra", { serviceTier: "fast" }, 272_000, null],
    ["gpt-5-mini", { serviceTier: "priority" }, 0, 0.45],
    ["gpt-5-codex", { serviceTier: "priority" }, 0, 2.5],
    ["claude-opus-5-5", { speed: "fast" }, 0, null],
    ["gpt-5.6-terra", { serviceTier: "flex" }, 272_000, 2],
    ["gpt-5.3-codex", { serviceTier: "fast" }, 0, null],
  ])("%s with %o and %i tokens of input", (model, logged, inputTokens, input) => {
    expect(inputDollars(rateOf(model, "2026-08-20", logged), inputTokens)).toBe(input);
  });

  it("name their source", () => {
    expect(rateOf("claude-opus-4-6", "2026-08-20", { speed: "fast" })?.source).toMatch(/; fast × 6, https:\/\/platform\.claude\.com\//);
  });
});
