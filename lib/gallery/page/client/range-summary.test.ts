import { describe, expect, it } from "vitest";
import { chartAxes, chartReader } from "../../../chart/reading.ts";
import type { ChartPanel, ChartPoint } from "./chart-points.ts";
import { RangeSummary } from "./range-summary.ts";

type Row = Readonly<Record<string, unknown>>;

const share = { field: "y", type: "quantitative", title: "Share", axis: null };
const x = { field: "x", type: "quantitative", title: "Wait" };
const rows: Row[] = [1, 2, 3, 4].flatMap((at) => ["Claude (n=9)", "Codex"].map((series, i) => ({ x: at, y: at * (i + 1), series, n: 10 })));

function summaryOf(mark: string, encoding: object, points: readonly Row[]) {
  const spec = { data: { values: points }, mark, encoding };
  return new RangeSummary(chartAxes(spec), chartReader(spec));
}

function point(row: Row, more: Partial<ChartPoint> = {}): ChartPoint {
  return { x: 10 * Number(row.x), y: 100 - Number(row.y), right: 10 * Number(row.x), height: 0, mark: "marks", row, ...more };
}

const panel = (curves: ChartPoint[][], marks: ChartPoint[]): ChartPanel => ({
  ...{ prefix: "", left: 0, top: 0, width: 100, height: 100 },
  curves,
  marks,
});

describe("what is in a range", () => {
  const color = { field: "series", type: "nominal" };
  const curves = ["Claude (n=9)", "Codex"].map((name) => rows.filter(({ series }) => series === name).map((row) => point(row)));

  it.each([
    ["two points", { from: 15, to: 35 }, ["Claude, Share: 2 to 3.", "Codex, Share: 4 to 6."]],
    ["one point", { from: 20, to: 20 }, ["Claude, Share: 2.", "Codex, Share: 4."]],
    ["nothing", { from: 41, to: 90 }, []],
  ])("of curves: %s", (_, range, sentences) =>
    expect(summaryOf("line", { x, y: share, color }, rows).sentences(panel(curves, []), range)).toEqual(sentences),
  );

  it("of marks is how many they are, what they count, and from the lowest to the highest", () => {
    const summary = summaryOf("point", { x, y: share }, rows);
    const marks = rows.map((row) => point(row));
    expect(summary.sentences(panel([], marks), { from: 15, to: 35 })).toEqual(["Share: 2 to 6, in 4 of 8 marks; n 40 of 80."]);
  });

  it("of a few marks next to curves is not said", () => {
    const [curve = []] = curves;
    const summary = summaryOf("line", { x, y: share, color }, rows);
    expect(summary.sentences(panel([curve], [point(rows[0] ?? {})]), { from: 0, to: 20 })).toEqual(["Claude, Share: 1 to 2."]);
  });

  it("of bars next to names are the names of those that end there", () => {
    const bars: Row[] = ["Bash", "Read", "Edit"].map((tool, i) => ({ x: i + 1, tool }));
    const summary = summaryOf("bar", { x, y: { field: "tool", type: "nominal", title: null } }, bars);
    const marks = bars.map((row) => point(row, { x: 5 * Number(row.x) }));
    expect(summary.sentences(panel([], marks), { from: 15, to: 40 })).toEqual(["2 of 3 (Read, Edit)."]);
  });
});
