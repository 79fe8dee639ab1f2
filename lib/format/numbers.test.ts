import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatG, grouped, money, percent, roundHalfEven, toExponentHalfEven, toFixedHalfEven } from "./numbers.ts";

describe("toFixedHalfEven", () => {
  it.each([
    [0.5, 0, "0"],
    [1.5, 0, "2"],
    [2.5, 0, "2"],
    [12.5, 0, "12"],
    [-2.5, 0, "-2"],
    [-0.4, 0, "-0"],
    [-0, 1, "-0.0"],
    [0, 2, "0.00"],
    [0.125, 2, "0.12"],
    [0.375, 2, "0.38"],
    [1.005, 2, "1.00"], // the double lies below 1.005
    [2.675, 2, "2.67"],
    [0.1, 20, "0.10000000000000000555"],
    [999.5, 0, "1000"],
    [1e21, 0, "1000000000000000000000"],
    [1.5e22, 2, "15000000000000000000000.00"],
    [5e-324, 3, "0.000"],
  ])("%d with %i decimals is %s", (value, digits, expected) => expect(toFixedHalfEven(value, digits)).toBe(expected));

  it("agrees with exact rational arithmetic", () => {
    fc.assert(
      fc.property(anyDouble, fc.integer({ min: 0, max: 12 }), (value, digits) => {
        expect(toFixedHalfEven(value, digits)).toBe(fixedByRationals(value, digits));
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it("agrees with exact rational arithmetic on ties", () => {
    const tie = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 10 })).map(([n, power]) => n / 2 ** power);
    fc.assert(
      fc.property(tie, fc.integer({ min: 0, max: 9 }), (value, digits) => {
        expect(toFixedHalfEven(value, digits)).toBe(fixedByRationals(value, digits));
      }),
      { numRuns: 2_000, seed: 2 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %d", (value) => expect(() => toFixedHalfEven(value, 1)).toThrow(RangeError));
});

describe("formatG", () => {
  it.each([
    [0, "0"],
    [1, "1"],
    [0.5, "0.5"],
    [64, "64"],
    [1.5, "1.5"],
    [100000, "100000"],
    [999999.5, "1e+06"],
    [1048576, "1.04858e+06"],
    [1234565, "1.23456e+06"], // a tie: the even digit
    [1234575, "1.23458e+06"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [1 / 3, "0.333333"],
    [-12.5, "-12.5"],
    [1e100, "1e+100"],
  ])("%d is %s", (value, expected) => expect(formatG(value)).toBe(expected));

  it.each([
    [9.5, 1, "1e+01"],
    [8.5, 1, "8"],
    [0.125, 2, "0.12"],
    [1234, 3, "1.23e+03"],
  ])("%d with %i significant digits is %s", (value, digits, expected) => expect(formatG(value, digits)).toBe(expected));

  it("reads back within half a unit of the last digit", () => {
    fc.assert(
      fc.property(anyDouble, fc.integer({ min: 1, max: 15 }), (value, digits) => {
        const printed = Number(formatG(value, digits));
        expect(Math.abs(printed - value)).toBeLessThanOrEqual(Math.abs(value) * 10 ** (1 - digits) * 0.5000001);
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });
});

describe("roundHalfEven", () => {
  it.each([
    [12.5, 12],
    [13.5, 14],
    [0.5, 0],
    [1.5, 2],
    [0.49999999999999994, 0],
    [-0.5, 0],
    [-1.5, -2],
    [-2.5, -2],
    [2.4, 2],
    [2.6, 3],
    [1e15, 1e15],
  ])("%s is %s", (value, rounded) => {
    expect(roundHalfEven(value)).toBe(rounded);
  });

  it("is never further than a half from the value", () => {
    fc.assert(fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => Math.abs(roundHalfEven(value) - value) <= 0.5));
  });
});

describe("small formats", () => {
  it.each([
    [toExponentHalfEven(12345, 3), "1.23e+04"],
    [toExponentHalfEven(2.5, 1), "2e+00"],
    [String(roundHalfEven(0.25, 1)), "0.2"],
    [grouped(0), "0"],
    [grouped(999), "999"],
    [grouped(1234567), "1,234,567"],
    [grouped(-1234.5, 1), "\u22121,234.5"],
    [grouped(-0.04, 1), "0.0"],
    [grouped(123456.789, 2), "123,456.79"],
    [percent(0.125), "12%"],
    [percent(0.9213, 1), "92.1%"],
    [percent(0), "0%"],
    [percent(1, 1), "100.0%"],
    [percent(1 - 1e-12, 1), "100.0%"],
    [percent(0.9996, 1), ">99.9%"],
    [percent(0.0003, 1), "<0.1%"],
    [percent(0.996), ">99%"],
    [percent(0.004), "<1%"],
    [percent(-0.25), "\u221225%"],
    [percent(-0.0001), "0%"],
    [percent(1.2), "120%"],
    [money(0), "$0.00"],
    [money(0.0042), "$0.0042"],
    [money(0.00042), "$0.00042"],
    [money(-0.00996), "-$0.010"],
    [money(1e-9), "$0.0000000010"],
    [money(0.01), "$0.01"],
    [percent(null, 1), "–"],
    [money(1234.5), "$1,234.50"],
    [money(-3), "-$3.00"],
  ])("%s", (printed, expected) => expect(printed).toBe(expected));
});

const anyDouble = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
  fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 100),
);

/** The oracle: the double as a fraction of two big integers, scaled and divided with remainder. */
function fixedByRationals(value: number, digits: number): string {
  const { numerator, denominator } = asFraction(Math.abs(value));
  const scaled = numerator * 10n ** BigInt(digits);
  const quotient = scaled / denominator;
  const twiceRest = (scaled % denominator) * 2n;
  const up = twiceRest > denominator || (twiceRest === denominator && quotient % 2n === 1n);
  const text = (quotient + (up ? 1n : 0n)).toString().padStart(digits + 1, "0");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + (digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`);
}

function asFraction(value: number): { numerator: bigint; denominator: bigint } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & ((1n << 52n) - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}
