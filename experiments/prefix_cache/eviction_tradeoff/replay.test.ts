import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closestTimeout, tradeoffOf } from "./measure.ts";
import { type IdleBin, replayTimeouts } from "./replay.ts";

type StepCase = [idle_s: number, input: number, fresh: number];

const binsOf = (cases: readonly StepCase[], timeouts: readonly number[]): IdleBin[] =>
  cases.map(([idle_s, input, fresh_tokens]) => ({
    place: timeouts.filter((timeout_s) => timeout_s < idle_s).length,
    steps: 1,
    idle_us: idle_s * 1e6,
    prefix_tokens: input - fresh_tokens,
    append_tokens: fresh_tokens,
    fresh_tokens,
  }));

/** [hit, redundant, fresh tokens, seconds held]. */
const outcomes = (cases: readonly StepCase[], timeouts: readonly number[]) =>
  replayTimeouts(binsOf(cases, timeouts), timeouts).map((o) => [o.hit_tokens, o.redundant_tokens, o.fresh_tokens, o.held_s]);

describe("replayTimeouts", () => {
  const table: [rule: string, steps: StepCase[], timeouts: number[], expected: number[][]][] = [
    [
      "without steps nothing is held",
      [],
      [1, 60],
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    ],
    [
      "an idle time equal to the timeout is in time",
      [[60, 100, 10]],
      [59, 60, 61],
      [
        [0, 90, 10, 59],
        [90, 0, 10, 60],
        [90, 0, 10, 60],
      ],
    ],
    ["no pause is in time at every timeout", [[0, 100, 10]], [1], [[90, 0, 10, 0]]],
    [
      "equal idle times are kept or evicted together",
      [
        [5, 10, 1],
        [5, 20, 2],
      ],
      [4, 5],
      [
        [0, 27, 3, 8],
        [27, 0, 3, 10],
      ],
    ],
    [
      "the late ones are held until the timeout",
      [
        [2, 10, 4],
        [50, 30, 5],
        [900, 7, 7],
      ],
      [1, 10, 100],
      [
        [0, 31, 16, 3],
        [6, 25, 16, 22],
        [31, 0, 16, 152],
      ],
    ],
  ];
  it.each(table)("%s", (_rule, steps, timeouts, expected) => expect(outcomes(steps, timeouts)).toEqual(expected));

  it("refuses timeouts out of order", () => expect(() => outcomes([], [2, 1])).toThrow("timeouts"));

  const step = fc
    .tuple(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.nat(200_000), fc.nat(200_000))
    .map(([idle, fresh, cached]): StepCase => [idle, fresh + cached, fresh]);
  const ascending = fc
    .array(fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constant(60)), { maxLength: 20 })
    .map((values) => values.sort((a, b) => a - b));

  it("splits the input into hits, redundant and fresh tokens; a longer timeout never hits less nor stores less", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), ascending, (cases, timeouts) => {
        const steps = cases.sort(([a], [b]) => a - b);
        const input = steps.reduce((sum, [, tokens]) => sum + tokens, 0);
        const results = replayTimeouts(binsOf(steps, timeouts), timeouts);
        for (const [i, result] of results.entries()) {
          expect(result.hit_tokens + result.redundant_tokens + result.fresh_tokens).toBe(input);
          expect(result.redundant_tokens).toBeGreaterThanOrEqual(0);
          const shorter = results[i - 1];
          if (!shorter) continue;
          expect(result.hit_tokens).toBeGreaterThanOrEqual(shorter.hit_tokens);
          expect(result.held_s).toBeGreaterThanOrEqual(shorter.held_s - 1e-9 * shorter.held_s);
        }
      }),
    );
  });

  it("agrees with judging each step separately", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), ascending, (cases, timeouts) => {
        const steps = cases.sort(([a], [b]) => a - b);
        for (const { timeout_s, hit_tokens, held_s } of replayTimeouts(binsOf(steps, timeouts), timeouts)) {
          const kept = steps.filter(([idle]) => idle <= timeout_s);
          expect(hit_tokens).toBe(kept.reduce((sum, [, input, fresh]) => sum + input - fresh, 0));
          expect(held_s).toBeCloseTo(
            steps.reduce((sum, [idle]) => sum + Math.min(idle, timeout_s), 0),
            5,
          );
        }
      }),
    );
  });
});

describe("closestTimeout", () => {
  const points = [0.2, 0.5, 0.5, 0.8].map((hit_rate, i) => ({ timeout_s: i + 1, hit_rate }));
  it.each([
    [0, 1],
    [0.5, 2],
    [0.35, 1],
    [0.9, 4],
  ])("a hit rate of %d is that of timeout %d, the shortest of several", (rate, timeout) =>
    expect(closestTimeout(points, rate)).toBe(timeout),
  );
});

describe("tradeoffOf", () => {
  const observed = (cases: readonly StepCase[]) =>
    binsOf(cases, [60]).map((bin) => ({ ...bin, prefix_tokens: 40, append_tokens: bin.prefix_tokens + bin.append_tokens - 40 }));
  const timeouts = [{ timeout_s: 60, is_landmark: true }];

  it("puts tokens over input and held time over generation", () => {
    expect(
      tradeoffOf(
        "merged",
        observed([
          [30, 100, 10],
          [90, 100, 10],
        ]),
        45,
        timeouts,
      ),
    ).toEqual({
      scope: "merged",
      steps: 2,
      generation_s: 45,
      fresh_floor: 0.1,
      optimal_hit_rate: 0.9,
      observed_hit_rate: 0.4,
      observed_amplification: 6,
      effective_timeout_s: 60,
      points: [{ timeout_s: 60, is_landmark: true, hit_rate: 0.45, amplification: 5.5, redundant_share: 90 / 110, storage_ratio: 2 }],
    });
  });

  it.each([
    ["no steps", [], 1],
    ["nothing fresh", [[1, 100, 0]], 1],
    ["no generation", [[1, 100, 10]], 0],
  ] as [string, StepCase[], number][])("is nothing with %s", (_why, cases, generation_s) =>
    expect(tradeoffOf("merged", observed(cases), generation_s, timeouts)).toBeNull(),
  );
});
