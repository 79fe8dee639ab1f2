import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffTables, isEmpty, type TableRows } from "./tables.ts";

/** CSV without quotes. Heads are `name`, `name:unit` (numbers) or `name=` (text). */
function table(text: string): TableRows {
  const [head = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(","));
  const columns = head.map((column) => {
    const [, name = "", mark, unit = ""] = /^(\w+)([:=]?)(.*)$/.exec(column) ?? [];
    const type = mark === ":" ? ("number" as const) : ("text" as const);
    return { name, says: name, ...(mark ? { type } : {}), ...(unit ? { unit } : {}) };
  });
  return { columns, rows };
}

const BINS = "bin:,lo:s,n:steps\n0,0,5\n1,1,6\n2,2,7";

describe("rows are matched", () => {
  it.each([
    ["by words", "n,name\n1,a\n2,b", "n,name\n1,a\n2,b", ["name"]],
    ["by several words together", "p,kind,n\nx,a,1\nx,b,1\ny,a,1", "p,kind,n\nx,a,1", ["p", "kind"]],
    ["without a flag that is not needed", "on,id,n\ntrue,a,1\nfalse,b,1\nfalse,c,1", "on,id,n\nfalse,a,1", ["id"]],
    ["by numbers where words don't do", "p,bin,n\nx,1,5\nx,2,5", "p,bin,n\nx,1,5\nx,2,6", ["bin"]],
    ["by words and numbers", "p,bin,n\nx,1,5\nx,2,5\ny,1,5", "p,bin,n\nx,1,5", ["p", "bin"]],
    ["by words that look like numbers", "id=,n:\n1,5\n2,5", "id=,n:\n2,6", ["id"]],
    ["not by percentages", "share=,name=\n10%,a\n20%,b", "share=,name=\n30%,a", ["name"]],
    ["by where bins are, not by their numbers", BINS, BINS, ["lo"]],
    ["without a key if there is one row", "a,b\n1,2", "a,b\n3,4", []],
    ["by position if all columns are alike", "a,b\nx,1\nx,1", "a,b\nx,1\nx,1", null],
  ])("%s", (_, before, after, key) => expect(diffTables(table(before), table(after)).keyColumns).toEqual(key));

  it("in any order", () => expect(isEmpty(diffTables(table("name,n\na,1\nb,2"), table("name,n\nb,2\na,1")))).toBe(true));

  it("unless only one has them", () => {
    const diff = diffTables(table("name,n,old\na,1,x\nb,2,x"), table("name,n,new\nb,2,y\nc,3,y"));
    expect(diff).toMatchObject({ columnsAdded: ["new"], columnsRemoved: ["old"], rowsAdded: [["c"]], rowsRemoved: [["a"]], cells: [] });
  });

  it("of bins of the same number only where they are at the same place", () => {
    const diff = diffTables(table(BINS), table("bin:,lo:s,n:steps\n0,0,5\n1,10,6\n2,20,7"));
    expect(diff).toMatchObject({ rowsAdded: [["10"], ["20"]], rowsRemoved: [["1"], ["2"]], cells: [] });
  });
});

describe("cells are compared", () => {
  const number = (before: number, after: number, unit?: string) => ({ number: { before, after, unit } });
  it.each<[string, string, string, object[]]>([
    ["by value, with the unit of the column", "a=,t:ms\nx,4", "a=,t:ms\nx,5", [number(4, 5, "ms")]],
    ["by value where no type is declared", "a,t\nx,4", "a,t\nx,5", [number(4, 5)]],
    ["with the unit of the row", "a=,unit=,v:\nx,s,4", "a=,unit=,v:\nx,s,5", [number(4, 5, "s")]],
    ["not across units", "a=,unit=,v:\nx,s,4", "a=,unit=,v:\nx,h,4", [{ column: "unit", number: null }]],
    ["as text where text is declared", "a=,t=\nx,4", "a=,t=\nx,5", [{ before: "4", after: "5", number: null }]],
    [
      "as percentages where all are",
      "a=,t=\nx,4%\ny,",
      "a=,t=\nx,5%\ny,6%",
      [number(4, 5, "%"), { before: "", after: "6%", number: null }],
    ],
    ["as text where not all are percentages", "a=,t=\nx,4%\ny,none", "a=,t=\nx,5%\ny,none", [{ before: "4%", number: null }]],
    ["without other spellings", "a=,n:\nx,1.0", "a=,n:\nx,1", []],
    ["without noise", "a=,n:\nx,0.1", "a=,n:\nx,0.10000000000000002", []],
    ["with nothing", "a=,n:\nx,1", "a=,n:\nx,", [{ before: "1", after: "", number: null }]],
    ["by position without a key", "a,b\nx,1\nx,1", "a,b\nx,1\nx,2", [{ key: ["2"], column: "b" }]],
  ])("%s", (_, before, after, cells) => {
    const found = diffTables(table(before), table(after)).cells;
    expect(found).toHaveLength(cells.length);
    expect(found).toMatchObject(cells);
  });

  it("what contributes most to its column comes first, text last", () => {
    const diff = diffTables(table("name,n,m,t\na,100,1,x\nb,0,1,x\nc,1,1,x"), table("name,n,m,t\na,110,1,y\nb,5,1,x\nc,3,1.5,x"));
    expect(diff.rowsChanged).toBe(3);
    expect(diff.cells.map(({ key, column }) => [...key, column].join())).toEqual(["c,m", "a,n", "b,n", "c,n", "a,t"]);
  });
});

it("the effect of a table is the mean of its columns of numbers", () => {
  const diff = diffTables(table("name=,n:,m:\na,5,1\nb,5,1\nc,9,9"), table("name=,n:,m:\na,10,1\nb,10,1"));
  expect(diff.numbers.map(({ name, effect }) => [name, effect])).toEqual([
    ["n", 0.5],
    ["m", 0],
  ]);
  expect(diff.effect).toBe(0.25);
  expect(diffTables(table("name=,n:\na,5\nb,5"), table("name=,n:\nc,5\nd,5"))).toMatchObject({ effect: null });
});

describe("any tables", () => {
  const cell = fc.oneof(fc.constantFrom("", "a", "b", "c", "1%"), fc.integer({ min: 0, max: 5 }).map(String), fc.double().map(String));
  const type = fc.constantFrom("number" as const, "text" as const, undefined);
  const anyTable = fc.array(type, { minLength: 1, maxLength: 4 }).chain((types) =>
    fc.record({
      columns: fc.constant(types.map((of, i) => ({ name: `c${i}`, says: "", ...(of && { type: of }) }))),
      rows: fc.array(fc.array(cell, { minLength: types.length, maxLength: types.length }), { maxLength: 8 }),
    }),
  );
  it("don't differ from themselves", () => {
    fc.assert(
      fc.property(anyTable, (given) => {
        expect(isEmpty(diffTables(given, given))).toBe(true);
      }),
    );
  });
  it("have every row once in the pairs, and as many differences both ways", () => {
    fc.assert(
      fc.property(anyTable, anyTable, (a, b) => {
        const there = diffTables(a, b);
        expect(there.pairs.filter(({ before }) => before)).toHaveLength(a.rows.length);
        expect(there.pairs.filter(({ after }) => after)).toHaveLength(b.rows.length);
        expect(there.rowsAdded.length + a.rows.length).toBe(there.rowsRemoved.length + b.rows.length);
      }),
    );
  });
});
