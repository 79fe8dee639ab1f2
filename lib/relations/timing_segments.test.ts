import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const at = (second: number | null) => (second === null ? null : new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString());
const events = (...list: [type: string, second: number | null][]): StepLiteral => ({
  timing_events: list.map(([event_type, second]) => ({ event_type, timestamp: at(second) })),
});
const CODEX = { provider: "codex", output_tokens: 100, reasoning_output_tokens: 30 };
const CLAUDE = { ...CODEX, provider: "claude" };

/** Kind, duration and generated tokens of each segment. */
const segmentsOf = (...steps: StepLiteral[]) =>
  withPool(steps, async (pool) => {
    const rows = await pool.rows<Record<string, number | string>>("-- uses: timing_segments\nFROM timing_segments ORDER BY segment_seq");
    return rows.map(({ segment_kind, duration_ms, segment_output_tokens }) => [segment_kind, duration_ms, segment_output_tokens]);
  });

describe("timing_segments", () => {
  const cases: [rule: string, step: StepLiteral, segments: (string | number)[][]][] = [
    [
      "of Codex are three",
      { ...CODEX, ...events(["user_message", 0], ["reasoning", 4], ["tool_call", 5]) },
      [
        ["codex_user_message_to_tool_call", 5000, 100],
        ["codex_user_message_to_reasoning_end", 4000, 30],
        ["codex_reasoning_end_to_tool_call", 1000, 70],
      ],
    ],
    [
      "of Claude are one",
      { ...CLAUDE, ...events(["tool_result", 0], ["reasoning", 4], ["tool_call", 5]) },
      [["claude_tool_result_to_tool_call", 5000, 100]],
    ],
    ["of another provider are none", { ...CLAUDE, provider: "Claude", ...events(["user_message", 0], ["tool_call", 5]) }, []],
    [
      "end at the last call, start at the last input before it",
      { ...CLAUDE, ...events(["user_message", 0], ["tool_call", 3], ["tool_result", 4], ["tool_call", 6], ["user_message", 7]) },
      [["claude_tool_result_to_tool_call", 2000, 100]],
    ],
    [
      "start at the input listed first when two come at once",
      { ...CLAUDE, ...events(["tool_result", 1], ["user_message", 1], ["tool_call", 2]) },
      [["claude_tool_result_to_tool_call", 1000, 100]],
    ],
    ["have a length", { ...CLAUDE, ...events(["user_message", 2], ["tool_call", 2]) }, []],
    ["need an input", { ...CLAUDE, ...events(["text", 0], ["tool_call", 2], ["user_message", 3]) }, []],
    ["need timed events", { ...CLAUDE, ...events(["user_message", null], ["tool_call", 2]) }, []],
    [
      "need no call for the reasoning",
      { ...CODEX, ...events(["tool_result", 1], ["reasoning", 3]) },
      [["codex_tool_result_to_reasoning_end", 2000, 30]],
    ],
    [
      "do not run from reasoning back to a call",
      { ...CODEX, ...events(["tool_result", 1], ["tool_call", 2], ["reasoning", 3]) },
      [
        ["codex_tool_result_to_tool_call", 1000, 100],
        ["codex_tool_result_to_reasoning_end", 2000, 30],
      ],
    ],
    [
      "have no reasoning tokens where these are unknown",
      { ...CODEX, reasoning_output_tokens: null, ...events(["tool_result", 1], ["reasoning", 3], ["tool_call", 4.5]) },
      [
        ["codex_tool_result_to_tool_call", 3500, 100],
        ["codex_tool_result_to_reasoning_end", 2000, 0],
        ["codex_reasoning_end_to_tool_call", 1500, 100],
      ],
    ],
    [
      "have no negative outputs of a part",
      { ...CODEX, reasoning_output_tokens: 130, ...events(["reasoning", 3], ["tool_call", 4]) },
      [["codex_reasoning_end_to_tool_call", 1000, 0]],
    ],
  ];

  it.each(cases)("%s", async (_rule, step, segments) => {
    expect(await segmentsOf(step)).toEqual(segments);
  });

  it("carry the tokens of the step", async () => {
    const step = { ...CLAUDE, prefix_tokens: 7, newly_append_tokens: null, input_tokens_total: 0 };
    const timed = { ...step, ...events(["user_message", 0], ["tool_call", 1]) };
    await withPool([timed], async (pool) => {
      const [segment] = await pool.rows("-- uses: timing_segments\nFROM timing_segments");
      expect(segment).toMatchObject({ round_pk: 1, cached_tokens: 7, append_tokens: 0, input_tokens: 7 });
    });
  });
});
