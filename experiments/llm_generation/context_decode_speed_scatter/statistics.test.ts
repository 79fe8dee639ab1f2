import { describe, expect, it } from "vitest";
import { contextBins, quantilesOf, spreadOf } from "./statistics.ts";

const bin = (context_bin: number, ...ascending: number[]) => ({ group: { context_bin }, n: ascending.length, ascending });

describe("contextBins", () => {
  const binned = [bin(4, 9), bin(11, 7), bin(12, 1, 3)];

  it("are named by the geometric middle of a doubling", () => {
    expect(contextBins(binned, 1).map(({ midpoint, rows, p50 }) => [Math.round(midpoint), rows, p50])).toEqual([
      [23, 1, 9],
      [2896, 1, 7],
      [5793, 2, 2],
    ]);
  });

  it("leave out bins with too few values", () => {
    expect(contextBins(binned, 2).map(({ rows }) => rows)).toEqual([2]);
    expect(contextBins(binned, 3)).toEqual([]);
  });
});

describe("spreadOf", () => {
  it.each([
    [
      { rows: 1, mean: 4, squares: 0 },
      { populationVariance: 0, sampleVariance: null, populationVariation: 0, sampleVariation: null },
    ],
    [
      { rows: 3, mean: 4, squares: 8 },
      { populationVariance: 8 / 3, sampleVariance: 4, sampleDeviation: 2, sampleVariation: 50 },
    ],
  ])("of %j", (sums, expected) => {
    expect(spreadOf(sums)).toMatchObject(expected);
  });
});

it("has no quantiles of nothing", () => {
  expect(quantilesOf({ n: 0, ascending: [] })).toEqual({ rows: 0, p25: null, p50: null, p90: null, p99: null });
});
