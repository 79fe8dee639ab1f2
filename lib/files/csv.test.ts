import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { csvOfRecords, csvText } from "./csv.ts";

describe("csvText", () => {
  it.each([
    ["header only", [], "a,b\n"],
    ["numbers in shortest form", [{ a: 0.1, b: 1e21 }], "a,b\n0.1,1e+21\n"],
    ["missing and non-finite cells", [{ a: null, b: Number.NaN }], "a,b\n,\n"],
    ["booleans", [{ a: true, b: false }], "a,b\ntrue,false\n"],
    ["quotes, commas and line breaks", [{ a: 'say "x"', b: "1,2\n3" }], 'a,b\n"say ""x""","1,2\n3"\n'],
    ["columns in declared order", [{ b: 2, a: 1 }], "a,b\n1,2\n"],
    ["a lone empty last row", [{ a: "", b: "" }], "a,b\n,\n"],
  ])("writes %s", (_, rows, expected) => {
    expect(csvText(["a", "b"], rows)).toBe(expected);
  });

  it.each([
    ["a missing column", { a: 1 }],
    ["an undeclared column", { a: 1, b: 2, c: 3 }],
  ])("refuses a row with %s", (_, row) => {
    expect(() => csvText(["a", "b"], [row])).toThrow("the table declares a,b");
  });
});

describe("csvOfRecords", () => {
  const text = fc.string({ unit: fc.constantFrom(...'", ;a\r\n\t\ufeffé') });

  it("writes what papaparse writes and reads", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()))),
        (records) => {
          const written = csvOfRecords(["a", "b"], records);
          expect(written).toBe(`${Papa.unparse([["a", "b"], ...records], { newline: "\n" })}\n`);
          expect(Papa.parse(written, { delimiter: ",", newline: "\n" }).data.slice(0, -1)).toEqual([
            ["a", "b"],
            ...records.map((record) => record.map(String)),
          ]);
        },
      ),
    );
  });
});
