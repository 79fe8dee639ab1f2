import { describe, expect, it } from "vitest";
import { cellChange, textChange } from "./numbers.ts";

describe("cellChange", () => {
  it.each([
    ["same text", "a", "a", null],
    ["other text", "a", "b", { number: null }],
    ["a number and nothing", "1", "", { number: null }],
    ["a number and a word", "1", "true", { number: null }],
    ["numbers", "4", "5", { number: { before: 4, after: 5, absolute: 1, relative: 0.25 } }],
    ["a negative number", "-4", "-5", { number: { before: -4, after: -5, absolute: -1, relative: -0.25 } }],
    ["from 0", "0", "5", { number: { before: 0, after: 5, absolute: 5, relative: null } }],
    ["other spelling", "1.0", "1", null],
    ["noise in the last digits", "0.1", "0.10000000000000002", null],
    ["exponents", "1e3", "2000", { number: { before: 1000, after: 2000, absolute: 1000, relative: 1 } }],
    ["hexadecimal is text", "0x10", "0x11", { number: null }],
  ])("%s", (_, before, after, expected) => expect(cellChange(before, after)).toEqual(expected));
});

describe("textChange", () => {
  const change = (before: number, after: number, absolute: number, relative: number | null) => ({ before, after, absolute, relative });
  it.each([
    ["9,000 h", "9,900 h", [change(9000, 9900, 900, 0.1)], false],
    ["50%", "75%", [change(50, 75, 25, 0.5)], true],
    ["50% / 25%", "75% / 25%", [change(50, 75, 25, 0.5), change(25, 25, 0, 0)], true],
    ["50% of 2", "75% of 2", [change(50, 75, 25, 0.5), change(2, 2, 0, 0)], false],
    ["$10.00", "$5.00", [change(10, 5, -5, -0.5)], false],
    ["2K", "1M", [change(2000, 1e6, 998_000, 499)], false],
    ["3 of 10", "4 of 20", [change(3, 4, 1, 1 / 3), change(10, 20, 10, 1)], false],
    ["0", "3", [change(0, 3, 3, null)], false],
    ["45.0s", "1.2m", [], false],
    ["n/a", "3", [], false],
    ["<b>1</b>", "<b>2</b>", [change(1, 2, 1, 1)], false],
  ])("%s and %s", (before, after, numbers, percent) => expect(textChange(before, after)).toEqual({ numbers, percent }));
});
