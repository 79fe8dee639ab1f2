import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fineBins } from "../../../lib/stats/fine-bins.ts";
import { axisLength, densityEdges, densityOf, positionOf, tokensAt } from "./density.ts";

describe("positionOf", () => {
  it.each([
    [0, 0],
    [32, 1],
    [96, 2],
    [2_097_152, 16.000022],
  ])("of %d tokens is %d", (tokens, position) => {
    expect(positionOf(tokens)).toBeCloseTo(position, 6);
  });

  it("is undone by tokensAt", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 16, noNaN: true }), (position) => Math.abs(positionOf(tokensAt(position)) - position) < 1e-9),
    );
  });
});

describe("axisLength", () => {
  it.each([
    [0, positionOf(2_097_152)],
    [5, positionOf(2_097_152)],
    [4_000_000, positionOf(4_000_000)],
  ])("up to %j", (largest, length) => {
    expect(axisLength(largest)).toBe(length);
  });
});

describe("densityOf", () => {
  const LENGTH = axisLength(0);
  const EDGES = densityEdges(LENGTH);
  const densities = (values: readonly number[]) => {
    const bins = fineBins(values, EDGES).map(({ count, sum }, bin) => ({ group: {}, bin, n: count, sum }));
    return densityOf(bins, LENGTH).map(({ density }) => density);
  };

  it("is flat without values", () => {
    expect(new Set(densities([]))).toEqual(new Set([0]));
  });

  it("has edges that divide whole numbers as positions do", () => {
    fc.assert(
      fc.property(fc.nat(2_097_151), (tokens) => {
        const bin = Math.min(238, Math.floor((positionOf(tokens) / LENGTH) * 239));
        expect(EDGES.findLastIndex((edge) => edge <= tokens)).toBe(bin);
      }),
    );
  });

  it("spreads a value over ten bins on either side, evenly, with a deviation of 2.4 bins", () => {
    const around = densities([2000]);
    const peak = around.indexOf(1);
    expect(around.filter((density) => density > 0)).toHaveLength(21);
    expect(around[peak - 3]).toBeCloseTo(Math.exp(-0.5 * (3 / 2.4) ** 2), 12);
    expect(around[peak + 3]).toBeCloseTo(around[peak - 3] as number, 12);
    expect(around[peak + 11]).toBe(0);
  });

  it("puts the largest value into the last bin", () => {
    expect(densities([2_097_152])).toHaveLength(239);
    expect(densities([2_097_152]).indexOf(1)).toBe(238);
  });

  it("has a maximum of 1, whatever the values are", () => {
    fc.assert(fc.property(fc.array(fc.nat(2_000_000), { minLength: 1 }), (values) => Math.max(...densities(values)) === 1));
  });
});
