/** Requests, waits, growth and tool time on hand-checked sessions. */
import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { project } from "../testing/paths.ts";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
const user = (second: number) => event("user_message", second);
const result = (second: number) => event("tool_result", second);
const text = (second: number) => event("text", second);
const usage = (second: number) => event("usage_report", second);

const query = (steps: readonly StepLiteral[], sql: string) => withPool(steps, (pool) => pool.rows(sql));
const steps = (...events: StepLiteral["timing_events"][]) =>
  events.map((timing_events) => ({ session_id: "s", timing_events: timing_events ?? [] }));

describe("requests", () => {
  const requests =
    "-- uses: requests\nSELECT start_us / 1e6 - epoch(TIMESTAMP '2026-01-01') AS start_s, response_us / 1e6 AS response_s, steps FROM requests ORDER BY closing_order";

  it.each([
    ["a step with user message and output is a request", steps([user(0), text(5)]), [{ start_s: 0, response_s: 5, steps: 1 }]],
    [
      "tool steps extend it, usage reports don't",
      steps([user(0), text(5)], [result(7), text(20), usage(21)]),
      [{ start_s: 0, response_s: 20, steps: 2 }],
    ],
    [
      "the latest message before the first output starts it",
      steps([user(60), user(62), text(63), text(69)]),
      [{ start_s: 62, response_s: 7, steps: 1 }],
    ],
    [
      "the next request closes it",
      steps([user(0), text(5)], [user(9), text(10)]),
      [
        { start_s: 0, response_s: 5, steps: 1 },
        { start_s: 9, response_s: 1, steps: 1 },
      ],
    ],
    ["a message after the first output opens nothing", steps([text(1), user(2), text(3)]), []],
    [
      "steps before the first request belong to none",
      steps([result(0), text(1)], [user(2), text(4)]),
      [{ start_s: 2, response_s: 2, steps: 1 }],
    ],
    ["a message without output opens nothing", steps([user(0)]), []],
    ["message and output at one instant last zero", steps([user(3), text(3)]), [{ start_s: 3, response_s: 0, steps: 1 }]],
  ])("%s", async (_, given, expected) => {
    expect(await query(given, requests)).toEqual(expected);
  });

  it("close in the order in which a walk through the file closes them", async () => {
    const open = (session_id: string, second: number) => ({ session_id, timing_events: [user(second), text(second + 1)] });
    const closed = await query(
      [open("a", 0), open("b", 10), open("c", 20), open("b", 30)],
      "-- uses: requests\nSELECT session_id, request_no FROM requests ORDER BY closing_order",
    );
    expect(closed).toEqual([
      { session_id: "b", request_no: 1 },
      { session_id: "a", request_no: 1 },
      { session_id: "c", request_no: 1 },
      { session_id: "b", request_no: 2 },
    ]);
  });

  it("add up steps, calls and times", async () => {
    const given = [
      {
        session_id: "s",
        provider: "codex",
        first_input_event_type: "user_message",
        timing_events: [user(0), text(5)],
        tools: [{ tool_wall_latency_ms: 2000 }],
      },
      { session_id: "s", provider: "claude", first_input_event_type: "tool_result", timing_events: [result(7), text(20), usage(21)] },
    ];
    expect(
      await query(
        given,
        "-- uses: requests\nSELECT provider, user_steps, tool_steps, tool_calls, generation_s, tool_effective_s, tool_wall_s, last_usage_report_us - end_us AS usage_gap_us FROM requests",
      ),
    ).toEqual([
      {
        provider: "codex",
        user_steps: 1,
        tool_steps: 1,
        tool_calls: 1,
        generation_s: 18,
        tool_effective_s: 2,
        tool_wall_s: 2,
        usage_gap_us: 1e6,
      },
    ]);
  });
});

describe("human_waits", () => {
  const waits = "-- uses: human_waits\nSELECT wait_us / 1e6 AS wait_s FROM human_waits ORDER BY round_pk, us, event_index";

  it.each([
    ["the first message of a session waits for nothing", steps([user(0), text(1)]), []],
    ["any event may come before, a usage report too", steps([user(0), text(1), usage(2)], [user(10)]), [8]],
    ["messages within a step wait for each other", steps([user(0), user(4), text(5)]), [4]],
    ["equal times are no wait", steps([text(3)], [user(3)]), []],
    ["the previous event is that of the step before in the file, even when it is later", steps([text(100)], [text(50)], [user(60)]), [10]],
    ["events are taken by time within a step", steps([text(9), user(4), text(1)]), [3]],
  ])("%s", async (_, given, expected) => {
    expect(await query(given, waits)).toEqual(expected.map((wait_s) => ({ wait_s })));
  });
});

describe("context_growth", () => {
  const growth = "-- uses: context_growth\nSELECT round_pk, trigger, delta_tokens FROM context_growth ORDER BY round_pk";
  const step = (total: number | null, first: string | null) => ({
    session_id: "",
    prefix_tokens: total,
    newly_append_tokens: null,
    timing_events: first === null ? [] : [event(first, 0)],
  });

  it.each([
    ["the first step has nothing before it", [step(5, "user_message")], []],
    [
      "user and tool steps grow or shrink",
      [step(5, "user_message"), step(9, "tool_result"), step(2, "user_message")],
      [
        { round_pk: 2, trigger: "tool_result", delta_tokens: 4 },
        { round_pk: 3, trigger: "user", delta_tokens: -7 },
      ],
    ],
    [
      "other steps are no events but count as previous",
      [step(5, "user_message"), step(9, "text"), step(10, "user_message")],
      [{ round_pk: 3, trigger: "user", delta_tokens: 1 }],
    ],
    ["missing tokens are 0", [step(5, "user_message"), step(null, "user_message")], [{ round_pk: 2, trigger: "user", delta_tokens: -5 }]],
  ])("%s", async (_, given, expected) => {
    expect(await query(given, growth)).toEqual(expected);
  });
});

describe("step_tools", () => {
  it.each([
    ["no calls", [], { tool_calls: 0, effective_s: 0, wall_s: 0 }],
    [
      "the reported duration wins, even zero",
      [{ tool_internal_latency_ms: 0, tool_wall_latency_ms: 50 }],
      { tool_calls: 1, effective_s: 0, wall_s: 0.05 },
    ],
    [
      "wall time stands in for a missing one",
      [{ tool_wall_latency_ms: 50 }, { tool_wall_latency_ms: null }],
      { tool_calls: 2, effective_s: 0.05, wall_s: 0.05 },
    ],
    [
      "negative durations are left out",
      [{ tool_wall_latency_ms: -50 }, { tool_wall_latency_ms: 7 }],
      { tool_calls: 2, effective_s: 0.007, wall_s: 0.007 },
    ],
  ])("%s", async (_, tools, expected) => {
    expect(await query([{ tools }], "-- uses: step_tools\nSELECT tool_calls, effective_s, wall_s FROM step_tools")).toEqual([expected]);
  });
});

describe("seconds as doubles", () => {
  const calls = (...ms: number[]) => ms.map((tool_wall_latency_ms) => ({ tool_wall_latency_ms }));

  it("are added call by call, then step by step", async () => {
    const given = [
      { session_id: "s", timing_events: [user(0), text(0.1)], tools: calls(100, 200, -1) },
      { session_id: "s", timing_events: [result(1), text(1.2)], tools: calls(300) },
    ];
    expect(await query(given, "-- uses: step_tools\nSELECT effective_s, wall_s FROM step_tools ORDER BY round_pk")).toEqual([
      { effective_s: 0.1 + 0.2, wall_s: 0.1 + 0.2 },
      { effective_s: 0.3, wall_s: 0.3 },
    ]);
    expect(await query(given, "-- uses: requests\nSELECT generation_s, tool_effective_s, tool_wall_s FROM requests")).toEqual([
      { generation_s: 0.1 + 0.2, tool_effective_s: 0.1 + 0.2 + 0.3, tool_wall_s: 0.1 + 0.2 + 0.3 },
    ]);
  });
});

describe("every relation", () => {
  const names = fs
    .readdirSync(project("lib", "relations"))
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.replace(".sql", ""));

  it.each(names)("%s binds and is empty for an empty pool", async (name) => {
    expect(await query([], `-- uses: ${name}\nSELECT count(*) AS n FROM ${name}`)).toEqual([{ n: 0 }]);
  });
});
