import { describe, expect, it } from "vitest";
import { agrees, csvDifferences, jsonDifferences } from "./agreement.ts";

describe("agrees", () => {
  it.each<[published: unknown, ours: unknown, expected: boolean]>([
    ["a", "a", true],
    ["a", "b", false],
    ["", "NaN", true],
    ["None", null, true],
    ["0", "", false],
    ["True", "true", true],
    ["True", "1", false],
    ["1", "2", false],
    ["1000000000", "1000000001", true],
    ["12.3", "12.34", true],
    ["12.3", "12.36", false],
    ["1.04858e+06", "1048576", true],
    ["1.04858e+06", "1048590", false],
    ["/a/b.json", "b.json", true],
    ["/a/b.json", "/a/c.json", false],
  ])("%s and %s: %s", (published, ours, expected) => {
    expect(agrees(published, ours)).toBe(expected);
  });
});

const none = () => false;
describe("csvDifferences", () => {
  it.each([
    ["equal tables", "a,b\n1,2\n", "a,b\n1,2\n", []],
    ["a column more", "a\n1\n", "a,b\n1,2\n", []],
    ["a column missing", "a,b\n1,2\n", "a\n1\n", ["columns are a, published a,b"]],
    ["a row missing", "a\n1\n2\n", "a\n1\n", ["1 rows, published 2"]],
    ["another value", "a,b\n1,2\n", "a,b\n1,3\n", ["row 1 b: 3, published 2"]],
  ])("%s", (_what, published, ours, expected) => {
    expect(csvDifferences(published, ours, none)).toEqual(expected);
  });

  it("leaves out excused columns", () => {
    expect(csvDifferences("a,b\n1,2\n", "a,b\n9,9\n", (column) => column === "b")).toEqual(["row 1 a: 9, published 1"]);
  });
});

describe("jsonDifferences", () => {
  it.each([
    ["equal documents", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }], more: 3 }, []],
    ["a missing key", { a: 1 }, {}, ["$.a: undefined, published 1"]],
    ["a shorter list", { a: [1, 2] }, { a: [1] }, ["$.a: 1 elements, published 2"]],
    ["another value inside", { a: [{ b: 2 }] }, { a: [{ b: 3 }] }, ["$.a.0.b: 3, published 2"]],
  ])("%s", (_what, published, ours, expected) => {
    expect(jsonDifferences(published, ours, none)).toEqual(expected);
  });
});
