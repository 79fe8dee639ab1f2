import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medianInterval, shareInterval, wilsonInterval } from "./intervals.ts";

const session = fc
  .integer({ min: 1, max: 50 })
  .chain((whole) => fc.record({ part: fc.integer({ min: 0, max: whole }), whole: fc.constant(whole) }));

describe("wilsonInterval", () => {
  it.each([
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [480, 10_000, 0.044, 0.0524],
  ])("of %d in %d", (hits, n, lo, hi) => {
    expect(wilsonInterval(hits, n)?.lo).toBeCloseTo(lo, 4);
    expect(wilsonInterval(hits, n)?.hi).toBeCloseTo(hi, 4);
  });

  it("of nothing is not known", () => expect(wilsonInterval(0, 0)).toBeNull());

  it("holds the share and stays within 0 and 1", () => {
    fc.assert(
      fc.property(session, ({ part, whole }) => {
        const { lo, hi } = wilsonInterval(part, whole) ?? { lo: 2, hi: -1 };
        return 0 <= lo && lo <= part / whole && part / whole <= hi && hi <= 1;
      }),
      { seed: 1 },
    );
  });
});

describe("intervals of sessions", () => {
  it.each([
    ["one session", [{ part: 1, whole: 2 }]],
    [
      "sessions with nothing",
      [
        { part: 0, whole: 0 },
        { part: 1, whole: 2 },
      ],
    ],
  ])("are not known of %s", (_, sessions) => expect(shareInterval(sessions)).toBeNull());

  it("hold no more than the shares and values of single sessions, and are the same again", () => {
    fc.assert(
      fc.property(fc.array(session, { minLength: 2, maxLength: 12 }), (sessions) => {
        const shares = sessions.map(({ part, whole }) => part / whole);
        const { lo, hi } = shareInterval(sessions) ?? { lo: -1, hi: 2 };
        expect(lo).toBeGreaterThanOrEqual(Math.min(...shares) - 1e-12);
        expect(hi).toBeLessThanOrEqual(Math.max(...shares) + 1e-12);
        expect(lo).toBeLessThanOrEqual(hi);
        expect(shareInterval(sessions)).toEqual({ lo, hi });
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it("are wider where a few sessions hold most of the steps", () => {
    const even = Array.from({ length: 40 }, (_, i) => ({ part: i % 2, whole: 1 }));
    const uneven = even.map(({ part, whole }, i) => (i < 4 ? { part: 100 * part, whole: 100 } : { part, whole }));
    const width = (sessions: typeof even) => (shareInterval(sessions)?.hi ?? 0) - (shareInterval(sessions)?.lo ?? 0);
    expect(width(uneven)).toBeGreaterThan(2 * width(even));
  });

  it("of equal sessions are a point; medians are between quantiles", () => {
    expect(
      shareInterval([
        { part: 1, whole: 4 },
        { part: 1, whole: 4 },
      ]),
    ).toEqual({ lo: 0.25, hi: 0.25 });
    const values = [
      { part: 2, whole: 2 },
      { part: 1, whole: 1 },
      { part: 0, whole: 3 },
    ];
    const { lo, hi } = medianInterval(values, (share) => 10 * share) ?? { lo: 0, hi: 0 };
    expect(lo).toBeGreaterThanOrEqual(0);
    expect(hi).toBeLessThanOrEqual(10);
    expect(lo).toBeLessThan(5);
    expect(hi).toBeGreaterThan(5);
    expect(medianInterval(values.slice(0, 1), (share) => share)).toBeNull();
  });
});
