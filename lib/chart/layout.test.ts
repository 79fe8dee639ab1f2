import fc from "fast-check";
import { parse, View } from "vega";
import { describe, expect, it } from "vitest";
import { prepareSpec } from "../render/prepare-spec.ts";
import { compileSpec, renderFigure } from "../render/render.ts";
import { countAxis, durationAxis, shareAxis } from "./axes.ts";
import { curvesPanel, thinned } from "./cdf.ts";
import { printable } from "./glyphs.ts";
import { figure } from "./grid.ts";
import { providerColor, providerOrder, providerScale, providerTitle } from "./palette.ts";
import { pixelOf, spreadApart, valueAt } from "./pixels.ts";
import { rankedBars } from "./ranked-bars.ts";
import { scatterPanel } from "./scatter.ts";
import { drawnBins } from "./stacked-shares.ts";

describe("providers", () => {
  it.each([
    [
      ["gemini", "codex", "aider", "claude", "codex"],
      ["claude", "codex", "aider", "gemini"],
    ],
    [["codex"], ["codex"]],
    [[], []],
  ])("%j are ordered %j", (names, ordered) => expect(providerOrder(names)).toEqual(ordered));

  it.each([
    ["claude", [], "#b45f06"],
    ["codex", [], "#1f62d6"],
    ["aider", ["claude", "gemini", "aider"], "#0b8a55"],
    ["gemini", ["claude", "gemini", "aider"], "#854d0e"],
  ])("%s among %j is %s", (name, names, color) => expect(providerColor(name, names)).toBe(color));

  it("never share a color with Claude or Codex, and keep theirs in scales", () => {
    const { domain, range } = providerScale(["z", "claude", "y", "codex", "x"]);
    expect(domain).toEqual(["claude", "codex", "x", "y", "z"]);
    expect(new Set(range).size).toBe(5);
  });

  it.each([
    ["claude", "Claude"],
    ["", ""],
  ])("%j is shown as %j", (name, title) => expect(providerTitle(name)).toBe(title));
});

describe("layout", () => {
  it.each([
    [durationAxis([1, 100], { title: null }), 10, 50],
    [shareAxis({ title: null, domain: [0.5, 1] }), 0.75, 50],
  ])("pixelOf and valueAt undo one another", (axis, value, pixel) => {
    expect(pixelOf(value, axis, 100)).toBeCloseTo(pixel, 9);
    expect(valueAt(pixel, axis, 100)).toBeCloseTo(value, 9);
  });

  it("spreads labels apart, in order and within the axis", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 10 }), (centers) => {
        const pairs = spreadApart(centers, (center) => center, 20, 400).sort((a, b) => a.place - b.place);
        for (const [i, { item: center, place }] of pairs.entries()) {
          expect(place).toBeGreaterThanOrEqual(10 - 1e-6);
          expect(place).toBeLessThanOrEqual(390 + 1e-6);
          if (i > 0) expect(place - (pairs[i - 1]?.place as number)).toBeGreaterThanOrEqual(20 - 1e-6);
          if (i > 0) expect(center).toBeGreaterThanOrEqual(pairs[i - 1]?.item as number);
        }
      }),
      { seed: 1 },
    );
  });

  it.each([
    [[1, 2, 3], 5, [1, 2, 3]],
    [[0, 1, 2, 3, 4, 5, 6, 7, 8], 3, [0, 4, 8]],
  ])("thinned(%j, %i) keeps the ends", (points, most, kept) => expect(thinned(points, most)).toEqual(kept));

  it("draws a bin that reaches half a percent anywhere", () => {
    const segment = (group: string, bin: string, share: number) => ({ group, bar: "calls", bin, share });
    expect(
      drawnBins([segment("a", "z", 0.005), segment("b", "z", 0), segment("a", "y", 0.004), segment("b", "x", 0.9)], ["x", "y", "z"]),
    ).toEqual(["x", "z"]);
  });
});

describe("scatterPanel", () => {
  const axis = shareAxis({ title: null });
  const at = (series: string, x: number, y: number) => ({ series, x, y });

  it("merges points of a series on one pixel into a more opaque one, larger series first", () => {
    const points = [at("claude", 0.5, 0.5), at("codex", 0.1, 0.1), at("codex", 0.10001, 0.1), at("codex", 0.9, 0.9)];
    const panel = scatterPanel({ points, x: axis, y: axis, opacity: 0.2, width: 100, height: 100 }) as unknown as {
      layer: { data: { values: object[] } }[];
    };
    expect(panel.layer.at(-1)?.data.values).toEqual([
      { series: "codex", x: 0.1, y: 0.1, opacity: 0.36 },
      { series: "codex", x: 0.9, y: 0.9, opacity: 0.2 },
      { series: "claude", x: 0.5, y: 0.5, opacity: 0.2 },
    ]);
  });
});

describe("awkward names", () => {
  const names = ["claude", "__proto__", "constructor", 'say "hi" <b>&', "中文\n", "'; datum.x"];
  const points = names.flatMap((series, i) => [0.1, 0.9].map((x) => ({ series, x, y: (i + 1) / 10 })));
  const axis = shareAxis({ title: null });

  it.each([
    ["legend", figure(curvesPanel({ points, x: axis, y: axis, legend: (name) => `${name} (n=1)`, width: 1_400 }))],
    ["bars", figure(rankedBars({ bars: names.map((name) => ({ name, value: 1, label: name })), x: countAxis(1, { title: null }) }))],
  ])("are shown in a %s, each with its own label", async (_place, spec) => {
    const { problems } = await renderFigure({ name: "awkward", spec });
    expect(problems).toEqual([]);
    const prepared = JSON.stringify(prepareSpec({ name: "awkward", spec }));
    expect(prepared).not.toContain("中");
  });

  it("reach the picture", async () => {
    const spec = figure(curvesPanel({ points, x: axis, y: axis, legend: (name) => name }));
    const view = new View(parse(compileSpec("awkward", prepareSpec({ name: "awkward", spec }))), { renderer: "none" });
    const scene = await view.runAsync().then(() => view.toSVG());
    for (const name of names) expect(scene).toContain(`>${escapedForXml(printable(name))}<`);
  });
});

function escapedForXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
