import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Length, recoveredWithin, stepsUntil, survivalCurve } from "./survival.ts";

const length = (steps: number, recovered: boolean, episodes = 1): Length => ({ steps, recovered, episodes });

describe("the curve", () => {
  it("is the share of those that are left at each step", () => {
    const lengths = [length(1, true, 4), length(1, false, 2), length(2, true, 1), length(3, false, 3)];
    expect(survivalCurve(lengths).map(({ steps, atRisk, recovered, survival }) => [steps, atRisk, recovered, survival])).toEqual([
      [0, 10, 0, 1],
      [1, 10, 4, 0.6],
      [2, 4, 1, 0.6 * 0.75],
      [3, 3, 0, 0.6 * 0.75],
    ]);
  });

  it("has Greenwood's interval", () => {
    const [, point] = survivalCurve([length(1, true, 4), length(1, false, 6)]);
    const half = 1.959964 * 0.6 * Math.sqrt(4 / (10 * 6));
    expect([point?.lo, point?.hi]).toEqual([expect.closeTo(0.6 - half, 12), expect.closeTo(0.6 + half, 12)]);
  });

  it.each<[what: string, lengths: Length[], half: number | null, within2: number | null]>([
    ["nothing", [], null, null],
    ["all at once", [length(1, true, 3)], 1, 1],
    ["half, then lost from sight", [length(2, true), length(2, false)], 2, 0.5],
    ["too few", [length(2, true), length(3, false, 2)], null, 1 / 3],
    ["lost before", [length(1, false, 2)], null, null],
  ])("%s", (_, lengths, half, within2) => {
    const curve = survivalCurve(lengths);
    expect(stepsUntil(0.5, curve)).toBe(half);
    expect(recoveredWithin(2, curve)).toEqual(within2 === null ? null : expect.closeTo(within2, 12));
  });

  it("never rises, and without lost episodes is the plain share", () => {
    const lengths = fc.array(fc.record({ steps: fc.nat(20), recovered: fc.constant(true), episodes: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(lengths, (each) => {
        const total = each.reduce((sum, { episodes }) => sum + episodes, 0);
        const curve = survivalCurve(each);
        for (const [i, { steps, survival }] of curve.entries()) {
          const left = each.filter((one) => one.steps > steps).reduce((sum, { episodes }) => sum + episodes, 0);
          expect(survival).toBeCloseTo(left / total, 9);
          expect(survival).toBeLessThanOrEqual(curve[i - 1]?.survival ?? 1);
        }
      }),
    );
  });
});
