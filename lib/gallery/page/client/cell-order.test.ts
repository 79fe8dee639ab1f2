import { describe, expect, it } from "vitest";
import { compareCells } from "./cell-order.ts";

describe("compareCells", () => {
  it.each([
    ["numbers by value", true, "ascending", ["10", "9", "-1", "1e3"], ["-1", "9", "10", "1e3"]],
    ["numbers downwards", true, "descending", ["10", "9", "0.5"], ["10", "9", "0.5"]],
    ["text with numbers in it", false, "ascending", ["s10", "s2", "S1"], ["S1", "s2", "s10"]],
    ["empty cells last upwards", true, "ascending", ["", "2", "1"], ["1", "2", ""]],
    ["empty cells last downwards", true, "descending", ["", "2", "1", ""], ["2", "1", "", ""]],
  ] as const)("%s", (_, numeric, direction, cells, sorted) => {
    expect([...cells].sort((a, b) => compareCells(a, b, { numeric, direction }))).toEqual(sorted);
  });
});
