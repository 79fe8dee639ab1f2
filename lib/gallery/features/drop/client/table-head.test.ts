import fc from "fast-check";
import Papa from "papaparse";
import { expect, it } from "vitest";
import { tableHead } from "./table-head.ts";

it("gives header, rows, and which columns are numbers", () => {
  expect(tableHead('name,n,mixed\n"a,""b""",1.5,1\nc,,x\n')).toEqual({
    columns: [
      { name: "name", numeric: false },
      { name: "n", numeric: true },
      { name: "mixed", numeric: false },
    ],
    rows: [
      ['a,"b"', "1.5", "1"],
      ["c", "", "x"],
    ],
    rowCount: 2,
  });
});

it("of nothing is nothing", () => expect(tableHead("")).toBeNull());

it("gives no more than 200 rows, 60 columns and the beginning of a cell, and counts all rows", () => {
  const row = Array.from({ length: 100 }, () => "x".repeat(400)).join(",");
  const head = tableHead(`${row}\n`.repeat(1001));
  expect(head?.rows).toHaveLength(200);
  expect(head?.rows[0]).toHaveLength(60);
  expect(head?.rows[0]?.[0]).toHaveLength(301);
  expect(head?.rowCount).toBe(1000);
});

it("counts rows as parsing them does, with line ends and quotes inside of cells", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "\n", '"', ",", "1"), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 201, maxLength: 230 }), (rows) => {
      const csv = Papa.unparse([["first", "second"], ...rows], { newline: "\n" });
      expect(tableHead(csv)?.rowCount).toBe(rows.length);
    }),
    { numRuns: 30 },
  );
});
