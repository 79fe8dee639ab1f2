import { describe, expect, it } from "vitest";
import { shareOfLongest } from "./workload.ts";

describe("shareOfLongest", () => {
  it.each([
    ["a tenth of the sessions", [80, 3, 3, 2, 2, 2, 2, 2, 2, 2], 0.8],
    ["at least one session", [1, 3], 0.75],
    ["a single session", [7], 1],
  ])("%s", (_, steps, expected) => {
    expect(shareOfLongest(steps, 0.1)).toBeCloseTo(expected, 12);
  });
});
