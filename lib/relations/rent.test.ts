import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const rowsOf = (steps: readonly StepLiteral[], sql: string) =>
  withPool(steps, async (pool) => (await pool.rows<object>(sql)).map(Object.values));

/** List prices are those of a day. */
const timing_events = [{ event_type: "text", timestamp: "2026-06-01T00:00:00Z" }];

/** Steps of one session whose contexts are read from the cache, for 500 nano-dollars a token. */
const cached = (session_id: string, contexts: readonly number[]): StepLiteral[] =>
  contexts.map((prefix_tokens) => ({ session_id, provider: "claude", model: "claude-opus-4-6", prefix_tokens, timing_events }));
const unpriced = (newly_append_tokens: number): StepLiteral => ({ session_id: "s", provider: "p", model: "m", newly_append_tokens });

describe("rent", () => {
  it.each<[rule: string, steps: StepLiteral[], expected: [grown: number, rent: number | null, pricedSteps: number][]]>([
    [
      "a token that stays is paid for in every step",
      cached("s", [100, 150, 150]),
      [
        [100, 1500, 3],
        [50, 1000, 2],
        [0, 500, 1],
      ],
    ],
    [
      "a smaller context keeps the same share of each token",
      cached("s", [100, 50, 80]),
      [
        [100, 500 + 0.5 * (500 + 500), 3],
        [0, 1000, 2],
        [30, 500, 1],
      ],
    ],
    [
      "an empty context keeps nothing",
      cached("s", [100, 0, 80]),
      [
        [100, 500, 3],
        [0, 0, 2],
        [80, 500, 1],
      ],
    ],
    [
      "after a reset everything is new",
      cached("s", [40_000, 10_000, 10_000]),
      [
        [40_000, 500, 1],
        [10_000, 1000, 2],
        [0, 500, 1],
      ],
    ],
    [
      "a step without a price adds nothing, and has a rent only if a later one has a price",
      [unpriced(100), ...cached("s", [100]), unpriced(200)],
      [
        [100, 500, 1],
        [0, 500, 1],
        [100, null, 0],
      ],
    ],
  ])("%s", async (_, steps, expected) => {
    const sql = "-- uses: rent\nSELECT grown_tokens, rent_nano, priced_steps FROM rent ORDER BY round_pk";
    expect(await rowsOf(steps, sql)).toEqual(expected);
  });

  it("of all growth adds up to the input bill, whatever the contexts", async () => {
    const tokens = fc.oneof(fc.constant(0), fc.nat({ max: 100 }), fc.nat({ max: 200_000 }));
    const sessions = fc.array(fc.array(fc.record({ prefix_tokens: tokens, newly_append_tokens: tokens }), { maxLength: 40 }), {
      maxLength: 30,
    });
    const sql = `-- uses: rent, steps
      SELECT sum(input_nano)::DOUBLE AS bill, sum(grown_tokens * rent_nano) AS rent, count(*) - count(input_nano) AS unpriced
      FROM rent JOIN steps USING (round_pk) GROUP BY session_id ORDER BY session_id`;
    await fc.assert(
      fc.asyncProperty(sessions, async (given) => {
        const steps = given.flatMap((session, i) =>
          session.map((step) => ({ session_id: String(i), provider: "codex", model: "gpt-5.4", timing_events, ...step })),
        );
        const found = await withPool(steps, (pool) => pool.rows<{ bill: number; rent: number; unpriced: number }>(sql));
        expect(found).toHaveLength(given.filter((session) => session.length > 0).length);
        for (const { bill, rent, unpriced } of found) {
          expect(Math.abs(rent - bill)).toBeLessThanOrEqual(1e-9 * bill);
          expect(unpriced).toBe(0);
        }
      }),
      { numRuns: 5 },
    );
  });
});
