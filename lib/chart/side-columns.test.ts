import { expect, it } from "vitest";
import { withSideColumns } from "./side-columns.ts";

const NAMES = ["a", "b"];

/** Right ends of the columns, in CSS pixels from the plot. */
function endsOf(...texts: readonly (readonly [string, string])[]): unknown[] {
  const panel = { width: 100, height: 40, layer: [] };
  const columns = texts.map((own) => ({ heading: "steps", width: 50, texts: own }));
  const layer = withSideColumns(panel, NAMES, columns).layer.at(-1);
  const values = layer?.data && "values" in layer.data ? layer.data.values : [];
  return (values as { x: number }[]).map(({ x }) => x - panel.width);
}

it.each<[what: string, first: string, second: string, ends: number[]]>([
  ["short texts", "0.1", "12", [64, 128]],
  ["a number that reaches into the gap", "0.1", "1,234,567", [64, 143]],
  ["numbers that need more than their column", "253,800 / 1,152,950", "0.1", [150, 214]],
])("columns have room for %s", (_, first, second, ends) => {
  expect(endsOf([first, "0"], [second, "0"])).toEqual(ends);
});
