import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { power } from "./power.ts";

describe("powers", () => {
  it.each([
    [10, -5, 0.000009999999999999999],
    [10, -11, 1e-11],
    [10, 22, 1e22],
    [10, 1 / 64, 1.036632928437698],
    [10, 0.5 + 1 / 64, 3.2781211513934587],
    [2, 33.60999378375709, 13110410285.528297],
    [2, 0.25, 1.189207115002721],
    [2, -1020, 8.900295434028806e-308],
    [80.82252375315875, -1.5042976150289178, 0.0013505278633730966],
    [0.45159461931325495, 0.7697803685441613, 0.5422909693057778],
    [1.5, 3.7, 4.482679184808753],
    [1.9, 1000, 5.670233621912637e278],
    [0.9, 20_000, 0],
    [0, 3, 0],
    [7, 0, 1],
    [7, 1, 7],
    [7, -1, 1 / 7],
    [7, 2, 49],
    [7, 0.5, Math.sqrt(7)],
  ])("%s to the power of %s is %s", (base, exponent, expected) => expect(power(base, exponent)).toBe(expected));

  it("of two are exact", () => {
    for (let n = -1020; n < 1022; n++) expect(power(2, n)).toBe(2 ** n);
  });

  it("are as the engine's, but for the last bits", () =>
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.double({ min: -30, max: 30, noNaN: true }), (base, exponent) => {
        const expected = base ** exponent;
        expect(Math.abs(power(base, exponent) - expected)).toBeLessThanOrEqual(expected * 1e-15);
      }),
    ));

  it.each([
    [-1, 3],
    [0, -3],
    [Number.NaN, 3],
    [10, 400],
    [-10, -400],
    [3, Number.NaN],
  ])("%s to the power of %s is refused", (base, exponent) => expect(() => power(base, exponent)).toThrow(RangeError));
});
