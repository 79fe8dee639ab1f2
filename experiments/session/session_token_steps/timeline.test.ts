import { describe, expect, it } from "vitest";
import { step } from "./fixtures.ts";
import { idleGaps, timeBlocks } from "./timeline.ts";

/** Steps at these minutes of some day, null for a step without a time. */
const stepsAt = (minutes: readonly (number | null)[]) => minutes.map((m) => step({ first_us: m === null ? null : (1_000_000 + m) * 60e6 }));
/** Blocks as `[start minutes, first index, last index]`. */
const blocks = (minutes: readonly (number | null)[]) =>
  timeBlocks(stepsAt(minutes)).map((b) => [b.startMinutes, b.firstIndex, b.lastIndex]);

describe("timeBlocks", () => {
  it.each<[string, (number | null)[], number[][]]>([
    ["no steps", [], []],
    ["no times", [null, null], []],
    ["one block", [7, 8, 11.9], [[0, 0, 2]]],
    [
      "a block starts at its full five minutes",
      [0, 4.999, 5, 10],
      [
        [0, 0, 1],
        [5, 2, 2],
        [10, 3, 3],
      ],
    ],
    [
      "steps without a time belong to no block",
      [null, 3, null, 9],
      [
        [0, 1, 1],
        [5, 3, 3],
      ],
    ],
    [
      "blocks follow the clock, also when it steps back",
      [20, 0, 21],
      [
        [0, 1, 1],
        [20, 0, 2],
      ],
    ],
  ])("%s", (_rule, minutes, expected) => {
    expect(blocks(minutes)).toEqual(expected);
  });
});

describe("idleGaps", () => {
  it.each<[string, (number | null)[], number[][]]>([
    ["neighboring blocks leave none", [0, 5, 10], []],
    ["whole blocks without a step", [0, 10], [[5, 0.5]]],
    [
      "each gap is between the last step before and the first after",
      [0, 1, 31, 32, 120],
      [
        [25, 1.5],
        [85, 3.5],
      ],
    ],
  ])("%s", (_rule, minutes, expected) => {
    expect(idleGaps(timeBlocks(stepsAt(minutes))).map((gap) => [gap.minutes, gap.position])).toEqual(expected);
  });
});
