import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Split, withCacheKept } from "./counterfactual.ts";

const split = (prefix: number, append: number, cacheWrite: number): Split => ({ prefix, append, cacheWrite });

describe("with the cache kept", () => {
  it.each<[string, Split, number | null, Split]>([
    ["a step that nobody returned to stays", split(10, 90, 50), null, split(10, 90, 50)],
    ["append falls to the growth", split(0, 120, 0), 100, split(100, 20, 0)],
    ["append that is growth already stays", split(100, 20, 5), 90, split(100, 20, 5)],
    ["a shrunken context appends nothing", split(0, 80, 60), 100, split(80, 0, 0)],
    ["written tokens move first", split(0, 120, 110), 100, split(100, 20, 10)],
    ["and no more are written than appended", split(0, 120, 120), 100, split(100, 20, 20)],
    ["fewer written than moved: none is left", split(0, 120, 60), 100, split(100, 20, 0)],
    ["a step before without tokens changes nothing", split(5, 120, 60), 0, split(5, 120, 60)],
  ])("%s", (_what, observed, previousTotal, expected) => {
    expect(withCacheKept(observed, previousTotal)).toEqual(expected);
  });

  it("the input stays the same and nothing grows", () => {
    const tokens = fc.nat(1_000_000);
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, (prefix, append, write, previousTotal) => {
        const observed = split(prefix, append, Math.min(write, append));
        const kept = withCacheKept(observed, previousTotal);
        expect(kept.prefix + kept.append).toBe(prefix + append);
        expect(kept.append).toBeLessThanOrEqual(append);
        expect(kept.cacheWrite).toBeLessThanOrEqual(Math.min(kept.append, observed.cacheWrite));
        expect(Math.min(kept.append, kept.cacheWrite)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
