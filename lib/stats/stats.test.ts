import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pcg64 } from "./pcg64.ts";
import { median, quantileNumpy, quantileWeighted, sorted } from "./quantile.ts";
import { ratio, shareOf } from "./ratio.ts";
import { pairwiseMean, pairwiseSum, sumOf, sumsOf } from "./sum.ts";

describe("Pcg64", () => {
  it.each([
    [0, [0xa30febcfd9c2825fn, 0x4510bdf882d9d721n, 0x0a7d3da94ecde8b8n]],
    [1, [0x8306bdf37922e4ffn, 0xf35196bbc152a866n, 0x24e7a4f608ec18cdn]],
  ])("draws the 64-bit numbers of NumPy for seed %i", (seed, expected) => {
    const random = new Pcg64(seed);
    expect(expected.map(() => random.next64())).toEqual(expected);
  });

  it.each([
    [10, [4, 6, 2, 7, 3, 5, 9, 0, 8, 1]],
    [5, [2, 4, 3, 0, 1]],
    [1, [0]],
    [0, []],
  ])("permutes %i items like NumPy with seed 0", (n, expected) => {
    expect([...new Pcg64(0).permutation(n)]).toEqual(expected);
  });

  it("draws the exponentials of NumPy", () => {
    const random = new Pcg64(1);
    const draws = Array.from({ length: 5 }, () => random.exponential(1000).toFixed(6));
    expect(draws).toEqual(["1073.029026", "308.453144", "5375.436873", "366.427113", "115.362039"]);
  });

  it("permutes without losing an item", () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(300), (seed, n) => {
        expect([...new Pcg64(seed).permutation(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it.each([-1, 0.5, 2 ** 53])("refuses seed %s", (seed) => {
    expect(() => new Pcg64(seed)).toThrow("non-negative integer");
  });
});

describe("quantiles", () => {
  it.each([
    [[], 0.5, null, null],
    [[3], 0.9, 3, 3],
    [[1, 2], 0.5, 1.5, 1.5],
    [[1, 2, 4], 0, 1, 1],
    [[1, 2, 4], 1, 4, 4],
    [[0, 10], 0.25, 2.5, 2.5],
    [[0.1, 0.2], 0.9, 0.19, 0.19],
  ])("of %j at %d", (values, q, numpy, weighted) => {
    const close = (value: number | null, expected: number | null) =>
      expected === null ? expect(value).toBeNull() : expect(value).toBeCloseTo(expected, 14);
    close(quantileNumpy(values, q), numpy);
    close(quantileWeighted(values, q), weighted);
  });

  it("are between neighbors and grow with q in both forms", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const ascending = sorted(values);
          const [a, b] = [quantileNumpy(ascending, q) as number, quantileWeighted(ascending, q) as number];
          expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.max(1, ...values.map(Math.abs)));
          expect(a).toBeGreaterThanOrEqual((ascending[0] as number) - 1e-6);
          expect(a).toBeLessThanOrEqual((ascending.at(-1) as number) + 1e-6);
        },
      ),
    );
  });
});

describe("median", () => {
  it.each([
    [[], null],
    [[3], 3],
    [[1, 4], 2.5],
    [[1, 2, 9], 2],
    [[0.1, 0.2, 0.4, 0.5], (0.2 + 0.4) / 2],
  ])("of %j is %d", (values, middle) => expect(median(values)).toBe(middle));
});

describe("pairwiseSum", () => {
  it.each([0, 1, 7, 8, 9, 127, 128, 129, 1000, 4097])("of %i integers is exact", (n) => {
    expect(pairwiseSum(Float64Array.from({ length: n }, (_, i) => i))).toBe((n * Math.max(0, n - 1)) / 2);
  });

  it("gives the last digits of NumPy's sum", () => {
    expect(pairwiseSum(new Float64Array(1e6).fill(0.1))).toBe(100000.00000000003);
  });

  it("has no mean of nothing", () => {
    expect(pairwiseMean([])).toBeNull();
  });
});

describe("sums and shares", () => {
  const rows = [
    { calls: 2, errors: 1 },
    { calls: 5, errors: 0 },
  ];

  it("adds up a value, and several fields at once", () => {
    expect(sumOf(rows, ({ calls }) => 2 * calls)).toBe(14);
    expect(sumsOf(rows, ["errors", "calls"])).toEqual({ calls: 7, errors: 1 });
    expect(sumsOf([], ["calls"])).toEqual({ calls: 0 });
  });

  it.each([
    [1, 4, 0.25, 0.25],
    [0, 0, null, 0],
    [3, 0, null, 0],
  ])("%d of %d", (part, whole, expectedRatio, expectedShare) => {
    expect(ratio(part, whole)).toBe(expectedRatio);
    expect(shareOf(part, whole)).toBe(expectedShare);
  });
});
