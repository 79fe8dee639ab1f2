import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attribute } from "./attribution.ts";

describe("attribute", () => {
  it.each([
    // pairs, close %, append side %, decision, strength
    [0, 0, 0, "not_sure", "weak"],
    [49, 100, 0, "not_sure", "weak"],
    [50, 100, 0, "prefix_side", "strong"],
    [50, 70, 20, "prefix_side", "strong"],
    [50, 69.9, 20, "not_sure", "weak"],
    [50, 70, 20.1, "not_sure", "weak"],
    [299, 95, 0, "prefix_side", "strong"],
    [300, 79.9, 0, "prefix_side", "strong"],
    [300, 80, 20, "prefix_side", "very_strong"],
    [50, 20, 70, "append_side", "strong"],
    [50, 20.1, 70, "not_sure", "weak"],
    [299, 0, 100, "append_side", "strong"],
    [300, 0, 89.9, "append_side", "strong"],
    [300, 0, 90, "append_side", "very_strong"],
    [50, 30, 30, "mixed", "moderate"],
    [99, 50, 50, "mixed", "moderate"],
    [100, 30, 70, "mixed", "strong"],
    [100, 29.9, 70, "not_sure", "weak"],
    [1000, 30, 29.9, "not_sure", "weak"],
  ])("%d pairs, close %d %%, append side %d %%: %s, %s", (pairs, closePct, appendSidePct, decision, strength) => {
    expect(attribute({ pairs, closePct, appendSidePct })).toEqual({ decision, strength });
  });

  it("swaps its sides with its evidence", () => {
    const sides = { prefix_side: "append_side", append_side: "prefix_side", mixed: "mixed", not_sure: "not_sure" } as const;
    const pct = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.nat(1000), pct, pct, (pairs, a, b) => {
        const { decision } = attribute({ pairs, closePct: a, appendSidePct: b });
        expect(attribute({ pairs, closePct: b, appendSidePct: a }).decision).toBe(sides[decision]);
      }),
    );
  });
});
