import { expect, it } from "vitest";
import { textWidth } from "../../../lib/chart/text-width.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import { labelsWithoutOverlap, type PointLabel } from "./point-labels.ts";

const WIDTH = textWidth("Bash", FONT_SIZE.annotation);
const plot = { width: 300, height: 200 };
const label = (x: number, y: number, radius = 5): PointLabel => ({ text: "Bash", color: "#000000", x, y, radius });

it.each<[what: string, labels: PointLabel[], expected: (readonly [left: number, middle: number])[]]>([
  ["to the right", [label(100, 100)], [[110, 100]]],
  ["to the left at the right edge", [label(295, 100)], [[295 - 10 - WIDTH, 100]]],
  [
    "above where the other is in the way",
    [label(100, 100), label(112, 100)],
    [
      [100 - 10 - WIDTH, 100],
      [122, 100],
    ],
  ],
  ["nowhere where a circle fills the plot", [label(150, 100, 140)], []],
])("%s", (_, labels, expected) => {
  expect(labelsWithoutOverlap(labels, plot).map(({ left, middle }) => [left, middle])).toEqual(expected);
});
