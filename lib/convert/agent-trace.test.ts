import { describe, expect, it } from "vitest";
import { converted } from "./fixture.ts";

const T = 1_767_225_600;
const event = (event_type: string, second: number, more: object = {}, data: object = {}) => ({
  ...{ event_type, timestamp: T + second, event_id: `${event_type}-${second}`, session_id: "s", data },
  ...more,
});
/** As decorators of a program write them: the answer names its request. */
const NAMED = [
  event("session_start", 0),
  event("user_prompt", 1, {}, { prompt: "secret" }),
  event("llm_request", 2, {}, { model: "gpt-5.4", input_tokens: 90 }),
  event("llm_response", 4, { parent_id: "llm_request-2", duration_ms: 2000 }, { output_tokens: 7 }),
  event("tool_call", 5, {}, { tool_name: "Bash", arguments: { command: "secret" } }),
  event("tool_result", 6.5, { parent_id: "tool_call-5" }, { result: "secret" }),
  event("llm_request", 7, {}, { model: "gpt-5.4", input_tokens: 95 }),
  event("llm_response", 8, { parent_id: "llm_request-7" }, { output_tokens: 3 }),
];
/** As integrations write them: the answer has all there is, but for who asked. */
const UNNAMED = [
  event("user_prompt", 1),
  event("llm_request", 2, {}, { model: "gpt-5.4" }),
  event("llm_response", 4, {}, { model: "gpt-5.4", input_tokens: 90, output_tokens: 7, duration_ms: 2000 }),
  event("tool_call", 5, {}, { tool_name: "Bash" }),
  event("tool_result", 6.5, {}, { tool_name: "Bash", duration_ms: 1500 }),
  event("llm_request", 7, {}, { model: "gpt-5.4" }),
  event("llm_response", 8, {}, { model: "gpt-5.4", input_tokens: 95, output_tokens: 3, duration_ms: 1000 }),
];
const text = (events: readonly object[]) => events.map((each) => JSON.stringify(each)).join("\n");

describe("events of a session", () => {
  it.each([
    ["that name each other", NAMED],
    ["that follow each other", UNNAMED],
    ["in another order", UNNAMED.toReversed()],
  ])("%s become its steps and calls", async (_, events) => {
    const { rows, report } = await converted([text(events)]);
    expect(
      rows.map((row) => [
        row.session_id,
        row.model,
        row.input_tokens_total,
        row.prefix_tokens,
        row.output_tokens,
        row.first_input_event_type,
      ]),
    ).toEqual([
      ["agent-trace:s", "gpt-5.4", 90, null, 7, "user_message"],
      ["agent-trace:s", "gpt-5.4", 95, null, 3, "tool_result"],
    ]);
    expect(rows[0]?.tools).toMatchObject([{ tool_name: "Bash", is_error: false, tool_wall_latency_ms: 1500 }]);
    expect(report.rejected).toEqual([]);
  });

  it.each<readonly [what: string, events: readonly object[], rejected: readonly object[]]>([
    [
      "a request without an answer",
      [event("llm_request", 9, {}, { input_tokens: 4 })],
      [{ reason: "requests without an answer", count: 1, tokens: 4 }],
    ],
    [
      "an answer without counts",
      [event("llm_response", 9, { duration_ms: 1 })],
      [{ reason: "calls of models without counts of tokens", count: 1, tokens: 0 }],
    ],
    [
      "an answer of unknown length",
      [event("llm_response", 9, {}, { output_tokens: 4 })],
      [{ reason: "calls of models without a time", count: 1, tokens: 4 }],
    ],
    ["an unknown event", [event("magic", 9, {}, { output_tokens: 4 })], [{ reason: "events of another type", count: 1, tokens: 4 }]],
    [
      "an event without a session",
      [event("llm_response", 9, { session_id: "" })],
      [{ reason: "events without an id or a time", count: 1, tokens: 0 }],
    ],
    ["an event at the end of time", [event("llm_response", 1e300)], [{ reason: "events without an id or a time", count: 1, tokens: 0 }]],
    [
      "an answer that took forever",
      [event("llm_response", 9, { duration_ms: 1e300 }, { output_tokens: 4 })],
      [{ reason: "calls of models without a time", count: 1, tokens: 4 }],
    ],
    ["what no row has", [event("decision", 9), event("file_read", 9), event("session_end", 9)], []],
  ])("%s", async (_, events, rejected) => {
    const { rows, report } = await converted([text([...NAMED, ...events])]);
    expect(rows).toHaveLength(2);
    expect(report.rejected).toEqual(rejected);
  });

  it.each([
    [{}, [null, null]],
    [{ missingIsZero: true }, [10, 0]],
  ])("of Anthropic's package don't count what was cached: %j", async (options, tokens) => {
    const data = { model: "claude-opus-4-6", input_tokens: 10, output_tokens: 3 };
    const { rows } = await converted([text([event("llm_response", 9, { duration_ms: 10 }, data)])], options);
    expect([rows[0]?.input_tokens_total, rows[0]?.prefix_tokens]).toEqual(tokens);
  });

  it("an error ends a call", async () => {
    const failed = [...NAMED.slice(0, 5), event("error", 6, { parent_id: "tool_call-5" }), ...NAMED.slice(6)];
    const { rows } = await converted([text(failed)]);
    expect(rows[0]?.tools).toMatchObject([{ is_error: true, tool_wall_latency_ms: 1000 }]);
  });
});
