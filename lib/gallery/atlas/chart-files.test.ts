import vm from "node:vm";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../files/errors.ts";
import { anyText } from "../../testing/any-text.ts";
import { chartFiles } from "./chart-files.ts";

const bar = (rows: object[], over: object = {}) => ({ data: { values: rows }, mark: "bar", encoding: {}, ...over });
const csvOf = (spec: object) => chartFiles("x.vl.json", JSON.stringify(spec), "x").tables.map(({ csv }) => csv);

describe("the script of a chart", () => {
  it("hands over any spec as it is", () => {
    const page: { traceAtlasSpecs?: Map<string, string> } = {};
    vm.createContext(page);
    // Texts of fast-check are at times the name of what objects have from the start.
    const word = fc.oneof(anyText(), fc.string());
    fc.assert(
      fc.property(word, fc.dictionary(word, fc.jsonValue()), (name, spec) => {
        const text = JSON.stringify(spec);
        vm.runInContext(chartFiles("x.vl.json", text, name).script, page);
        const packed = Buffer.from(page.traceAtlasSpecs?.get(name) ?? "", "base64");
        expect(gunzipSync(packed).toString()).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each(["", "[]", "3", "{"])("refuses %j with the file's name", (text) => {
    expect(() => chartFiles("waits.vl.json", text, "waits")).toThrow(UserError);
    expect(() => chartFiles("waits.vl.json", text, "waits")).toThrow("waits.vl.json is not a chart's spec");
  });
});

describe("the rows of a chart", () => {
  it.each([
    [
      "of one view",
      bar([
        { a: 1, b: "x" },
        { a: 2, b: null },
      ]),
      ["a,b\n1,x\n2,\n"],
    ],
    [
      "of layers, the longest first and each once",
      { layer: [bar([{ a: 1 }]), bar([{ b: 1 }, { b: 2 }]), bar([{ a: 1 }])] },
      ["b\n1\n2\n", "a\n1\n"],
    ],
    ["by name", { datasets: { d: [{ a: 1 }] }, data: { name: "d" }, mark: "bar" }, ["a\n1\n"]],
    ["of plain values", bar([3, 4] as unknown as object[]), ["value\n3\n4\n"]],
    [
      "of panels alike, with the panel's title",
      { concat: [bar([{ a: 1 }], { title: "Left" }), bar([{ a: 2 }], { title: { text: ["R", "S"] } })] },
      ["panel,a\nLeft,1\nR S,2\n"],
    ],
    [
      "without what only labels and lines need",
      { layer: [bar([{ a: 1 }]), { data: { values: [{ t: "Median" }] }, mark: { type: "text" } }] },
      ["a\n1\n"],
    ],
    ["of labels where there is nothing else", { data: { values: [{ t: "Median" }] }, mark: "text" }, ["t\nMedian\n"]],
    ["with nested values as JSON", bar([{ a: [1, 2] }]), ['a\n"[1,2]"\n']],
    ["that lack a column here and there", bar([{ a: 1 }, { a: 2, b: 3 }]), ["a,b\n1,\n2,3\n"]],
    ["that aren't there", { mark: "bar" }, []],
    ["that are empty", bar([]), []],
  ])("%s", (_, spec, csv) => expect(csvOf(spec)).toEqual(csv));

  it("have the names that the axis gives to places", () => {
    const y = { field: "rank", type: "ordinal", axis: { labelExpr: '["Bash","a \\"b\\""][indexof([0,1], datum.value)]' } };
    expect(
      csvOf({
        encoding: { y },
        layer: [
          bar([
            { rank: 0, n: 5 },
            { rank: 1, n: 3 },
            { rank: 2, n: 1 },
          ]),
        ],
      }),
    ).toEqual(['rank,n\nBash,5\n"a ""b""",3\n2,1\n']);
  });

  it("are shown by their head", () => {
    const [table] = chartFiles("x", JSON.stringify(bar(Array.from({ length: 40 }, (_, i) => ({ i, name: `n${i}` })))), "x").tables;
    expect([table?.rows, table?.head.rows.length, table?.head.columns]).toEqual([
      40,
      12,
      [
        { name: "i", numeric: true },
        { name: "name", numeric: false },
      ],
    ]);
  });
});
