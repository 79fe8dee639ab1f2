import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countBins } from "./measure.ts";

describe("countBins", () => {
  it.each([
    [1, ["1"]],
    [12, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]],
    [13, ["1", "2", "3", "4", "5-8", "9-16"]],
    [34, ["1", "2", "3", "4", "5-8", "9-16", "17-32", "33-64"]],
  ])("up to %d", (max, labels) => {
    expect(countBins(max).map(({ label }) => label)).toEqual(labels);
  });

  it("puts each number into exactly one bin", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (a, b) => {
        const bins = countBins(Math.max(a, b));
        expect(bins.filter(({ low, high }) => low <= a && a <= high)).toHaveLength(1);
      }),
    );
  });
});
