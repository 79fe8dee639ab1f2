import { describe, expect, it } from "vitest";
import pricing from "./pricing.json" with { type: "json" };
import { MODELS } from "./profile.ts";

const RATES = ["inputPerM", "cacheWrite5mInputPerM", "cachedInputPerM", "outputPerM"];
const entries: [string, Record<string, unknown>][] = [
  ...Object.entries(pricing.exact),
  ...pricing.family.map(({ match, ...rates }): [string, Record<string, unknown>] => [match, rates]),
];

describe("the price table", () => {
  it("says of when it is", () => {
    expect(pricing.as_of).toMatch(/^\d{4}-\d{2}$/);
  });

  it.each(entries)("has plausible rates for %s", (_, rates) => {
    expect(Object.keys(rates)).toEqual(RATES.filter((rate) => rate in rates));
    const { inputPerM, cacheWrite5mInputPerM, cachedInputPerM, outputPerM } = rates as Record<string, number>;
    expect(cachedInputPerM).toBeCloseTo((inputPerM as number) / 10, 9);
    expect(outputPerM).toBeGreaterThan(inputPerM as number);
    if (cacheWrite5mInputPerM !== undefined) expect(cacheWrite5mInputPerM).toBeCloseTo((inputPerM as number) * 1.25, 9);
  });

  it("names providers that exist and tries narrow families before wide ones", () => {
    for (const key of Object.keys(pricing.exact)) expect(key).toMatch(/^(claude|codex):\S+$/);
    expect(pricing.family.map((family) => family.match)).toEqual(["opus", "sonnet", "haiku", "gpt-5"]);
  });

  it("leaves exactly one model of the generator without a price", () => {
    const names = [...MODELS.claude, ...MODELS.codex].map((model) => model.name);
    expect(names.filter((name) => !pricing.family.some((family) => name.includes(family.match)))).toEqual(["codex-auto-review"]);
  });
});
