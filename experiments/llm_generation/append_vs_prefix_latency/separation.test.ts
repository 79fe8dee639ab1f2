import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestThreshold, dominance, verdictOf } from "./separation.ts";

const list = (values: readonly number[]) => Float64Array.from(values).sort();

describe("dominance", () => {
  it.each<[upper: number[], lower: number[], probability: number]>([
    [[2, 3], [1], 1],
    [[1], [2, 3], 0],
    [[5, 5], [5, 5, 5], 0.5],
    [[1, 2, 3], [2], 0.5],
    [[2, 4], [1, 3], 0.75],
  ])("of %j over %j is %d", (upper, lower, probability) => expect(dominance(list(upper), list(lower))).toBe(probability));

  it("counts pairs", () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, values, (upper, lower) => {
        const wins = upper.flatMap((a) => lower.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
        expect(dominance(list(upper), list(lower))).toBeCloseTo(wins.reduce((sum, win) => sum + win, 0) / wins.length, 12);
      }),
    );
  });
});

describe("bestThreshold", () => {
  it.each<[upper: number[], lower: number[], value: number | null, accuracy: number, lowerRecall: number, upperRecall: number]>([
    [[3, 4], [1, 2], 2, 1, 1, 1],
    [[1, 2], [3, 4], null, 0.5, 0, 1],
    [[1, 1], [1, 1], null, 0.5, 0, 1],
    [[2, 3, 4, 5], [1, 2, 3, 4], 1, 0.625, 0.25, 1], // 2, 3 and 4 are as good: the smallest wins
  ])("of %j over %j is %d", (upper, lower, value, balancedAccuracy, lowerRecall, upperRecall) =>
    expect(bestThreshold(list(upper), list(lower))).toEqual({ value, balancedAccuracy, lowerRecall, upperRecall }),
  );
});

it.each([
  [0, null, null, null, "inconclusive: no matched buckets with both classes"],
  [1, 0.8, 0.75, 1.5, "supports clear separation"],
  [1, 0.8, 0.75, 1.49, "supports append-slower effect, rejects clear no-mixing separation"],
  [1, 0.95, 0.74, 9, "supports append-slower effect, rejects clear no-mixing separation"],
  [1, 0.61, 0.9, 9, "supports append-slower effect, rejects clear no-mixing separation"],
  [1, 0.6, 0.9, 9, "rejects append-slower separation"],
])("%i buckets, %s of pairs, accuracy %s, ratio %s: %s", (buckets, appendSlowerProbability, balancedAccuracy, medianRatio, verdict) =>
  expect(verdictOf({ buckets, appendSlowerProbability, balancedAccuracy, medianRatio })).toBe(verdict),
);
