import fc from "fast-check";
import type { TopLevelSpec } from "vega-lite";
import { describe, expect, it } from "vitest";
import { FONT_STACK } from "../chart/font-stack.ts";
import { printable, uncoveredGlyph } from "../chart/glyphs.ts";
import { anyText } from "../testing/any-text.ts";
import { prepareSpec } from "./prepare-spec.ts";

const name = "session/example/figure";
const bars = (over: object = {}): TopLevelSpec =>
  ({
    data: { values: [{ tool: "Bash", calls: 3 }] },
    mark: "bar",
    encoding: { x: { field: "calls", type: "quantitative" }, y: { field: "tool", type: "nominal" } },
    ...over,
  }) as TopLevelSpec;
const withRow = (row: object) => bars({ data: { values: [row] } });

describe("printable", () => {
  it.each([
    ["Bash", "Bash"],
    ["≥ ≤ → — · Δσ é", "≥ ≤ → — · Δσ é"],
    ["中文", "\\u{4e2d}\\u{6587}"],
    ["a\nb\tc", "a\\u{a}b\\u{9}c"],
    ["\u001b[31m", "\\u{1b}[31m"],
    ["\u202eevil", "\\u{202e}evil"],
    ["\ud800", "\\u{d800}"],
    ["👩‍💻", "\\u{1f469}\\u{200d}\\u{1f4bb}"],
    ["<b>&amp;</b>", "<b>&amp;</b>"],
  ])("%j is shown as %j", (text, shown) => expect(printable(text)).toBe(shown));

  it("leaves only covered characters and is idempotent", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(uncoveredGlyph(printable(text))).toBeNull();
        expect(printable(printable(text))).toBe(printable(text));
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });
});

describe("prepareSpec", () => {
  it("merges the theme below the spec's own config", () => {
    const { config } = prepareSpec({ name, spec: bars({ config: { axis: { labelFontSize: 9 } } }) });
    expect(config).toMatchObject({ font: FONT_STACK, background: "#ffffff", axis: { labelFontSize: 9, labelLimit: 0 } });
  });

  it("changes nothing the second time, not even with another config in the theme", () => {
    const once = prepareSpec({ name, spec: withRow({ tool: "中", calls: 3, absent: undefined }) });
    expect(prepareSpec({ name, spec: once })).toEqual(once);
    const older = { ...once, config: { font: "Elsewhere" } } as TopLevelSpec;
    expect(prepareSpec({ name, spec: older }).config).toEqual({ font: "Elsewhere" });
  });

  it("is what JSON can carry", () => {
    const prepared = prepareSpec({ name, spec: withRow({ tool: "x", calls: 0.1, gone: undefined, none: null, yes: true }) });
    expect(JSON.parse(JSON.stringify(prepared))).toEqual(prepared);
  });

  it("escapes the same text alike in rows, domains, sorts and titles", () => {
    const encoding = { y: { field: "tool", type: "nominal", sort: ["中", "b"], scale: { domain: ["中", "b"] }, title: "中" } };
    const prepared = JSON.stringify(
      prepareSpec({ name, spec: bars({ data: { values: [{ tool: "中", name: "中", field: "中" }] }, encoding }) }),
    );
    expect(prepared).not.toContain("中");
    expect(prepared.split("\\\\u{4e2d}").length - 1).toBe(6);
  });

  it.each([
    ["a BigInt", withRow({ calls: 1n }), "data.values[0].calls is the BigInt 1n"],
    ["NaN", withRow({ calls: Number.NaN }), "data.values[0].calls is the number NaN"],
    ["infinity", withRow({ calls: Number.POSITIVE_INFINITY }), "data.values[0].calls is the number Infinity"],
    ["a date", withRow({ calls: new Date(0) }), "data.values[0].calls is the object"],
    ["a function", bars({ title: () => "x" }), "title is the function"],
    ["a random expression", bars({ transform: [{ calculate: "random() * 2", as: "r" }] }), "transform[0].calculate: random() differs"],
    ["the clock", bars({ transform: [{ filter: "datum.t < now()" }] }), "transform[0].filter: now() differs"],
    ["a column name outside the fonts", bars({ encoding: { x: { field: "中", type: "nominal" } } }), 'encoding.x.field is "中"'],
    ["an expression outside the fonts", bars({ transform: [{ filter: "datum.x == '中'" }] }), "transform[0].filter is"],
  ])("refuses %s and names the place", (_case, spec, message) => {
    expect(() => prepareSpec({ name, spec })).toThrow(`figure ${name}`);
    expect(() => prepareSpec({ name, spec })).toThrow(message);
  });

  it.each(["datum.now", "datum.day(1)", "'random()'", '"now()" + datum.x', "utcyear(datum.t)", "randomly(1)"])(
    "takes %s for stable",
    (filter) => {
      expect(() => prepareSpec({ name, spec: bars({ transform: [{ filter }] }) })).not.toThrow();
    },
  );
});
