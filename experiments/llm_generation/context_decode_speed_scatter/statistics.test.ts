import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contextBins, floorLog2, quantilesOf, spreadOf } from "./statistics.ts";

describe("floorLog2", () => {
  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [1023, 9],
    [1024, 10],
    [2 ** 49 - 1, 48],
    [2 ** 49, 49],
    [2 ** 53 - 1, 52],
  ])("of %d is %d", (value, expected) => {
    expect(floorLog2(value)).toBe(expected);
  });

  it("brackets every number of tokens", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (n) => 2 ** floorLog2(n) <= n && n < 2 ** (floorLog2(n) + 1)),
    );
  });
});

describe("contextBins", () => {
  const measured = { context: [4096, 8191, 8192, 4095, 16], values: [1, 3, 5, 7, 9], average: null };

  it("takes doublings from one power of two up to the next", () => {
    expect(contextBins(measured, 1).map(({ midpoint, rows, p50 }) => [Math.round(midpoint), rows, p50])).toEqual([
      [23, 1, 9],
      [2896, 1, 7],
      [5793, 2, 2],
      [11585, 1, 5],
    ]);
  });

  it("leaves out bins with too few values", () => {
    expect(contextBins(measured, 2).map(({ rows }) => rows)).toEqual([2]);
    expect(contextBins(measured, 3)).toEqual([]);
  });
});

describe("spreadOf", () => {
  it.each([
    [[], { rows: 0, mean: null, populationVariance: null, sampleVariance: null, populationVariation: null, sampleVariation: null }],
    [[4], { rows: 1, mean: 4, populationVariance: 0, sampleVariance: null, populationVariation: 0, sampleVariation: null }],
    [[2, 4, 6], { rows: 3, mean: 4, populationVariance: 8 / 3, sampleVariance: 4, sampleDeviation: 2, sampleVariation: 50 }],
    [[1e16, 1, -1e16], { rows: 3, mean: 1 / 3 }],
  ])("of %j", (values, expected) => {
    expect(spreadOf(values)).toMatchObject(expected);
  });
});

it("has no quantiles of nothing", () => {
  expect(quantilesOf([])).toEqual({ rows: 0, p25: null, p50: null, p90: null, p99: null });
});
