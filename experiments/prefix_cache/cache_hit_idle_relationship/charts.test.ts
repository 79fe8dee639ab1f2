import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { scatterFigure } from "./charts.ts";
import { type Limits, type Misses, missesByGroup, type Step } from "./misses.ts";

const LIMITS: Limits = { lowHitRatio: 0.1, idleSeconds: 300 };
const step = (hitRatio: number, gapS: number | null, provider = "claude"): Step => ({ provider, trigger: "user", hitRatio, gapS });

function figure(steps: readonly Step[], limits = LIMITS) {
  const misses = missesByGroup(steps, limits).find(({ scope, trigger }) => scope === "merged" && trigger === "user") as Misses;
  return scatterFigure("user", steps, misses, limits);
}

describe("the scatter figure", () => {
  it.each<[string, Step[], Limits?]>([
    ["one step at once", [step(1, 0)]],
    ["odd ratios and names", [step(-4, 1, "<b>"), step(9, 1e7, "constructor")]],
    ["more steps than a call takes arguments", Array.from({ length: 200_000 }, (_, i) => step((i % 101) / 100, i % 977))],
    ["limits at their ends", [step(0.5, 10)], { lowHitRatio: 1, idleSeconds: 0 }],
    ["a limit beyond all gaps", [step(0.5, 10)], { lowHitRatio: 0, idleSeconds: 1e9 }],
  ])("is drawn without fault for %s", async (_what, steps, limits) => {
    const { name, spec } = figure(steps, limits);
    expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });

  it("says how often long waits end in a low hit", () => {
    const { spec, caption } = figure([step(0, 400), step(1, 400), step(1, 10), step(1, 20), step(0, 30), step(0, null)]);
    expect(JSON.stringify(spec.title)).toContain("50.0% low hits after a wait over 5m, 33.3% otherwise");
    expect(caption).toContain("2 of 5 steps have a hit ratio below 10%; 1 of them follow a wait over 5m, as do 2 of all.");
  });
});
