import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { scatterFigure } from "./charts.ts";
import type { Limits, Misses, Step } from "./misses.ts";

const LIMITS: Limits = { lowHitRatio: 0.1, idleSeconds: 300 };
type StepCase = Pick<Step, "hit_ratio" | "gap_s" | "provider">;
const step = (hit_ratio: number, gap_s: number, provider = "claude"): StepCase => ({ provider, hit_ratio, gap_s });

function figure(steps: readonly StepCase[], limits = LIMITS) {
  const points = steps.map((each, i) => ({ ...each, round_pk: i, trigger: "user" as const, is_low: each.hit_ratio < limits.lowHitRatio }));
  return scatterFigure(
    "user",
    points,
    missesOf(points, limits),
    limits,
    () => (provider, isLong) => (provider === "claude" && isLong ? { lo: 0.25, hi: 0.75 } : null),
  );
}

function missesOf(points: readonly Step[], { idleSeconds }: Limits): Misses {
  const countsOf = (steps: readonly Step[]) => ({ low: steps.filter(({ is_low }) => is_low).length, steps: steps.length });
  const byProvider = [...new Set(points.map(({ provider }) => provider))].map((provider) => {
    const own = points.filter((point) => point.provider === provider);
    const isLong = ({ gap_s }: Step) => gap_s > idleSeconds;
    return {
      provider,
      steps: own.length,
      afterLong: countsOf(own.filter(isLong)),
      afterShort: countsOf(own.filter((each) => !isLong(each))),
    };
  });
  const all = { steps: points.length, long: 0, longShare: null, medianS: null, p90S: null };
  return { scope: "merged", trigger: "user", steps: points.length, lowSteps: 0, all, low: all, others: all, byProvider };
}

describe("the scatter figure", () => {
  it.each<[string, StepCase[], Limits?]>([
    ["one step at once", [step(1, 0)]],
    ["odd ratios and names", [step(-4, 1, "<b>"), step(9, 1e7, "constructor")]],
    ["limits at their ends", [step(0.5, 10)], { lowHitRatio: 1, idleSeconds: 0 }],
    ["a limit beyond all gaps", [step(0.5, 10)], { lowHitRatio: 0, idleSeconds: 1e9 }],
  ])("is drawn without fault for %s", async (_what, steps, limits) => {
    const { name, spec } = figure(steps, limits);
    expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });

  it("says how often long waits end in a low hit, by provider", () => {
    const { title, spec } = figure([step(0, 400), step(1, 400), step(1, 10), step(1, 20), step(0, 30), step(1, 1, "codex")]);
    expect(title).toBe("Low hits after a wait over 5m: 50.0% (Claude) of the steps");
    expect(JSON.stringify(spec)).toContain("50.0% (25.0% to 75.0%) low hits after a wait over 5m, 33.3% otherwise");
    expect(JSON.stringify(spec)).toContain("no wait over 5m, 0.0% low hits");
  });
});
