import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Criteria, countBins, type Drop, judgeDrop, type Verdict } from "./measure.ts";

const CRITERIA: Criteria = { minDropTokens: 64_000, nearMaxRatio: 0.75, reboundRatio: 0.75 };
/** Totals in thousands of tokens: before, after, largest of the session, largest of the steps that follow. */
type Totals = [before: number, after: number, peak: number, following: number | null];
const drop = ([before, after, peak, following]: Totals): Drop => ({
  session_id: "s",
  trigger: "tool_result",
  previous_tokens: before * 1000,
  tokens: after * 1000,
  session_max_tokens: peak * 1000,
  following_max_tokens: following === null ? null : following * 1000,
});

describe("judgeDrop", () => {
  const cases: [what: string, totals: Totals, verdict: Verdict][] = [
    ["a context that is cut and stays small", [160, 20, 160, 60], "compaction"],
    ["a fall of exactly the least size", [100, 36, 100, 40], "compaction"],
    ["a fall just below it", [100, 36.001, 100, 40], "none"],
    ["one from exactly three quarters of the largest context", [120, 20, 160, 60], "compaction"],
    ["one from just below that", [119.999, 20, 160, 60], "partial"],
    ["one on the last step", [160, 20, 160, null], "unconfirmed"],
    ["one that grows back to exactly three quarters", [160, 20, 160, 120], "rebound"],
    ["one that grows back to just below", [160, 20, 160, 119.999], "compaction"],
    ["a low fall on the last step", [100, 20, 160, null], "partial"],
  ];

  it.each(cases)("%s", (_what, totals, verdict) => {
    expect(judgeDrop(drop(totals), CRITERIA)).toBe(verdict);
  });

  it("finds nothing in a session without tokens, even with a least fall of 0", () => {
    expect(judgeDrop(drop([0, 0, 0, 0]), { ...CRITERIA, minDropTokens: 0 })).toBe("none");
  });
});

describe("countBins", () => {
  it.each([
    [1, ["1"]],
    [12, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]],
    [13, ["1", "2", "3", "4", "5-8", "9-16"]],
    [34, ["1", "2", "3", "4", "5-8", "9-16", "17-32", "33-64"]],
  ])("up to %d", (max, labels) => {
    expect(countBins(max).map(({ label }) => label)).toEqual(labels);
  });

  it("puts each number into exactly one bin", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (a, b) => {
        const bins = countBins(Math.max(a, b));
        expect(bins.filter(({ low, high }) => low <= a && a <= high)).toHaveLength(1);
      }),
    );
  });
});
