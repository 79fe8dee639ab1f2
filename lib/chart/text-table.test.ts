import { expect, it } from "vitest";
import { textTable } from "./text-table.ts";
import { textWidth } from "./text-width.ts";
import { FONT_SIZE } from "./theme.ts";

const widthOf = (text: string) => textWidth(text, FONT_SIZE.annotation);

it.each<[what: string, cells: string[], width: number]>([
  ["short texts", ["Claude", "1", "2"], 100 + 50 + 50],
  ["a long name", ["Claude, session 309a41b325, request 63", "1", "2"], 36 + widthOf("Claude, session 309a41b325, request 63") + 50 + 50],
  ["a long number", ["Claude", "$1,234,567.89", "2"], 100 + widthOf("$1,234,567.89") + 14 + 50],
])("columns have room for %s", (_, cells, width) => {
  const table = textTable({ columns: ["", "a", "b"], rows: [{ color: null, cells }], nameWidth: 100, columnWidth: 50 });
  expect(table.width).toBeGreaterThanOrEqual(width);
  expect(table.width).toBeLessThan(width + 2);
});
