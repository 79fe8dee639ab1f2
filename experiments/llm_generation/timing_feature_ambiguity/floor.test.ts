import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floorOf, weightedMedian } from "./floor.ts";

describe("floorOf", () => {
  it.each([
    ["one duration", [700], { rows: 1, median: 700, spread: 0, ratio: 1, absSum: 0, mapeSum: 0, smoothSum: 0, relativeSum: 0 }],
    ["two", [1000, 3000], { median: 2000, mapeOptimal: 1000, smoothOptimal: 1000, spread: 2000, ratio: 3, absSum: 2000, squareSum: 2e6 }],
    ["two, relative", [1000, 3000], { relativeSum: 1, mapeSum: 2 / 3, smoothSum: 0.5 }],
    ["less than a millisecond", [0.1, 5], { ratio: 5 }],
  ])("of %s", (_what, durations, floor) => {
    expect(floorOf(Float64Array.from(durations), 1000)).toMatchObject(floor);
  });

  it("is below the loss of any other prediction", () => {
    const durations = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 10_000 }), (unsorted, guess) => {
        const list = unsorted.toSorted((a, b) => a - b);
        const { absSum, mapeSum, smoothSum } = floorOf(Float64Array.from(list), 1000);
        const loss = (of: (d: number) => number) => list.reduce((sum, d) => sum + of(d), 0) + 1e-9;
        expect(absSum).toBeLessThanOrEqual(loss((d) => Math.abs(d - guess)));
        expect(mapeSum).toBeLessThanOrEqual(loss((d) => Math.abs(d - guess) / d));
        expect(smoothSum).toBeLessThanOrEqual(loss((d) => Math.abs(d - guess) / (d + 1000)));
      }),
    );
  });
});

it.each([
  [[5], 5],
  [[1, 2], 1],
  [[1, 2, 3], 2],
  [[1, 2, 3, 4], 2],
])("weightedMedian of %j with equal weights is %d", (values, expected) => {
  expect(weightedMedian(Float64Array.from(values), () => 1)).toBe(expected);
});
