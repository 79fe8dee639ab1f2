import { expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const step = (round_index: number | null, output_tokens: number | null, more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  session_id: "s",
  round_index,
  output_tokens,
  ...more,
});

/** [how the step before is numbered, its output, its visible output]. */
async function neighbors(steps: readonly StepLiteral[]): Promise<unknown[][]> {
  const sql = `-- uses: step_pairs
    SELECT neighbor, previous_output_tokens, previous_visible_tokens FROM step_pairs ORDER BY round_pk`;
  return withPool(steps, async (pool) => (await pool.rows<object>(sql)).map(Object.values));
}

const cases: [rule: string, steps: StepLiteral[], expected: unknown[][]][] = [
  [
    "round index decides, not the position in the file",
    [step(2, 20), step(1, 10)],
    [
      ["adjacent", 10, 10],
      ["first", 0, 0],
    ],
  ],
  [
    "a gap separates neighbors",
    [step(1, 10), step(3, 30)],
    [
      ["first", 0, 0],
      ["apart", 10, 10],
    ],
  ],
  [
    "of copies the first follows and the last precedes",
    [step(1, 10), step(2, 20), step(2, 21), step(3, 30)],
    [
      ["first", 0, 0],
      ["adjacent", 10, 10],
      ["apart", 20, 20],
      ["adjacent", 21, 21],
    ],
  ],
  [
    "sessions of the two providers are apart",
    [step(1, 10), step(2, 20, { provider: "claude" })],
    [
      ["first", 0, 0],
      ["first", 0, 0],
    ],
  ],
  [
    "reasoning of Codex is not visible",
    [step(1, 10, { reasoning_output_tokens: 12 }), step(2, 10, { reasoning_output_tokens: 4 }), step(3, 1)],
    [
      ["first", 0, 0],
      ["adjacent", 10, 0],
      ["adjacent", 10, 6],
    ],
  ],
  [
    "unknown output is 0",
    [step(1, null, { provider: "claude" }), step(2, 1, { provider: "claude" })],
    [
      ["first", 0, 0],
      ["adjacent", 0, 0],
    ],
  ],
  [
    "other providers and steps without identity take no part",
    [step(1, 1, { provider: "other" }), step(null, 1), step(1, 1, { session_id: null })],
    [],
  ],
];

it.each(cases)("%s", async (_rule, steps, expected) => expect(await neighbors(steps)).toEqual(expected));
