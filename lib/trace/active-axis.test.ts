import fc from "fast-check";
import { expect, it } from "vitest";
import { activeAxis } from "./active-axis.ts";
import type { TimelineGap } from "./timeline.ts";

const gap = (fromS: number, toS: number, kind: TimelineGap["kind"] = "human"): TimelineGap => ({ fromS, toS, kind });
/** Session s1 of pool M: an approval, a wait for a message, and a helper that runs for 100 s. */
const S1 = [gap(55, 655), gap(675, 2000), gap(2006, 2106, "running")];

it("shortens gaps in which nothing ran", () => {
  const axis = activeAxis(0, 2115, S1);
  expect(axis.lengthS).toBe(250);
  expect(axis.gaps.map(({ at }) => at)).toEqual([55, 105]);
  expect([0, 55, 355, 655, 675, 2000, 2115].map(axis.at)).toEqual([0, 55, 70, 85, 105, 135, 250]);
});

it.each<[string, TimelineGap[], number]>([
  ["a gap of just the limit stays", [gap(100, 400)], 1000],
  ["one that is longer is shortened", [gap(100, 401)], 729],
  ["one that something ran through stays", [gap(100, 700, "running")], 1000],
  ["silence is shortened, too", [gap(100, 700, "silent")], 430],
])("%s", (_, gaps, expected) => expect(activeAxis(0, 1000, gaps).lengthS).toBe(expected));

const anySession = fc
  .uniqueArray(fc.nat({ max: 100_000 }), { minLength: 2, maxLength: 21 })
  .map((moments) => moments.sort((a, b) => a - b))
  .chain((moments) =>
    fc.record({
      fromS: fc.constant(moments[0] ?? 0),
      toS: fc.constant(moments.at(-1) ?? 0),
      gaps: fc.constant(
        moments.slice(1).flatMap((toS, i) => (i % 2 === 0 ? [gap(moments[i] ?? 0, toS, i % 3 === 0 ? "silent" : "human")] : [])),
      ),
      gapS: fc.nat({ max: 5000 }),
      collapsedS: fc.nat({ max: 500 }),
    }),
  );

it("rises with the clock, is never longer than it, and gaps and the rest add up to it", () => {
  fc.assert(
    fc.property(anySession, fc.array(fc.nat({ max: 100_000 })), ({ fromS, toS, gaps, ...options }, moments) => {
      const axis = activeAxis(fromS, toS, gaps, options);
      const places = [fromS, ...moments.filter((moment) => moment >= fromS && moment <= toS).sort((a, b) => a - b), toS].map(axis.at);
      expect(places.every((place, i) => place >= (places[i - 1] ?? 0) - 1e-9)).toBe(true);
      expect(places.at(-1)).toBeCloseTo(axis.lengthS, 6);
      const left = axis.gaps.reduce((sum, each) => sum + each.toS - each.fromS - axis.collapsedS, 0);
      expect(axis.lengthS + left).toBeCloseTo(toS - fromS, 6);
      expect(axis.lengthS).toBeLessThanOrEqual(toS - fromS + 1e-6);
    }),
  );
});

it("is the clock when no gap is long enough", () => {
  const axis = activeAxis(0, 2115, S1, { gapS: Number.POSITIVE_INFINITY, collapsedS: 30 });
  expect([axis.lengthS, axis.at(1000)]).toEqual([2115, 1000]);
});
