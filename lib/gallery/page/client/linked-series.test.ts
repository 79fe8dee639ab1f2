import { parse, View } from "vega";
import { describe, expect, it } from "vitest";
import { rootOf, visit } from "../../../render/scene.ts";
import { compiledChart } from "./compiled-chart.ts";
import { LinkedSeries, seriesFieldsOf, withLinkedSeries } from "./linked-series.ts";

const panel = (field: string, channel: object = {}) => ({
  data: { values: [{ [field]: "claude" }, { [field]: "codex" }] },
  mark: "bar",
  encoding: { color: { field, type: "nominal", ...channel } },
});

describe("series that panels share", () => {
  it.each([
    [
      "by the names in their rows",
      { concat: [panel("series"), panel("provider")] },
      { series: ["claude", "codex"], provider: ["claude", "codex"] },
    ],
    [
      "by the names of their scale",
      { layer: [panel("series", { scale: { domain: ["other"] } })] },
      { series: ["other", "claude", "codex"] },
    ],
    ["not by colors that rows have", panel("color", { scale: null }), {}],
    ["not by numbers", { ...panel("n"), encoding: { color: { field: "n", type: "quantitative" } } }, {}],
  ])("%s", (_, spec, fields) => {
    expect(Object.fromEntries([...seriesFieldsOf(spec)].map(([field, names]) => [field, [...names]]))).toEqual(fields);
  });
});

it.each(["provider", "model"])(
  "the same %s stays in all panels when one of its marks or its name is pointed at, and the others pale",
  async (field) => {
    const values = ["one", "two"].map((name, i) => ({ [field]: name, x: i }));
    const bars = {
      data: { values },
      mark: "bar",
      encoding: { x: { field: "x", type: "quantitative" }, color: { field, type: "nominal" } },
    };
    const spec = { vconcat: [bars, bars] };
    const fields = seriesFieldsOf(spec);
    const view = new View(parse(withLinkedSeries(compiledChart(spec).compiled, fields)), { renderer: "none" });
    await view.runAsync();
    const series = new LinkedSeries(view, fields);
    const opacities = async (datum: unknown) => {
      series.point(datum);
      await view.runAsync();
      const found: (number | undefined)[] = [];
      visit(rootOf(view), 0, 0, ({ mark, opacity }) => {
        if (mark.role === "mark" && mark.marktype === "rect") found.push(opacity ?? 1);
      });
      return found;
    };
    expect(await opacities(values[0])).toEqual([1, 0.15, 1, 0.15]);
    expect(await opacities({ value: "two" })).toEqual([0.15, 1, 0.15, 1]);
    expect(await opacities(null)).toEqual([1, 1, 1, 1]);
    view.finalize();
  },
);
