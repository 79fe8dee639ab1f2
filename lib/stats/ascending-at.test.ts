import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ascendingAt } from "./ascending-at.ts";
import { quantileNumpy, sorted } from "./quantile.ts";

const QUANTILES = [0, 0.1, 0.5, 0.9, 0.99, 1];
const MANY = 30_000;

describe("quantiles of many values are those of the sorted list", () => {
  it.each<[string, (noise: number) => number]>([
    ["of both signs", (noise) => (noise - 0.5) * 1e6],
    ["of all magnitudes", (noise) => (noise - 0.5) * 10 ** (noise * 600 - 300)],
    ["of few different numbers", (noise) => Math.floor(noise * 3) - 1],
    ["with infinities", (noise) => (noise < 0.2 ? Number.POSITIVE_INFINITY : noise)],
    ["of one number", () => 7.25],
  ])("%s", (_, of) => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e5, noNaN: true }), fc.constantFrom(0, 1, 100, MANY, MANY + 1), (seed, length) => {
        const values = Float64Array.from({ length }, (_, i) => of(Math.abs(Math.sin(i * seed) * 43758.5453) % 1));
        const all = sorted(values);
        const some = ascendingAt(values, QUANTILES);
        expect(QUANTILES.map((q) => quantileNumpy(some, q))).toEqual(QUANTILES.map((q) => quantileNumpy(all, q)));
      }),
      { numRuns: 8 },
    );
  });
});
