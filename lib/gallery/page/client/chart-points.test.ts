import { describe, expect, it } from "vitest";
import { shareAxis } from "../../../chart/axes.ts";
import { curvesPanel } from "../../../chart/cdf.ts";
import { grid } from "../../../chart/grid.ts";
import { prepareSpec } from "../../../render/prepare-spec.ts";
import { compileSpec, withView } from "../../../render/render.ts";
import { at } from "../../../stats/known.ts";
import { type ChartPanel, nearestPoints, panelAt, panelsOf, stopsOf } from "./chart-points.ts";

const axis = shareAxis({ title: "Share" });
const points = ["claude", "codex"].flatMap((series, i) => [0, 0.5, 1].map((x) => ({ series, x, y: x * (1 - i / 2) })));
const curves = { width: 200, height: 100, ...curvesPanel({ points, x: axis, y: axis, width: 200, height: 100 }) };

async function drawn(): Promise<ChartPanel[]> {
  const spec = prepareSpec({ name: "curves", spec: grid([curves, curves]) });
  return withView("curves", compileSpec("curves", spec), async (view) => panelsOf(view.scenegraph().root, [10, 20]));
}

describe("a chart of two panels with two curves each", () => {
  it("has them at their places", async () => {
    const panels = await drawn();
    expect(panels.map(({ left, width, height, curves: each }) => [left, width, height, each.length])).toEqual([
      [10, 200, 100, 2],
      [10, 200, 100, 2],
    ]);
    const [upper, lower] = [at(panels, 0), at(panels, 1)];
    expect([panelAt(panels, 50, upper.top + 1), panelAt(panels, 50, lower.top + 1), panelAt(panels, 500, 0)]).toEqual([upper, lower, null]);
  });

  it("answers everywhere with the nearest point of each curve, and by keyboard with each place once", async () => {
    const panel = at(await drawn(), 0);
    const rows = (x: number) => nearestPoints(panel, x).map(({ row: { series, x: place } }) => [series, place]);
    expect([rows(12), rows(130)]).toEqual([
      [
        ["claude", 0],
        ["codex", 0],
      ],
      [
        ["claude", 0.5],
        ["codex", 0.5],
      ],
    ]);
    expect(stopsOf(panel).map(({ row }) => row.x)).toEqual([0, 0.5, 1]);
  });
});
