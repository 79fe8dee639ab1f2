import { calcPrice } from "@pydantic/genai-prices";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { known } from "../../stats/known.ts";
import { listRates } from "./listed.ts";
import { priceOf, publishedRates } from "./published.ts";
import { rateAt } from "./rate.ts";
import { stepCost, type TokenUsage, totalCost } from "./step-cost.ts";

const LIST = listRates();
const NOTHING: TokenUsage = { prefix: null, append: null, cacheWrite: null, cacheWrite5m: null, cacheWrite1h: null, output: null };

function costOf(model: string, day: string, usage: Partial<TokenUsage>) {
  const provider = model.startsWith("gpt") ? "codex" : "claude";
  return known(stepCost({ ...NOTHING, ...usage }, known(rateAt(LIST, { provider, model }, new Date(day)))));
}

describe("the total", () => {
  const terra = { prefix: 40_000, append: 60_000, cacheWrite: 50_000, output: 1000 };
  it.each<[string, string, string, Partial<TokenUsage>, bigint]>([
    // The case codex-cache-write, whose sums are by the prices before 2026-07-30, at its own day and before.
    ["writes of Codex", "gpt-5.6-terra", "2026-07-29", terra, 206_250_000n],
    ["writes of Codex, reduced", "gpt-5.6-terra", "2026-08-20", terra, 165_000_000n],
    ["input alone", "gpt-5.6-luna", "2026-07-29", { append: 100_000, output: 1000 }, 106_000_000n],
    ["input alone, reduced", "gpt-5.6-luna", "2026-08-20", { append: 100_000, output: 1000 }, 21_200_000n],
    ["a long context", "gpt-5.4", "2026-08-20", { append: 300_000, output: 1000 }, 1_522_500_000n],
    ["nothing", "gpt-5.4", "2026-08-20", {}, 0n],
    ["negative counts", "gpt-5.4", "2026-08-20", { prefix: -5, append: -5, cacheWrite: -5, output: -5 }, 0n],
  ])("of %s", (_, model, day, usage, nanoDollars) => expect(totalCost(costOf(model, day, usage))).toBe(nanoDollars));
});

describe("writes", () => {
  const M = 1_000_000;
  it.each<[string, Partial<TokenUsage>, { fresh: number; cacheWrite5m: number; cacheWrite1h: number }]>([
    [
      "by lifetime",
      { append: 3 * M, cacheWrite: 2 * M, cacheWrite5m: M, cacheWrite1h: M },
      { fresh: 5, cacheWrite5m: 6.25, cacheWrite1h: 10 },
    ],
    ["by lifetime alone", { append: 2 * M, cacheWrite5m: M, cacheWrite1h: M }, { fresh: 0, cacheWrite5m: 6.25, cacheWrite1h: 10 }],
    ["without lifetimes", { append: 2 * M, cacheWrite: M }, { fresh: 5, cacheWrite5m: 6.25, cacheWrite1h: 0 }],
    [
      "with lifetimes that don't add up",
      { append: 2 * M, cacheWrite: M, cacheWrite1h: M / 2 },
      { fresh: 5, cacheWrite5m: 6.25, cacheWrite1h: 0 },
    ],
    ["of more than append", { append: M, cacheWrite: 2 * M, cacheWrite1h: 2 * M }, { fresh: 0, cacheWrite5m: 6.25, cacheWrite1h: 0 }],
    ["none", { append: M, cacheWrite: 0, cacheWrite1h: 0 }, { fresh: 5, cacheWrite5m: 0, cacheWrite1h: 0 }],
  ])("%s", (_, usage, dollars) => {
    const { fresh, cacheWrite5m, cacheWrite1h } = costOf("claude-opus-4-6", "2026-08-20", usage);
    expect([fresh, cacheWrite5m, cacheWrite1h].map((nano) => Number(nano) / 1e9)).toEqual(Object.values(dollars));
  });
});

const MODELS = [
  ...["claude-opus-4-6", "claude-sonnet-4-5", "claude-3-haiku-20240307", "claude-opus-5-5", "claude-2"],
  ...["gpt-5", "gpt-5.4", "gpt-5.5-pro", "gpt-5.6-luna", "gpt-5.6-sol", "gpt-6-luna"],
];

it("agrees with the library on any usage", () => {
  const counts = fc.record({ read: fc.nat(5e5), fresh: fc.nat(5e5), write5m: fc.nat(1e5), write1h: fc.nat(1e5), output: fc.nat(1e5) });
  const days = fc.date({ min: new Date("2026-01-01"), max: new Date("2026-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(fc.constantFrom(...MODELS), days, counts, (model, at, { read, fresh, write5m, write1h, output }) => {
      const provider = model.startsWith("gpt") ? "codex" : "claude";
      const usage: TokenUsage = {
        prefix: read,
        append: fresh + write5m + write1h,
        cacheWrite: write5m + write1h,
        cacheWrite5m: write5m,
        cacheWrite1h: write1h,
        output,
      };
      const theirs = calcPrice(
        {
          input_tokens: read + fresh + write5m + write1h,
          cache_read_tokens: read,
          cache_write_tokens: write5m + write1h,
          cache_write_1h_tokens: write1h,
          output_tokens: output,
        },
        model,
        { providerId: provider === "codex" ? "openai" : "anthropic", timestamp: at },
      );
      const ours = totalCost(known(stepCost(usage, known(rateAt(LIST, { provider, model }, at)))));
      expect(Math.abs(Number(ours) - known(theirs).total_price * 1e9)).toBeLessThan(1);
    }),
    { numRuns: 1000 },
  );
});

it("agrees with the published formula on the published rates", () => {
  const counts = fc.record({ prefix: fc.nat(5e5), append: fc.nat(5e5), cacheWrite: fc.nat(6e5), output: fc.nat(1e5) });
  fc.assert(
    fc.property(fc.constantFrom("claude-opus-4-8", "claude-haiku-4-5-20251001", "gpt-5", "gpt-5.9"), counts, (model, tokens) => {
      const provider = model.startsWith("gpt") ? "codex" : "claude";
      const rate = known(rateAt(publishedRates(), { provider, model }, null));
      const price = known(priceOf(provider, model));
      const { fresh, cacheRead, cacheWrite5m, cacheWrite1h, output } = known(stepCost({ ...NOTHING, ...tokens }, rate));
      const write = Math.min(tokens.cacheWrite, tokens.append);
      const theirs = {
        prefix: (tokens.prefix * price.cachedInputPerM) / 1e6,
        append: ((tokens.append - write) * price.inputPerM + write * (price.cacheWrite5mInputPerM ?? price.inputPerM)) / 1e6,
        output: (tokens.output * price.outputPerM) / 1e6,
      };
      const ours = { prefix: cacheRead, append: fresh + cacheWrite5m + cacheWrite1h, output };
      for (const part of ["prefix", "append", "output"] as const)
        expect(Math.abs(Number(ours[part]) - theirs[part] * 1e9)).toBeLessThan(1e-3);
    }),
  );
});
