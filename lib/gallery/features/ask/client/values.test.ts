import { expect, it } from "vitest";
import { compareCells, type Kind, shortened } from "./values.ts";

it.each<[string, Kind, (string | number | bigint | null)[], (string | number | bigint | null)[]]>([
  [
    "numbers by size",
    "integer",
    [10, 9n, 9_007_199_254_740_993n, 9_007_199_254_740_992n],
    [9n, 10, 9_007_199_254_740_992n, 9_007_199_254_740_993n],
  ],
  ["decimals by size", "decimal", ["10.0", "9.5"], ["9.5", "10.0"]],
  ["text by letters", "text", ["b", "a10", "a9"], ["a10", "a9", "b"]],
  ["NULL at the end", "integer", [null, 2, 1], [1, 2, null]],
])("sorts %s", (_, kind, values, expected) => {
  expect([...values].sort((a, b) => compareCells(a, b, kind))).toEqual(expected);
});

it.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "abc…"],
  ["ab😀d", 3, "ab…"],
])("%s in %d characters is %s", (text, most, expected) => {
  expect(shortened(text, most)).toBe(expected);
});
