import { describe, expect, it } from "vitest";
import { extentSignal, withPanAndZoom } from "./pan-and-zoom.ts";

const x = { field: "a", type: "quantitative" };
const y = { field: "b", type: "nominal" };
const encodingsOf = (unit: unknown) => (unit as { params: { select: { encodings: string[] } }[] }).params[0]?.select.encodings;

describe("withPanAndZoom", () => {
  it.each([
    ["one continuous axis", { mark: "bar", encoding: { x, y } }, ["x"]],
    ["two of them", { mark: "point", encoding: { x, y: x } }, ["x", "y"]],
    ["not along bins", { mark: "bar", encoding: { x: { ...x, bin: true }, y: x } }, ["y"]],
  ])("binds %s", (_, spec, encodings) => expect(encodingsOf(withPanAndZoom(spec))).toEqual(encodings));

  it("binds the first layer that has an axis, also one that it inherits", () => {
    const layers = [{ mark: "rule", encoding: {} }, { mark: "line" }];
    const own = withPanAndZoom({ layer: [layers[0], { mark: "line", encoding: { x } }] }) as { layer: unknown[] };
    expect([own.layer[0], encodingsOf(own.layer[1])]).toEqual([layers[0], ["x"]]);
    const inherited = withPanAndZoom({ encoding: { x }, layer: layers }) as { layer: unknown[] };
    expect(encodingsOf(inherited.layer[0])).toEqual(["x"]);
  });

  it("binds each of several views under a name of its own, and leaves one without an axis as it is", () => {
    const [bar, names] = [
      { mark: "bar", encoding: { x } },
      { mark: "bar", encoding: { x: y } },
    ];
    const bound = withPanAndZoom({ vconcat: [bar, names, { layer: [bar] }] });
    expect(JSON.stringify(bound).match(/"name":"\w+"/g)).toEqual(['"name":"reader_view_0"', '"name":"reader_view_2"']);
    expect(bound).toMatchObject({ vconcat: [{}, names, {}] });
  });

  it.each([
    ["several views without an axis", { concat: [{ mark: "bar", encoding: { x: y } }] }],
    ["names only", { mark: "bar", encoding: { x: y, y } }],
    ["fixed places", { mark: "bar", encoding: { x: { value: 3 }, y } }],
  ])("leaves %s alone", (_, spec) => expect(withPanAndZoom(spec)).toBeNull());
});

it.each([
  ["", "a", "reader_view_a"],
  ["concat_0_concat_12_", "low end", "reader_view_0_12_low_end"],
])("what a panel shows is in a signal: %s %s", (prefix, field, name) => expect(extentSignal(prefix, field)).toBe(name));
