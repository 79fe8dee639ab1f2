import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffTables, isEmpty, type TableRows } from "./tables.ts";

/** CSV without quotes. */
function table(text: string): TableRows {
  const [columns = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(","));
  return { columns, rows };
}

describe("diffTables", () => {
  it.each([
    ["words tell rows apart", "n,name\n1,a\n2,b", "n,name\n1,a\n2,b", ["name"]],
    ["several words together", "p,kind,n\nx,a,1\nx,b,1\ny,a,1", "p,kind,n\nx,a,1", ["p", "kind"]],
    ["a flag that is not needed", "on,id,n\ntrue,a,1\nfalse,b,1\nfalse,c,1", "on,id,n\nfalse,a,1", ["id"]],
    ["numbers where words don't do", "p,bin,n\nx,1,5\nx,2,5", "p,bin,n\nx,1,5\nx,2,6", ["bin"]],
    ["words and numbers", "p,bin,n\nx,1,5\nx,2,5\ny,1,5", "p,bin,n\nx,1,5", ["p", "bin"]],
    ["one row needs no key", "a,b\n1,2", "a,b\n3,4", []],
    ["nothing does", "a,b\nx,1\nx,1", "a,b\nx,1\nx,1", null],
  ])("%s", (_, before, after, key) => expect(diffTables(table(before), table(after)).keyColumns).toEqual(key));

  it("finds rows and columns that only one has", () => {
    const diff = diffTables(table("name,n,old\na,1,x\nb,2,x"), table("name,n,new\nb,2,y\nc,3,y"));
    expect(diff).toMatchObject({ columnsAdded: ["new"], columnsRemoved: ["old"], rowsAdded: [["c"]], rowsRemoved: [["a"]], cells: [] });
  });

  it("puts the largest relative change first, from 0 before all, text last", () => {
    const diff = diffTables(table("name,n,m,t\na,100,1,x\nb,0,1,x\nc,1,1,x"), table("name,n,m,t\na,110,1,y\nb,5,1,x\nc,3,1,x"));
    expect(diff.rowsChanged).toBe(3);
    expect(diff.cells.map(({ key, column }) => [...key, column])).toEqual([
      ["b", "n"],
      ["c", "n"],
      ["a", "n"],
      ["a", "t"],
    ]);
  });

  it("compares by place where nothing tells rows apart", () => {
    const diff = diffTables(table("a,b\nx,1\nx,1"), table("a,b\nx,1\nx,2\nx,2"));
    expect(diff).toMatchObject({ keyColumns: null, rowsAdded: [["3"]], rowsChanged: 1, cells: [{ key: ["2"], column: "b" }] });
  });

  const cell = fc.oneof(fc.constantFrom("", "a", "b", "c"), fc.integer({ min: 0, max: 5 }).map(String), fc.double().map(String));
  const anyTable = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.record({
      columns: fc.constant(["w", "x", "y", "z"].slice(0, width)),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }),
    }),
  );
  it("finds nothing between a table and itself", () => {
    fc.assert(
      fc.property(anyTable, (given) => {
        expect(isEmpty(diffTables(given, given))).toBe(true);
      }),
    );
  });
  it("is mirrored when the tables change places", () => {
    fc.assert(
      fc.property(anyTable, anyTable, (a, b) => {
        const [there, back] = [diffTables(a, b), diffTables(b, a)];
        expect(there.rowsAdded.length).toBe(back.rowsRemoved.length);
        expect(there.columnsAdded).toEqual(back.columnsRemoved);
        expect(there.rowsChanged).toBe(back.rowsChanged);
        expect(there.cells.length).toBe(back.cells.length);
      }),
    );
  });
});
