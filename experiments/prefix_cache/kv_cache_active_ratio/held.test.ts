import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activeRatio, heldUpTo } from "./held.ts";

describe("heldUpTo", () => {
  const cases: [rule: string, waits: number[], timeouts: number[], expected: number[]][] = [
    ["nothing waits", [], [1, 60], [0, 0]],
    ["a wait equal to the timeout is held", [60], [59, 60, 61], [0, 60, 60]],
    ["a longer wait is left out, not cut", [5, 90], [1, 10, 100], [0, 5, 95]],
    ["equal waits are held together", [3, 3, 3], [2, 3], [0, 9]],
    ["without timeouts there is nothing to say", [1], [], []],
  ];
  it.each(cases)("%s", (_rule, waits, timeouts, expected) => expect(heldUpTo(waits, timeouts)).toEqual(expected));

  it.each([
    ["waits", [2, 1], [1]],
    ["timeouts", [1], [2, 1]],
  ])("refuses %s out of order", (what, waits, timeouts) => expect(() => heldUpTo(waits, timeouts)).toThrow(what));

  it("is the sum of the waits that are not longer; a longer timeout never makes the cache more active", () => {
    const seconds = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 50 }).map((values) => values.sort((a, b) => a - b));
    fc.assert(
      fc.property(seconds, seconds, fc.integer({ min: 1, max: 10_000 }), (waits, timeouts, generation) => {
        const held = heldUpTo(waits, timeouts);
        for (const [i, timeout] of timeouts.entries()) {
          expect(held[i]).toBe(waits.filter((wait) => wait <= timeout).reduce((sum, wait) => sum + wait, 0));
          if (i > 0) expect(activeRatio(generation, held[i] as number)).toBeLessThanOrEqual(activeRatio(generation, held[i - 1] as number));
        }
      }),
    );
  });
});

it.each([
  [60, 40, 0.6],
  [60, 0, 1],
  [0, 40, 0],
  [0, 0, 0],
])("%d s of generation and %d s of waiting are an active ratio of %d", (generation, waiting, ratio) =>
  expect(activeRatio(generation, waiting)).toBe(ratio),
);
