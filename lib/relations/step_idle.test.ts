import { expect, it } from "vitest";
import { timesAfter } from "../testing/events.ts";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const { at, event } = timesAfter(Date.UTC(2026, 0, 1));
const user = (second: number | null) => event("user_message", second);
const text = (second: number) => event("text", second);
const result = (id: string, second: number | null = null) => event("tool_result", second, { tool_call_id: id });
const call = (tool_call_id: string, from: number | null, to: number | null) => ({
  tool_call_id,
  emitted_at: from === null ? null : at(from),
  result_at: to === null ? null : at(to),
});
const step = (round_index: number | null, timing_events: StepLiteral["timing_events"], more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  session_id: "s",
  round_index,
  timing_events: timing_events ?? [],
  ...more,
});

/** [step, previous step, trigger, idle seconds]. */
async function idle(steps: readonly StepLiteral[]): Promise<unknown[][]> {
  const sql = `-- uses: step_idle
    SELECT round_pk, previous_round_pk, trigger, idle_us / 1e6 AS idle_s FROM step_idle ORDER BY round_pk`;
  return withPool(steps, async (pool) => (await pool.rows<object>(sql)).map(Object.values));
}

const cases: [rule: string, steps: StepLiteral[], expected: unknown[][]][] = [
  ["an empty pool has no rows", [], []],
  ["steps without identity take no part", [step(null, [user(0)]), step(1, [user(0)], { provider: null })], []],
  [
    "a user step waits for the human since the latest time before it, tool results included",
    [step(1, [user(0), text(5)], { tools: [call("a", 4, 20)] }), step(2, [user(50), text(51)])],
    [
      [1, null, "user", null],
      [2, 1, "user", 30],
    ],
  ],
  [
    "the time listed first counts, even if it is not the earliest",
    [step(1, [user(0)]), step(2, [user(9), text(3)])],
    [
      [1, null, "user", null],
      [2, 1, "user", 9],
    ],
  ],
  [
    "no pause is a pause of 0, overlapping steps have none",
    [step(1, [text(5)]), step(2, [user(5)]), step(3, [user(4)])],
    [
      [1, null, null, null],
      [2, 1, "user", 0],
      [3, 2, "user", null],
    ],
  ],
  [
    "a step without events follows its tool calls in time",
    [step(1, [text(5)]), step(1, [], { tools: [call("a", 2, 3)] }), step(2, [user(9)])],
    [
      [1, 2, null, null],
      [2, null, null, null],
      [3, 1, "user", 4],
    ],
  ],
  [
    "a tool step waits for the longest call that opens it",
    [
      step(1, [text(1)], { tools: [call("a", 0, 3), call("b", 0, 7), call("c", 0, 90)] }),
      step(2, [result("a"), result("b"), text(95), result("c")]),
    ],
    [
      [1, null, null, null],
      [2, 1, "tool_result", 7],
    ],
  ],
  [
    "the latest call of an id counts, also one without a duration",
    [
      step(1, [text(1)], { tools: [call("a", 0, 3), call("a", 0, 5)] }),
      step(2, [result("a")], { tools: [call("a", 9, null)] }),
      step(3, [result("a")], { tools: [call("a", 0, 100)] }),
      step(4, [result("a")]),
    ],
    [
      [1, null, null, null],
      [2, 1, "tool_result", 5],
      [3, 2, "tool_result", null],
      [4, 3, "tool_result", 100],
    ],
  ],
  [
    "calls of other sessions and results before their calls don't count",
    [
      step(1, [result("b")], { tools: [call("a", 0, 3), call("b", 0, 3)] }),
      step(2, [result("a")], { session_id: "t" }),
      step(2, [result("a"), result("")], { provider: "claude" }),
    ],
    [
      [1, null, "tool_result", null],
      [2, null, "tool_result", null],
      [3, null, "tool_result", null],
    ],
  ],
  [
    "a step that something else triggered has no wait but ends one",
    [step(1, [user(0), text(1)]), step(2, [text(4)]), step(3, [user(10)])],
    [
      [1, null, "user", null],
      [2, 1, null, null],
      [3, 2, "user", 6],
    ],
  ],
];

it.each(cases)("%s", async (_rule, steps, expected) => {
  expect(await idle(steps)).toEqual(expected);
});
