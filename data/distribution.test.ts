import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QuantileCurve, Shares, Weighted } from "./distribution.ts";

describe("QuantileCurve", () => {
  const curve = new QuantileCurve({ 0: 1, 0.5: 100, 1: 10_000 });

  it.each([
    [0, 1],
    [0.25, 10],
    [0.5, 100],
    [0.75, 1000],
    [1, 10_000],
  ])("at %d is %d", (u, value) => {
    expect(curve.at(u)).toBeCloseTo(value, 6);
  });

  it("rises", () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(fc.property(unit, unit, (a, b) => a > b || curve.at(a) <= curve.at(b)));
  });

  it.each([
    ["no lower end", { 0.1: 1, 1: 2 }, "0 to 1"],
    ["no upper end", { 0: 1, 0.9: 2 }, "0 to 1"],
    ["a value that falls", { 0: 2, 1: 1 }, "must not fall"],
    ["zero", { 0: 0, 1: 1 }, "positive"],
  ])("refuses %s", (_, quantiles, message) => {
    expect(() => new QuantileCurve(quantiles)).toThrow(message);
  });
});

describe("Weighted", () => {
  const weighted = new Weighted([
    ["rare", 1],
    ["often", 3],
  ]);

  it.each([
    [0, "rare"],
    [0.249, "rare"],
    [0.25, "often"],
    [0.999, "often"],
  ])("at %d is %s", (u, item) => {
    expect(weighted.at(u)).toBe(item);
  });
});

describe("Shares", () => {
  it("keeps to its shares whatever the amounts", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 200 }), (amounts) => {
        const shares = new Shares([
          ["a", 0.6],
          ["b", 0.3],
          ["c", 0.1],
        ]);
        const given: Record<string, number> = { a: 0, b: 0, c: 0 };
        for (const amount of amounts) {
          const item = shares.next(amount);
          given[item] = (given[item] as number) + amount;
        }
        const total = amounts.reduce((sum, amount) => sum + amount, 0);
        for (const [item, share] of [
          ["a", 0.6],
          ["b", 0.3],
          ["c", 0.1],
        ] as const)
          expect(Math.abs((given[item] as number) - share * total)).toBeLessThanOrEqual(900 * 2);
      }),
    );
  });

  it("makes up for what was given without asking", () => {
    const shares = new Shares([
      ["a", 0.5],
      ["b", 0.5],
    ]);
    shares.give("a", 10);
    expect([shares.next(4), shares.next(4), shares.next(4)]).toEqual(["b", "b", "b"]);
  });
});
