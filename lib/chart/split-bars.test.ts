import { expect, it } from "vitest";
import { renderFigure } from "../render/render.ts";
import { shareAxis } from "./axes.ts";
import { splitBars } from "./split-bars.ts";

it("bars without parts stay at their place", async () => {
  const bars = [
    { name: "nothing", values: { a: 0 } },
    { name: "half", values: { a: 0.5 } },
    { name: "all", values: { a: 1 }, intervals: [{ lo: 0.9, hi: 1 }] },
  ];
  const spec = splitBars({ bars, parts: [{ name: "a", color: "#000000" }], x: shareAxis({ title: null }), label: () => "" });
  const { svg } = await renderFigure({ name: "bars", spec, scale: 1, withSvg: true });
  const places = bars.map(({ name }) => (svg ?? "").indexOf(`>${name}<`));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
});
