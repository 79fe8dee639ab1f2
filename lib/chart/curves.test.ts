import { describe, expect, it } from "vitest";
import { shareAxis } from "./axes.ts";
import { type CurvePoint, curvesPanel, ecdfPoints } from "./cdf.ts";
import { symlogCountAxis, symlogDurationAxis } from "./symlog-axis.ts";

describe("ecdfPoints", () => {
  it("gives the share of values up to each value", () => {
    expect(ecdfPoints("s", [1, 1, 4, 9])).toEqual([
      { series: "s", x: 1, y: 0 },
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
    expect(points.slice(0, 2)).toEqual([0, 1e-5].map((y) => ({ series: "s", x: 0, y })));
    expect(points.at(-1)).toEqual({ series: "s", x: 99_999, y: 1 });
  });

  it("has no points of no values", () => {
    expect(ecdfPoints("s", [])).toEqual([]);
  });
});

describe("stairs", () => {
  it.each([
    ["one value", [3], ["circle"]],
    ["three values", [1, 2, 3], ["circle"]],
    ["four values", [1, 2, 3, 4], ["line"]],
  ])("of %s", (_what, ascending, marks) => {
    const axis = shareAxis({ title: null });
    const { layer } = curvesPanel({ points: ecdfPoints("s", ascending), x: axis, y: axis, stairs: true });
    expect(layer.map((each) => "mark" in each && typeof each.mark === "object" && each.mark.type)).toEqual(marks);
  });
});

describe("the legend of curves", () => {
  const columnsFor = (names: string[], text: string) => {
    const axis = shareAxis({ title: null });
    const points = names.map((series) => ({ series, x: 0, y: 0 }));
    const { layer } = curvesPanel({ points, x: axis, y: axis, legend: (name) => `${name} ${text}` });
    return (layer[0] as { encoding: { color: { legend: { columns?: number } } } }).encoding.color.legend.columns;
  };

  it.each([
    [["claude", "codex"], "(n=9,421, p50=5.2s, p90=13.7s)", undefined],
    [["claude", "codex", "a", "b"], "(n=9,421, p50=5.2s, p90=13.7s)", 2],
    [["claude", "codex"], "x".repeat(200), 1],
  ])("of %j with %s", (names, text, columns) => {
    expect(columnsFor(names, text)).toBe(columns);
  });
});

describe("callouts at a reference line", () => {
  const sides = (...shares: number[]) => sidesOver([], ...shares);
  const sidesOver = (points: readonly CurvePoint[], ...shares: number[]) => {
    const callouts = shares.map((y, i) => ({ series: `s${i}`, y, text: `at ${y}` }));
    const axis = shareAxis({ title: null });
    const { layer } = curvesPanel({ points, x: axis, y: axis, reference: { x: 0.5, label: "here", callouts } });
    const rows = layer.flatMap((each) => (each as { data: { values: { text?: string; side?: string }[] } }).data.values);
    return Object.fromEntries(rows.flatMap(({ text, side }) => (text && side ? [[text, side]] : [])));
  };

  it("put the highest on the left, where its curve comes from below", () => {
    expect(sides(0.4, 0.8)).toEqual({ "at 0.4": "right", "at 0.8": "left" });
  });

  it("put it on the right where curves fall, and the others on the left", () => {
    const falling = [
      { series: "s0", x: 0, y: 1 },
      { series: "s0", x: 1, y: 0 },
    ];
    expect(sidesOver(falling, 0.4, 0.8)).toEqual({ "at 0.4": "left", "at 0.8": "right" });
  });

  it("put all on the left where curves are close to each other and to the axis", () => {
    expect(sides(0.02, 0.03)).toEqual({ "at 0.02": "left", "at 0.03": "left" });
    expect(sides(0.02, 0.5)).toEqual({ "at 0.02": "right", "at 0.5": "left" });
  });

  it("put it on the right, too, when the label of the line would be in the way", () => {
    expect(sides(0.4, 0.99)).toEqual({ "at 0.4": "right", "at 0.99": "right" });
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
    expect(JSON.stringify(axis.axis)).toContain("\u221210m");
  });
});
