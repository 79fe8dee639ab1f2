import { describe, expect, it } from "vitest";
import { type Rejection, rejectionOf, type Segment, type Side, sideOf } from "./select.ts";

const GATES = { includeSplitSegments: false, minTotalTokens: 4096, minDurationMs: 50, maxDurationMs: 1000 };
const SIDES = { appendHeavyShare: 0.25, prefixHeavyMaxAppendShare: 0.1, minAppendTokens: 1024, minPrefixTokens: 4096 };
const GOOD: Segment = { wholeStep: true, total: 5000, cached: 4500, append: 500, output: 0, durationMs: 100 };

describe("rejectionOf", () => {
  it.each<[Partial<Segment>, Rejection | null]>([
    [{}, null],
    [{ total: 4096, durationMs: 50 }, null],
    [{ durationMs: 1000 }, null],
    [{ wholeStep: false, total: 1, durationMs: 1 }, "skipped_split_or_non_tool_call_segment"],
    [{ total: 4095, output: -1 }, "skipped_small_total"],
    [{ output: -1, durationMs: 1 }, "skipped_invalid_numeric"],
    [{ cached: -1 }, "skipped_invalid_numeric"],
    [{ append: -1 }, "skipped_invalid_numeric"],
    [{ durationMs: 49.999 }, "skipped_below_min_duration"],
    [{ durationMs: 1000.001 }, "skipped_above_max_duration"],
  ])("of %j is %s", (part, rejection) => expect(rejectionOf({ ...GOOD, ...part }, GATES)).toBe(rejection));

  it("accepts parts of steps when asked to, and any length without a limit", () => {
    const options = { ...GATES, includeSplitSegments: true, maxDurationMs: undefined };
    expect(rejectionOf({ ...GOOD, wholeStep: false, durationMs: 1e9 }, options)).toBeNull();
  });
});

describe("sideOf", () => {
  it.each<[total: number, cached: number, append: number, side: Side | null]>([
    [40_000, 30_000, 10_000, "append_heavy"],
    [40_000, 30_001, 9_999, null],
    [4_000, 0, 1_023, null],
    [40_000, 36_000, 4_000, "prefix_heavy"],
    [40_000, 35_999, 4_001, null],
    [4_200, 4_095, 105, null],
    [0, 5_000, 9_000, "prefix_heavy"], // without a whole there is no share
  ])("of %i tokens, %i cached and %i new, is %s", (total, cached, append, side) =>
    expect(sideOf({ total, cached, append }, SIDES)).toBe(side),
  );

  it("prefers append where thresholds overlap", () => {
    expect(
      sideOf({ total: 10_000, cached: 8_000, append: 2_000 }, { ...SIDES, appendHeavyShare: 0.1, prefixHeavyMaxAppendShare: 0.5 }),
    ).toBe("append_heavy");
  });
});
