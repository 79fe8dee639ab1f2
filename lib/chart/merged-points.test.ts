import { expect, it } from "vitest";
import { mergedPoints } from "./merged-points.ts";

type Spot = readonly [x: number, y: number, kind: string];

it.each<[what: string, spots: Spot[], merged: (readonly [...Spot, opacity: number])[]]>([
  ["nothing", [], []],
  ["one point keeps its opacity", [[5, 5, "a"]], [[5, 5, "a", 0.5]]],
  [
    "points of a cell become its first, as opaque as both",
    [
      [4.2, 8, "a"],
      [3.8, 8.4, "a"],
    ],
    [[4.2, 8, "a", 0.75]],
  ],
  [
    "those of the next cell stay",
    [
      [4, 8, "a"],
      [6, 8, "a"],
    ],
    [
      [4, 8, "a", 0.5],
      [6, 8, "a", 0.5],
    ],
  ],
  [
    "those of another kind stay",
    [
      [4, 8, "a"],
      [4, 8, "b"],
    ],
    [
      [4, 8, "a", 0.5],
      [4, 8, "b", 0.5],
    ],
  ],
])("%s", (_what, spots, merged) => {
  const points = spots.map(([x, y, kind]) => ({ x, y, kind }));
  const found = mergedPoints(points, { place: ({ x, y }) => [x, y], opacity: 0.5, kindOf: ({ kind }) => kind });
  expect(found.map(({ x, y, kind, opacity }) => [x, y, kind, opacity])).toEqual(merged);
});
