import { describe, expect, it } from "vitest";
import { shortNumber, shownCell } from "./cell-text.ts";

describe("shortNumber", () => {
  it.each([
    ["0.3333333333333333", "0.333333"],
    ["12.5", "12.5"],
    ["100.0", "100"],
    ["123456789", "123456789"],
    ["12345678.9", "12345679"],
    ["9007199254740993", "9007199254740993"],
    ["1e-7", "1e-7"],
    ["1.2345678e-9", "1.23457e-9"],
    ["", ""],
    ["text.with.dots", "text.with.dots"],
  ])("%s as %s", (cell, short) => {
    expect(shortNumber(cell)).toBe(short);
  });
});

it.each([
  ["1.23456789", true, { text: "1.23457", title: "1.23456789" }],
  ["1.5", true, { text: "1.5", title: undefined }],
  ["short", false, { text: "short", title: undefined }],
  [
    "a text that the style sheet would cut off",
    false,
    { text: "a text that the style sheet would cut off", title: "a text that the style sheet would cut off" },
  ],
])("the cell %s (numeric: %s)", (value, numeric, shown) => {
  expect(shownCell(value, numeric)).toEqual(shown);
});
