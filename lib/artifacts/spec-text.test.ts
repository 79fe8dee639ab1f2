import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonText } from "../files/json.ts";
import { specText } from "./spec-text.ts";

const row = { x: 1, y: "a, b" };

describe("the text of a spec", () => {
  it("has a line per row of data, and lists of other values as they are", () => {
    expect(specText({ data: { values: [row, { x: Number.NaN }] }, axis: { values: [1, 2] } })).toBe(
      `{
  "data": {
    "values": [
      {"x":1,"y":"a, b"},
{"x":null}
    ]
  },
  "axis": {
    "values": [
      1,
      2
    ]
  }
}
`,
    );
  });

  it.each([
    ["no data", { mark: "bar" }],
    ["empty data", { data: { values: [] } }],
    ["rows of rows", { data: { values: [{ values: [row] }] } }],
    ["several panels", { concat: [{ data: { values: [row] } }, { data: { values: [row, row] } }] }],
    ["a title that is the mark", { title: "rows of data come here", data: { values: [row] } }],
    ["a value that is the mark", { data: { values: [{ x: "rows of data come here" }] } }],
  ])("means the same with %s", (_, spec) => {
    expect(JSON.parse(specText(spec))).toEqual(JSON.parse(jsonText(spec)));
  });

  it("means the same, whatever it holds", () => {
    const values = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.record({ values: fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }))), next: tie("node") }),
      ),
    })).node;
    fc.assert(
      fc.property(values, (spec) => {
        expect(JSON.parse(specText(spec))).toEqual(JSON.parse(jsonText(spec)));
      }),
    );
  });
});
