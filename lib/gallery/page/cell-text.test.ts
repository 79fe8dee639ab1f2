import { describe, expect, it } from "vitest";
import { type CellKind, shortNumber, shownCell } from "./cell-text.ts";

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

const LONG = "a text that the style sheet would cut off";

it.each<[string, CellKind, { text: string; title: string | undefined }]>([
  ["1.23456789", { numeric: true }, { text: "1.23457", title: "1.23456789" }],
  ["1.5", { numeric: true }, { text: "1.5", title: undefined }],
  ["20260101", { numeric: true }, { text: "20260101", title: undefined }],
  ["17202", { numeric: true, amount: true }, { text: "17,202", title: "17202" }],
  ["-100005.80421181138", { numeric: true, amount: true }, { text: "-100,006", title: "-100005.80421181138" }],
  ["1234.5", { numeric: true, amount: true }, { text: "1,234.5", title: "1234.5" }],
  ["999", { numeric: true, amount: true }, { text: "999", title: undefined }],
  ["1.2345678e+21", { numeric: true, amount: true }, { text: "1.23457e+21", title: "1.2345678e+21" }],
  ["short", { numeric: false }, { text: "short", title: undefined }],
  [LONG, { numeric: false }, { text: LONG, title: LONG }],
])("the cell %s of %j", (value, kind, shown) => {
  expect(shownCell(value, kind)).toEqual(shown);
});
