/** What marks of charts say: in words, with the units of their axes, never by the names of fields that only place them. */
import { describe, expect, it } from "vitest";
import { EXAMPLES } from "../testing/chart-examples.ts";
import { tooltipFaults } from "../testing/tooltip-faults.ts";
import { durationAxis, latencyAxis, shareAxis } from "./axes.ts";
import { curvesPanel } from "./cdf.ts";
import { chartReader } from "./reading.ts";
import { quantitative } from "./spec.ts";
import { tokenAxis, tokenAxisOf, tokenPosition } from "./token-axis.ts";

describe.each(Object.entries(EXAMPLES))("%s", (name, example) => {
  it("has words for every mark", async () => expect(await tooltipFaults(name, example())).toEqual([]));
});

it("a field without words is a fault", async () => {
  const spec = { data: { values: [{ from: 1, to: 2 }] }, mark: "bar", encoding: { x: { field: "from", type: "quantitative" } } } as const;
  expect(await tooltipFaults("bare", spec)).toEqual(["marks: from"]);
});

describe("values are written as the axis writes them", () => {
  const tokens = tokenAxis({ max: 65_536, smallestPositive: 16 });
  it.each([
    ["seconds", durationAxis([0.01, 7_200], { title: "Wait (log scale)" }), 91, { label: "Wait", value: "1m 31s" }],
    ["milliseconds", latencyAxis([1, 1e6], { title: "Latency" }), 421, { label: "Latency", value: "421 ms" }],
    ["shares", shareAxis({ title: "Steps" }), 0.955, { label: "Steps", value: "95.5%" }],
    ["tokens", tokenAxisOf(tokens, "Prefix, tokens"), tokenPosition(12_345, 16), { label: "Prefix, tokens", value: "12,345" }],
    ["small tokens", tokenAxisOf(tokens, "Prefix, tokens"), tokenPosition(4, 16), { label: "Prefix, tokens", value: "4" }],
  ])("%s", (_what, axis, a, row) => {
    const read = chartReader({ data: { values: [{ a }] }, mark: "point", encoding: { x: quantitative("a", axis) } });
    expect(read("marks", { a })?.rows).toEqual([row]);
  });
});

it("curves say their series, and n as the legend writes it", () => {
  const points = [{ series: "claude", x: 60, y: 0.5 }];
  const [x, y] = [durationAxis([1, 3_600], { title: "Wait" }), shareAxis({ title: "Waits" })];
  const read = chartReader(curvesPanel({ points, x, y, legend: () => "Claude (n=945)" }));
  const rows = [
    { label: "Wait", value: "1m" },
    { label: "Waits", value: "50.0%" },
  ];
  expect(read("layer_0_marks", { ...points[0] })).toEqual({ panel: "", heading: "Claude (n=945)", rows });
});

it.each([
  ["its part of a stack", { row: "a", part: "one", from: 0.25, to: 0.75 }, "50.0%"],
  ["what is drawn from the base", { row: "a", part: "two", from: 0, to: 0.25 }, "25.0%"],
])("a bar says %s", (_what, row, value) => {
  const values = [
    { row: "a", part: "two", from: 0, to: 0.25 },
    { row: "a", part: "one", from: 0.25, to: 0.75 },
  ];
  const encoding = {
    x: quantitative("from", shareAxis({ title: "Time" })),
    x2: { field: "to" },
    y: { field: "row", type: "nominal", title: null },
    color: { field: "part", type: "nominal" },
  };
  expect(chartReader({ data: { values }, mark: "bar", encoding })("marks", row)?.rows).toEqual([{ label: "Time", value }]);
});
