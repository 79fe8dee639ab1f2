import { describe, expect, it } from "vitest";
import { axisFor, coordinateAxis, differenceText, valueText } from "./units.ts";

describe("values and differences", () => {
  it.each<[string | undefined, number, string, string]>([
    ["share", 0.955, "95.5%", "+95.5 points"],
    ["%", -4.56, "\u22124.6%", "\u22124.6 points"],
    ["share", 0.00012, "<0.1%", "+0.012 points"],
    ["USD", 4.68, "$4.68", "+$4.68"],
    ["USD", -3, "-$3.00", "\u2212$3.00"],
    ["USD per million tokens", 1.25, "$1.25 per million tokens", "+$1.25 per million tokens"],
    ["s", 91, "1m 31s", "+1m 31s"],
    ["ms", 250, "250 ms", "+250 ms"],
    ["h", 1.5, "1h 30m", "+1h 30m"],
    ["min", -2, "\u22122m", "\u22122m"],
    ["tokens", 90_818, "90,818 tokens", "+90,818 tokens"],
    ["tokens/s", 37.6, "37.6 tokens/s", "+37.6 tokens/s"],
    ["ratio", 1.28, "1.28x", "+1.28x"],
    ["tokens or USD", 12.5, "12.5", "+12.5"],
    [undefined, -1234, "\u22121,234", "\u22121,234"],
  ])("in %s: %s", (unit, value, text, difference) => {
    expect(valueText(value, unit)).toBe(text);
    expect(differenceText(value, unit)).toBe(difference);
  });
});

describe("axes", () => {
  it.each<[string, number[], string | undefined, string | undefined, [low: number, high: number]]>([
    ["close together", [10, 40], "steps", undefined, [0, 41.2]],
    ["far apart", [1, 1000], "steps", "log", [0.8, 1250]],
    ["with a zero", [0, 1000], "steps", undefined, [0, 1030]],
    ["of both signs", [-10, 10], "s", "linear", [-10.6, 10.6]],
    ["below zero", [-10, -2], "s", "linear", [-10.24, 0]],
    ["shares, however far apart", [0.001, 0.8], "share", undefined, [0, 0.824]],
    ["nothing but zeros", [0, 0], "USD", undefined, [0, 1]],
  ])("of values %s", (_, values, unit, type, domain) => {
    const { scale } = axisFor(values, unit, null);
    expect(scale.type).toBe(type);
    expect(scale.domain).toEqual(domain.map((end) => expect.closeTo(end, 9)));
  });

  it("along bins from zero have a place for zero and for all decades", () => {
    const { scale, axis } = coordinateAxis([0, 0.001, 1, 100], "s", "lo_s");
    expect(scale).toMatchObject({ type: "symlog", domain: [0, 100] });
    expect(axis).toMatchObject({ values: [0, 0.001, 0.01, 0.1, 1, 10, 60] });
  });
});
