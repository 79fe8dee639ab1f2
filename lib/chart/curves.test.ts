import { describe, expect, it } from "vitest";
import { ecdfPoints } from "./cdf.ts";
import { symlogCountAxis, symlogDurationAxis } from "./symlog-axis.ts";

describe("ecdfPoints", () => {
  it("gives the share of values up to each value", () => {
    expect(ecdfPoints("s", [1, 1, 4, 9])).toEqual([
      { series: "s", x: 1, y: 0.25 },
      { series: "s", x: 1, y: 0.5 },
      { series: "s", x: 4, y: 0.75 },
      { series: "s", x: 9, y: 1 },
    ]);
  });

  it("keeps evenly spaced ranks of many values, the first and the last among them", () => {
    const points = ecdfPoints(
      "s",
      Float64Array.from({ length: 100_000 }, (_, i) => i),
    );
    expect(points).toHaveLength(2_000);
    expect(points[0]).toEqual({ series: "s", x: 0, y: 1e-5 });
    expect(points.at(-1)).toEqual({ series: "s", x: 99_999, y: 1 });
  });

  it("has no points of no values", () => {
    expect(ecdfPoints("s", [])).toEqual([]);
  });
});

describe("symlog axes", () => {
  const ticks = (axis: ReturnType<typeof symlogCountAxis>) => (axis.axis as { values: number[] }).values;

  it("have a place for zero counts and for one", () => {
    expect(ticks(symlogCountAxis(0, { title: null }))).toEqual([0, 1]);
    expect(ticks(symlogCountAxis(25, { title: null }))).toEqual([0, 1, 2, 5, 10, 20]);
  });

  it("mirror the landmarks of durations and say their sign", () => {
    const axis = symlogDurationAxis([-700, 70], { title: null });
    expect(ticks(axis)).toEqual([-600, -60, -10, -1, 0, 1, 10, 60]);
    expect(JSON.stringify(axis.axis)).toContain("-10m");
  });
});
