import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectOf, numberChange } from "./numbers.ts";

type Pair = readonly [before: number, after: number];

describe("effectOf", () => {
  it.each<[string, string | undefined, Pair[], number | null]>([
    ["nothing", undefined, [], null],
    ["equal numbers", undefined, [[4, 4]], 0],
    ["zeros", undefined, [[0, 0]], 0],
    ["noise in the last digits", "s", [[0.1, 0.1 + 2e-17]], 0],
    ["twice as much", "steps", [[5, 10]], 0.5],
    ["half as much", "steps", [[10, 5]], 0.5],
    ["from zero", "USD", [[0, 5]], 1],
    ["another sign", "s", [[-5, 5]], 2],
    [
      "a small number next to a large one",
      "steps",
      [
        [1, 2],
        [998, 998],
      ],
      1 / 1000,
    ],
    ["shares, by points", "share", [[0.001, 0.002]], 0.001],
    ["percentages, by points", "%", [[50, 75]], 0.25],
    ["shares of more than all", "share", [[1, 4]], 0.75],
    [
      "several units, each pair alike",
      "tokens or USD",
      [
        [1_000, 1_000],
        [1, 2],
      ],
      0.25,
    ],
  ])("of %s", (_, unit, pairs, effect) => {
    const found = effectOf(pairs.map(([before, after]) => numberChange(before, after, unit)));
    if (effect === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(effect, 12);
  });

  it("is the same both ways, and never more than 2", () => {
    const value = fc.double({ noNaN: true, min: -1e100, max: 1e100 });
    const unit = fc.constantFrom(undefined, "s", "%", "share", "USD", "count or s");
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 5 }), unit, (pairs, of) => {
        const there = effectOf(pairs.map(([a, b]) => numberChange(a, b, of))) ?? Number.NaN;
        const back = effectOf(pairs.map(([a, b]) => numberChange(b, a, of))) ?? Number.NaN;
        expect(there).toBeCloseTo(back, 9);
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThanOrEqual(2 + 1e-9);
      }),
    );
  });
});
