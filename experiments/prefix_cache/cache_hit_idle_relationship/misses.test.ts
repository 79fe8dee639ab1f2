import { describe, expect, it } from "vitest";
import { missesByGroup, type Step } from "./misses.ts";

const LIMITS = { lowHitRatio: 0.1, idleSeconds: 300 };
const step = (hitRatio: number, gapS: number | null, more: Partial<Step> = {}): Step => ({
  provider: "claude",
  trigger: "user",
  hitRatio,
  gapS,
  ...more,
});

function claude(steps: readonly Step[], limits = LIMITS) {
  const group = missesByGroup(steps, limits).find(({ scope, trigger }) => scope === "claude" && trigger === "user");
  return [group?.steps, group?.lowSteps, group?.all.steps, group?.all.long, group?.low.steps, group?.low.long, group?.others.long];
}

describe("steps, low ones; of those with a gap all, long, low, low and long, others and long", () => {
  it.each<[string, Step[], number[]]>([
    ["nothing", [], [0, 0, 0, 0, 0, 0, 0]],
    ["a ratio at the limit isn't low", [step(0.1, 1), step(0.0999, 1)], [2, 1, 2, 0, 1, 0, 0]],
    ["a gap at the limit isn't long", [step(0, 300), step(0, 300.001)], [2, 2, 2, 1, 2, 1, 0]],
    ["an unknown gap counts among the steps only", [step(0, null), step(1, 400)], [2, 1, 1, 1, 0, 0, 1]],
    ["a gap of zero is known", [step(0, 0)], [1, 1, 1, 0, 1, 0, 0]],
    ["other groups stay out", [step(0, 400, { provider: "codex" }), step(0, 400, { trigger: "tool_result" })], [0, 0, 0, 0, 0, 0, 0]],
  ])("%s", (_what, steps, expected) => {
    expect(claude(steps)).toEqual(expected);
  });

  it("follow the limits", () => {
    expect(claude([step(0.4, 20), step(0.6, 5)], { lowHitRatio: 0.5, idleSeconds: 10 })).toEqual([2, 1, 2, 1, 1, 1, 0]);
  });

  it("have interpolated quantiles, or none", () => {
    const [all] = missesByGroup([step(0, 1), step(0, 2), step(1, 4)], LIMITS);
    expect([all?.low.medianS, all?.all.medianS, all?.others.p90S]).toEqual([1.5, 2, 4]);
    expect(missesByGroup([], LIMITS)[0]?.all).toEqual({ steps: 0, long: 0, longShare: null, medianS: null, p90S: null });
  });
});
