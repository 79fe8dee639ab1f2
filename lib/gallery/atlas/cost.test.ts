import { describe, expect, it } from "vitest";
import { costOf } from "./cost.ts";

const DOCUMENT = { usd: 1, usd_hi: 2, usd_without_cache: 3, days: 4, usd_per_day: 0.25, prices: "List prices.", output_counts: null };

describe("the cost of a pool", () => {
  it.each([
    [{}, { usd: 1, usdMost: 2, usdWithoutCache: 3, days: 4, usdPerDay: 0.25, outputCounts: null }],
    [
      { usd: null, usd_per_day: null, output_counts: "final counts of 1 of 2 steps" },
      { usd: null, usdPerDay: null, outputCounts: "final counts of 1 of 2 steps" },
    ],
  ])("is read with %j", (changes, expected) => expect(costOf({ ...DOCUMENT, ...changes })).toMatchObject(expected));

  it.each([
    [{ usd: "1" }, "no number usd"],
    [{ days: -1 }, "no number days"],
    [{ prices: 1 }, "no text prices"],
  ])("is refused with %j", (changes, message) => expect(() => costOf({ ...DOCUMENT, ...changes })).toThrow(message));
});
