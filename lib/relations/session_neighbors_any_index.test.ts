import { expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + second * 1000).toISOString();

/** A step that is triggered at `from` and whose last output is at `to`, in seconds; its index is also its output. */
const step = (round_index: number | null, from: number, to: number, more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  session_id: "s",
  round_index,
  output_tokens: round_index,
  timing_events: [
    { event_type: "tool_result", timestamp: at(from) },
    { event_type: "text", timestamp: at(to) },
  ],
  ...more,
});

/** [session_seq, pair_seq, output of the previous step, gap in seconds]. */
async function pairs(steps: readonly StepLiteral[]): Promise<unknown[][]> {
  const sql = `-- uses: session_neighbors_any_index
    SELECT session_seq, pair_seq, previous_output_tokens, gap_s FROM session_neighbors_any_index ORDER BY session_seq, pair_seq`;
  return withPool(steps, async (pool) => (await pool.rows<object>(sql)).map(Object.values));
}

const cases: [rule: string, steps: StepLiteral[], expected: unknown[][]][] = [
  ["an empty pool has no pairs", [], []],
  ["the only step of a session has no pair", [step(1, 0, 1)], []],
  ["the gap runs from the last output to the next trigger", [step(1, 0, 4), step(2, 6, 7)], [[1, 1, 1, 2]]],
  [
    "holes in the numbering are accepted",
    [step(1, 0, 1), step(7, 2, 3), step(9, 4, 5)],
    [
      [1, 1, 1, 1],
      [1, 2, 7, 1],
    ],
  ],
  [
    "a repeated index is ordered by time, then by place in the file",
    [step(3, 8, 9, { output_tokens: 30 }), step(3, 4, 5, { output_tokens: 31 }), step(3, 8, 9, { output_tokens: 32 }), step(4, 20, 21)],
    [
      [1, 1, 31, 3],
      [1, 2, 30, -1],
      [1, 3, 32, 11],
    ],
  ],
  [
    "round index decides, not the place in the file; the session is named after its earliest place",
    [step(2, 6, 7), step(1, 0, 4)],
    [[1, 1, 1, 2]],
  ],
  [
    "the same session id of another provider is another session",
    [step(1, 0, 1), step(1, 0, 2, { provider: "claude" }), step(2, 5, 6, { provider: "claude" }), step(2, 5, 6)],
    [
      [1, 1, 1, 4],
      [2, 1, 1, 3],
    ],
  ],
  [
    "a step without index, provider, session or timestamp does not take part and breaks nothing",
    [
      step(null, 0, 1),
      step(0, 0, 1, { provider: null }),
      step(0, 0, 1, { session_id: null }),
      step(1, 2, 3),
      step(2, 4, 5, { timing_events: [{ event_type: "text", timestamp: null }] }),
      step(3, 6, 7),
    ],
    [[4, 1, 1, 3]],
  ],
  [
    "a step without output ends where it was triggered, by the first event that is listed with a time",
    [
      step(1, 0, 0, {
        timing_events: [
          { event_type: "user_message", timestamp: null },
          { event_type: "tool_result", timestamp: at(3) },
          { event_type: "tool_result", timestamp: at(1) },
        ],
      }),
      step(2, 10, 11),
    ],
    [[1, 1, 1, 7]],
  ],
  ["missing tokens are 0", [step(1, 0, 1, { output_tokens: null }), step(2, 2, 3)], [[1, 1, 0, 1]]],
];

it.each(cases)("%s", async (_rule, steps, expected) => {
  expect(await pairs(steps)).toEqual(expected);
});

it("takes model and output from the previous step, prefix, append and trigger from the next", async () => {
  const steps = [
    step(1, 0, 1, {
      model: "a",
      input_tokens_total: 10,
      prefix_tokens: 6,
      newly_append_tokens: 4,
      output_tokens: 3,
      first_input_event_type: "user_message",
    }),
    step(2, 2, 3, {
      model: "b",
      input_tokens_total: 25,
      prefix_tokens: 12,
      newly_append_tokens: 13,
      output_tokens: 5,
      first_input_event_type: "tool_result",
    }),
  ];
  const rows = await withPool(steps, (pool) => pool.rows("-- uses: session_neighbors_any_index\nFROM session_neighbors_any_index"));
  expect(rows).toEqual([
    {
      provider: "codex",
      session_seq: 1,
      pair_seq: 1,
      previous_model: "a",
      previous_input_tokens: 10,
      previous_output_tokens: 3,
      next_input_type: "tool_result",
      next_prefix_tokens: 12,
      next_append_tokens: 13,
      gap_s: 1,
    },
  ]);
});
