import { expect, it } from "vitest";
import { countCompact, countTick, finalCounts } from "./counts.ts";

it.each([
  [1_260_000_000, "1.26B"],
  [23_770_678, "23.8M"],
  [4_200, "4.2K"],
  [512, "512"],
  [0, "0"],
  [-4_200, "\u22124.2K"],
  [999_960, "1.0M"],
  [999_949_999, "999.9M"],
  [1_252_000_000, "1.25B"],
  [999_960_000, "1.00B"],
])("%s is %s", (count, text) => {
  expect(countCompact(count)).toBe(text);
});

it.each([
  [999e6, "999M"],
  [1e9, "1B"],
  [1.5e9, "1.5B"],
])("the tick of %s is %s", (count, text) => {
  expect(countTick(count)).toBe(text);
});

it.each([
  [3021, 9421, "final counts of 3,021 of 9,421 steps"],
  [0, 1, "final counts of 0 of 1 step"],
  [7, 7, null],
  [0, 0, null],
])("%s final counts of %s", (final, steps, text) => {
  expect(finalCounts(final, steps)).toBe(text);
});
