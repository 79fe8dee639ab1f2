import { describe, expect, it } from "vitest";
import { trainTestSplit } from "./fit.ts";

describe("trainTestSplit", () => {
  it("draws the test as NumPy's generator shuffles", () => {
    const { test, train } = trainTestSplit(100, { seed: 17, testFraction: 0.2 });
    expect([...test]).toEqual([11, 15, 19, 20, 23, 26, 27, 30, 35, 38, 48, 54, 57, 61, 63, 65, 66, 73, 93, 94]);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it.each([
    [10, 0.2, 2],
    [10, 0.25, 2],
    [14, 0.25, 4],
    [10, 0, 1],
    [10, 1, 9],
    [2, 0.5, 1],
  ])("of %i rows and a share of %d tests %i", (n, testFraction, tested) => {
    expect(trainTestSplit(n, { seed: 17, testFraction }).test).toHaveLength(tested);
  });
});
