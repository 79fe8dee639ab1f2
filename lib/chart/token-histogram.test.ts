import { describe, expect, it } from "vitest";
import { tokenAxis } from "./token-axis.ts";
import { tokenHistogram } from "./token-histogram.ts";

describe("tokenHistogram", () => {
  const counts = (values: number[], max = 32) => tokenHistogram("s", values, tokenAxis({ max, firstTick: 16 })).map(({ y }) => y);

  it.each<[string, number[], number, number[]]>([
    ["nothing but zeros lies in the first bin", [0, 0, 0], 0, [3, 0, 0, 0, 0, 0, 0, 0]],
    ["a value on an edge lies right of it", [2, 4], 16, [0, 1, 1, 0, 0, 0, 0, 0]],
    ["the last bin is closed", [15.9, 16], 16, [0, 0, 0, 0, 0, 0, 0, 2]],
    ["a doubling is eight bins", [16, 17.5, 31], 32, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1]],
  ])("%s", (_rule, values, max, expected) => {
    expect(counts(values, max)).toEqual(expected);
  });
});
