import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cumulate, DURATION_LANDMARKS_S, fineBins, fineEdges, LATENCY_LANDMARKS_MS } from "./fine-bins.ts";

describe("fineEdges", () => {
  it.each([
    ["milliseconds over seven decades", [1, 18_000_000], LATENCY_LANDMARKS_MS, 469],
    ["milliseconds off the grid", [3, 7_000_123], LATENCY_LANDMARKS_MS, 413],
    ["seconds up to days", [0.004, 777_600], DURATION_LANDMARKS_S, 539],
    ["two values within a bin", [1.1, 1.101], DURATION_LANDMARKS_S, 2],
    ["one value", [5, 5], DURATION_LANDMARKS_S, 0],
    ["nothing", [], DURATION_LANDMARKS_S, 0],
  ])("%s", (_, values, landmarks, count) => {
    expect(fineEdges(values, landmarks)).toHaveLength(count);
  });

  it("hold every landmark inside the range exactly once", () => {
    const edges = fineEdges([0.004, 777_600], DURATION_LANDMARKS_S);
    for (const landmark of DURATION_LANDMARKS_S.slice(1))
      expect(edges.filter((edge) => Math.abs(edge / landmark - 1) < 1e-12)).toEqual([landmark]);
  });
});

describe("fineBins", () => {
  it.each([
    ["a value on an inner edge belongs to the bin above", [1, 2], [1, 2, 3], [1, 1]],
    ["a value on the last edge belongs to the last bin", [3], [1, 2, 3], [0, 1]],
    ["no bins without edges", [1], [], []],
  ])("%s", (_, values, edges, counts) => {
    expect(fineBins(values, edges).map((bin) => bin.count)).toEqual(counts);
  });

  it("sums a bin as the difference of running sums", () => {
    expect(fineBins([0.1, 0.2, 3.315], [0.1, 0.15, 1, 4]).map((bin) => bin.sum)).toEqual([0.1, 0.20000000000000004, 3.3150000000000004]);
  });

  it("loses no value, whatever the order and the blocks", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e8 }), { minLength: 2 }), fc.nat(3), (some, repeat) => {
        const values = Array.from({ length: repeat * 40_000 + some.length }, (_, i) => some[i % some.length] as number);
        const bins = fineBins(values, fineEdges(values, LATENCY_LANDMARKS_MS));
        if (new Set(some).size < 2) return expect(bins).toEqual([]);
        expect(bins.reduce((n, bin) => n + bin.count, 0)).toBe(values.length);
        const total = values.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(bins.reduce((sum, bin) => sum + bin.sum, 0) / total - 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 30 },
    );
  });
});

it("cumulate runs counts and sums up to the totals", () => {
  const bins = cumulate(fineBins([1, 2, 5, 10], [1, 2, 10]), [2]);
  expect(bins.map(({ endsAtLandmark, cumulativeCount, cumulativeSum }) => [endsAtLandmark, cumulativeCount, cumulativeSum])).toEqual([
    [true, 1, 1],
    [false, 4, 18],
  ]);
  expect(bins.at(-1)).toMatchObject({ countShare: 0.75, cumulativeCountShare: 1, cumulativeSumShare: 1 });
});
