/** Steps, calls, results and busy times on the cases that pool M doesn't have. */
import { describe, expect, it } from "vitest";
import { timesAfter } from "../testing/events.ts";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const START = Date.UTC(2026, 0, 1);
const { at, event } = timesAfter(START);
const user = (second: number | null) => event("user_message", second);
const text = (second: number) => event("text", second);
const result = (id: string) => event("tool_result", null, { tool_call_id: id });
const step = (timing_events: StepLiteral["timing_events"], tools: StepLiteral["tools"] = []): StepLiteral => ({
  session_id: "s",
  timing_events: timing_events ?? [],
  tools,
});

const rowsOf = (steps: readonly StepLiteral[], sql: string) =>
  withPool(steps, async (pool) => (await pool.rows<object>(sql)).map(Object.values));

describe("request_steps_all", () => {
  const sql = `-- uses: request_steps_all
    SELECT request_no, (request_us - ${START * 1000}) / 1e6 AS request_s FROM request_steps_all ORDER BY round_pk`;

  it.each<[rule: string, steps: StepLiteral[], expected: unknown[][]]>([
    ["the latest message before the first output opens", [step([user(0), user(2), text(5), user(7)])], [[1, 2]]],
    ["so does the earliest of a step without output", [step([user(3), user(1)])], [[1, 1]]],
    ["a message after the first output opens nothing", [step([text(1), user(2)])], [[0, null]]],
    ["nor does one without a time", [step([user(null)])], [[0, null]]],
    [
      "steps belong to the latest request of their session",
      [step([text(0)]), step([user(1)]), step([text(2)]), step([user(3), text(4)]), { ...step([text(5)]), session_id: "t" }],
      [
        [0, null],
        [1, 1],
        [1, null],
        [2, 3],
        [0, null],
      ],
    ],
    [
      "the empty session is none",
      [
        { ...step([user(0)]), session_id: "" },
        { ...step([user(0)]), session_id: null },
      ],
      [],
    ],
  ])("%s", async (_, steps, expected) => {
    expect(await rowsOf(steps, sql)).toEqual(expected);
  });
});

describe("steps", () => {
  it("names what is missing, counts it as 0, and writes no more than is new", async () => {
    const sql = `-- uses: steps
      SELECT provider, model, prefix_tokens, append_tokens, write_tokens, context_tokens, output_tokens, reasoning_tokens, user_message_chars
      FROM steps ORDER BY round_pk`;
    const given = [
      { session_id: "s", provider: "", model: null },
      { session_id: "s", provider: "codex", model: "m", newly_append_tokens: 7, details: { cache_write_tokens: 3 } },
      { session_id: "s", provider: "claude", model: "m", prefix_tokens: -5, newly_append_tokens: 7, claude_cache_creation_input_tokens: 9 },
    ];
    expect(await rowsOf(given, sql)).toEqual([
      ["<unknown-provider>", "<unknown-model>", 0, 0, 0, 0, 0, 0, 0],
      ["codex", "m", 0, 7, 3, 7, 0, 0, 0],
      ["claude", "m", 0, 7, 7, 7, 0, 0, 0],
    ]);
  });
});

describe("calls", () => {
  const sql = "-- uses: calls\nSELECT call_no, tool, result_round_pk FROM calls ORDER BY call_no";
  const call = (tool_call_id: string | null, tool_name: string | null = "Bash") => ({ tool_call_id, tool_name });

  it.each<[rule: string, steps: StepLiteral[], expected: unknown[][]]>([
    ["a call without a result", [step([], [call("a")]), step([result("b")])], [[1, "Bash", null]]],
    ["the first result counts", [step([], [call("a")]), step([result("a")]), step([result("a")])], [[1, "Bash", 2]]],
    [
      "an id that repeats has one result, the first",
      [step([result("a")]), step([], [call("a")]), step([result("a")], [call("a")]), step([result("a")])],
      [
        [1, "Bash", 1],
        [2, "Bash", 1],
      ],
    ],
    ["nor from another session", [step([], [call("a")]), { ...step([result("a")]), session_id: "t" }], [[1, "Bash", null]]],
    [
      "an empty id names no call",
      [step([], [call(""), call(null)]), step([result("")])],
      [
        [1, "Bash", null],
        [2, "Bash", null],
      ],
    ],
    [
      "names are trimmed",
      [step([], [call("a", " Read "), call("b", " "), call("c", null)])],
      [
        [1, "Read", null],
        [2, "<unknown-tool>", null],
        [3, "<unknown-tool>", null],
      ],
    ],
  ])("%s", async (_, steps, expected) => {
    expect(await rowsOf(steps, sql)).toEqual(expected);
  });

  it("deliver a result that their own step logged to the next one, or to none", async () => {
    const delivered = "-- uses: delivered\nSELECT call_round_pk, into_round_pk, result_chars FROM delivered ORDER BY call_round_pk";
    const own = [step([result("a")], [{ ...call("a"), result_chars: 9 }]), step([result("b")], [call("b")])];
    expect(await rowsOf(own, delivered)).toEqual([
      [1, 2, 9],
      [2, null, 0],
    ]);
  });
});

describe("busy", () => {
  const sql = `-- uses: busy
    SELECT kind, (COLUMNS(['from_us', 'to_us']) - ${START * 1000}) / 1e6 FROM busy ORDER BY from_us`;
  const call = (tool_name: string, [from, to]: readonly [number, number | null], internalMs: number | null = null) => ({
    tool_name,
    emitted_at: at(from),
    result_at: to === null ? null : at(to),
    tool_wall_latency_ms: to === null ? null : (to - from) * 1000,
    tool_internal_latency_ms: internalMs,
  });

  it.each<[rule: string, tool: ReturnType<typeof call>, expected: unknown[][]]>([
    ["a tool runs from call to result", call("Bash", [0, 90]), [["tool", 0, 90]]],
    ["without a result nothing is known", call("Bash", [0, null]), []],
    ["nor with one before the call", call("Bash", [5, 4]), []],
    ["a question is for a person", call("AskUserQuestion", [0, 1]), [["human", 0, 1]]],
    ["an instant tool is a tool", call("Edit", [0, 4.999]), [["tool", 0, 4.999]]],
    ["unless it took 5 s", call("Edit", [0, 5]), [["human", 0, 5]]],
    [
      "a person comes before the duration that the tool reports",
      call("exec_command", [0, 10], 4_000),
      [
        ["human", 0, 6],
        ["tool", 6, 10],
      ],
    ],
    ["unless that is less than 5 s", call("exec_command", [0, 10], 5_001), [["tool", 0, 10]]],
    ["a reported duration of 0 says nothing", call("exec_command", [0, 10], 0), [["tool", 0, 10]]],
    [
      "nor does one that began before the call",
      { ...call("exec_command", [0, 10], 12_000), tool_wall_latency_ms: 20_000 },
      [["tool", 0, 10]],
    ],
  ])("%s", async (_, tool, expected) => {
    expect(await rowsOf([step([], [tool])], sql)).toEqual(expected);
  });
});

describe("context_resets", () => {
  const sql = "-- uses: context_resets\nSELECT round_pk, tokens_before, tokens_after, freed_tokens FROM context_resets ORDER BY round_pk";

  it.each<[rule: string, contexts: number[], expected: number[][]]>([
    ["a drop that lasts", [100_000, 20_000, 21_000, 22_000, 23_000], [[2, 100_000, 20_000, 80_000]]],
    ["not from a small context", [32_767, 1_000, 1_000], []],
    ["to three quarters, exactly", [40_000, 30_000, 29_999], [[2, 40_000, 30_000, 10_000]]],
    ["not to more", [40_000, 30_001, 1_000], []],
    ["by 8,192 tokens", [32_768, 24_576, 24_575], [[2, 32_768, 24_576, 8_192]]],
    ["not by less", [32_768, 24_577, 1_000], []],
    ["not if the third step after makes up for it", [100_000, 20_000, 21_000, 22_000, 75_000], []],
    ["a recovery in the fourth comes too late", [100_000, 20_000, 21_000, 22_000, 23_000, 90_000], [[2, 100_000, 20_000, 80_000]]],
    ["not in the last step", [100_000, 20_000], []],
  ])("%s", async (_, contexts, expected) => {
    const steps = contexts.map((newly_append_tokens) => ({ session_id: "s", newly_append_tokens }));
    expect(await rowsOf(steps, sql)).toEqual(expected);
  });
});

describe("emitted", () => {
  it("counts a text that is logged twice once", async () => {
    const given = [
      {
        session_id: "s",
        output_tokens: 30,
        reasoning_output_tokens: 20,
        timing_events: [
          { event_type: "text", source: "event_msg.agent_message", content_chars: 50 },
          { event_type: "text", source: "response_item.message", content_chars: 50 },
          { event_type: "text", content_chars: 3 },
          { event_type: "user_message", content_chars: 1_000 },
        ],
        tools: [{ input_chars: 8 }, { input_chars: null }],
      },
    ];
    const sql = "-- uses: emitted\nSELECT chars, floor_tokens, visible_tokens FROM emitted";
    expect(await rowsOf(given, sql)).toEqual([[61, 15.25, 15.25]]);
  });
});

describe("chars_per_token", () => {
  /** A step that calls a tool and one that has its result, in a session of their own. */
  const pair = (session_id: string, result_chars: number, growth: number): StepLiteral[] => [
    { session_id, provider: "p", newly_append_tokens: 1_000, output_tokens: 100, tools: [{ tool_call_id: "a", result_chars }] },
    { session_id, provider: "p", newly_append_tokens: 1_000 + 100 + growth, timing_events: [result("a")] },
  ];
  const pairs = (count: number) => Array.from({ length: count }, (_, i) => pair(`s${i}`, 3_000 + i, 1_000)).flat();
  const sql = "-- uses: chars_per_token\nSELECT chars_per_token, pairs FROM chars_per_token";

  it.each<[rule: string, steps: StepLiteral[], expected: number[]]>([
    ["needs 30 pairs", pairs(29), [4, 29]],
    ["is their median", pairs(30), [3.0145, 30]],
    ["leaves out short results and little growth", [...pairs(30), ...pair("x", 1_999, 300), ...pair("y", 9_000, 199)], [3.0145, 30]],
  ])("%s", async (_, steps, expected) => {
    expect(await rowsOf(steps, sql)).toEqual([expected]);
  });
});
