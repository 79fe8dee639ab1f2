import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisLength, densityOf, positionOf, tokensAt } from "./density.ts";

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
    [[], positionOf(2_097_152)],
    [[5], positionOf(2_097_152)],
    [[5, 4_000_000], positionOf(4_000_000)],
  ])("over %j", (values, length) => {
    expect(axisLength(values)).toBe(length);
  });
});

describe("densityOf", () => {
  const LENGTH = axisLength([]);
  const densities = (values: readonly number[]) => densityOf(values, LENGTH).map(({ density }) => density);

  it("is flat without values, and for values that have no place", () => {
    expect(new Set(densities([]))).toEqual(new Set([0]));
    expect(new Set(densities([-1, -32, -500, 1e9]))).toEqual(new Set([0]));
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
