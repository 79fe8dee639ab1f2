import { describe, expect, it } from "vitest";
import { countAxis } from "../chart/axes.ts";
import { figure, grid, withHeading } from "../chart/grid.ts";
import { rankedBars } from "../chart/ranked-bars.ts";
import { withSideColumns } from "../chart/side-columns.ts";
import type { Spec } from "../chart/spec.ts";
import { EXAMPLES } from "../testing/chart-examples.ts";
import { PAPER_WIDTHS, type PaperFigure, type PaperWidth, paperFigure } from "./paper.ts";

const NAMES = ["Read", "Edit", "Bash"];
const bars = (width = 860, names: readonly string[] = NAMES) => ({
  ...rankedBars({ bars: names.map((name, i) => ({ name, value: i + 1, label: `${i + 1}` })), x: countAxis(3, { title: "Calls" }), width }),
  width,
});

const LONG = "a name that is longer than what a column has room for";
const long: Spec = {
  width: 860,
  height: 100,
  data: { values: [1, 2].map((x) => ({ x, name: `${LONG} ${x}` })) },
  mark: "point",
  encoding: {
    x: { field: "x", type: "quantitative", title: `${LONG} ${LONG}` },
    color: { field: "name", type: "nominal", title: null, scale: { domain: [1, 2].map((x) => `${LONG} ${x}`) }, legend: { orient: "top" } },
  },
};

function draw(spec: Spec, width: PaperWidth) {
  return paperFigure({ name: "a/b/c", spec, width, title: "Calls by tool" });
}

async function drawn(spec: Spec, width: PaperWidth): Promise<PaperFigure> {
  const figure = await draw(spec, width);
  if (typeof figure === "string") throw new Error(figure);
  return figure;
}

/** In points. */
function sizesOf({ pdf, svg }: PaperFigure) {
  const [, , , pdfWidth, pdfHeight] = /\/MediaBox \[(\S+) (\S+) (\S+) (\S+)\]/.exec(Buffer.from(pdf).toString("latin1")) ?? [];
  const [, svgWidth, svgHeight] = /^<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"/.exec(svg) ?? [];
  return { pdf: [Number(pdfWidth), Number(pdfHeight)], svg: [Number(svgWidth), Number(svgHeight)] };
}

describe.each(["column", "page"] as const)("a figure at %s width", (width) => {
  it.each([
    ["of bars", figure(bars(), "Three tools")],
    ["of panels side by side", grid([bars(300), bars(300)], { columns: 2 })],
    ["with a heading longer than a line", grid([withHeading(bars(), "calls ".repeat(30).trim())])],
    ["with an axis title and a legend longer than a line", long],
    ["with columns of text at its side", figure(withSideColumns(bars(), NAMES, [{ heading: "n", width: 50, texts: ["1", "2", "3"] }]))],
  ])("%s is as wide, with text of 8 pt, and the same each time", async (_, spec) => {
    const made = await drawn(spec, width);
    const { pdf, svg } = sizesOf(made);
    // A page of a PDF has whole points.
    for (const [i, side] of pdf.entries()) expect(Math.abs((svg[i] ?? Number.NaN) - side)).toBeLessThan(1);
    const points = PAPER_WIDTHS[width] * 72;
    expect(pdf[0]).toBeGreaterThan(0.96 * points);
    expect(pdf[0]).toBeLessThan(points + 1);
    // 15 CSS pixels are 8 pt.
    expect(new Set(made.svg.match(/font-size="[^"]*"/g))).toEqual(new Set(['font-size="15px"']));
    expect(made.svg).not.toContain("Three tools");
    expect(await drawn(spec, width)).toEqual(made);
  });
});

it("puts panels side by side one below another in a column", async () => {
  const spec = grid([bars(300), bars(300)], { columns: 2 });
  const [column, page] = [sizesOf(await drawn(spec, "column")).pdf, sizesOf(await drawn(spec, "page")).pdf];
  expect(column[1]).toBeGreaterThan(1.5 * (page[1] ?? Number.NaN));
});

const SIX_COLUMNS = Array.from({ length: 6 }, (_, i) => ({ heading: `h${i}`, width: 80, texts: ["1", "2", "3"] }));
const LABELS: Spec = {
  width: 860,
  height: 100,
  data: { values: [2, 4].map((x) => ({ x, text: "a label of some length" })) },
  mark: "text",
  encoding: { x: { field: "x", type: "quantitative", scale: { domain: [0, 6] } }, text: { field: "text", type: "nominal" } },
};

it.each<[string, Spec, string]>([
  ["its text takes more", figure(withSideColumns(bars(), NAMES, SIX_COLUMNS)), "its labels take more than the width"],
  ["labels would overlap", LABELS, '"a label of some length" overlaps "a label of some length"'],
])("a figure fits a page but not a column where %s", async (_, spec, sentence) => {
  expect(await draw(spec, "column")).toBe(sentence);
  expect(await draw(spec, "page")).toMatchObject({ svg: expect.any(String) });
});

it.each(Object.entries(EXAMPLES))("%s fits a page", async (_, example) => {
  expect(await draw(example(), "page")).toEqual({ pdf: expect.any(Uint8Array), svg: expect.any(String) });
});
