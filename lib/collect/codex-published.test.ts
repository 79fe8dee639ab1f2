import fs from "node:fs";
import fc from "fast-check";
// It gives sets a `toJSON`, which must not change what is kept of an extractor.
import "vega-lite";
import { describe, expect, it } from "vitest";
import { known } from "../stats/known.ts";
import { hasShared, shared } from "../testing/paths.ts";
import { encode, type Json, type JsonObject, parseJson } from "../trace/exact-json.ts";
import { createCodexExtractor } from "./codex.ts";
import {
  anyJson,
  arbitraryRecord,
  at,
  CHILD,
  CHILD_TURN,
  call,
  event,
  extractAs,
  FILE,
  header,
  item,
  output,
  PARENT,
  PARENT_TURN,
  REAL_ROLLOUTS,
  record,
  recordsOf,
  rolloutOf,
  spawned,
  spoiled,
  turn,
  usage,
} from "./codex-fixture.ts";
import type { Extracted, TraceRow } from "./row.ts";

function extract(records: readonly JsonObject[], file = FILE): Extracted {
  return extractAs("published", records, file);
}

/** The one row of a file. */
function onlyRow(records: readonly JsonObject[]): TraceRow {
  const { rows } = extract(records);
  expect(rows).toHaveLength(1);
  return rows[0] as TraceRow;
}

describe("the example of a whole file", () => {
  const failed = "Chunk\nWall time: 0.0523 seconds\nProcess exited with code 1";
  const records = [
    header("S1"),
    turn("T1"),
    record(1, "turn_context", { turn_id: "T1", model: "gpt-5.5", cwd: "/w" }),
    event(2, "user_message", { message: "hello", images: ["…"] }),
    usage(3, 0, [0, 0, 0, 0]),
    item(4, "reasoning", { encrypted_content: "…" }),
    call(5, "c1"),
    event(5.5, "exec_command_end", { call_id: "c1", aggregated_output: "abc", exit_code: 0 }),
    output(6, "c1", failed),
    usage(7, 10, [100, 120, 5, 2]),
    usage(8, 10, [100, 120, 5, 2]),
    item(9, "message", { role: "assistant", content: [{ type: "output_text", text: "hi" }] }),
    usage(10, 20, [150, 100, 5, 0]),
  ];
  const rows = extract(records).rows;

  it("has three steps with their tokens", () => {
    const tokens = rows.map((row) => [row.round_id, row.input_tokens_total, row.prefix_tokens, row.newly_append_tokens, row.output_tokens]);
    expect(tokens).toEqual([
      ["T1:0", 0, 0, 0, 0],
      ["T1:1", 100, 120, 0, 5],
      ["T1:2", 150, 100, 50, 5],
    ]);
  });

  it("orders events inputs first, the report last", () => {
    const events = rows.map((row) =>
      row.timing_events.map(({ event_type, content_chars, result_chars }) => [event_type, content_chars ?? result_chars]),
    );
    expect(events).toEqual([
      [
        ["user_message", 5],
        ["usage_report", undefined],
      ],
      [
        ["tool_result", 3],
        ["reasoning", undefined],
        ["tool_call", undefined],
        ["usage_report", undefined],
      ],
      [
        ["text", 36],
        ["usage_report", undefined],
      ],
    ]);
    expect(rows.map((row) => row.first_input_event_type)).toEqual(["user_message", "tool_result", null]);
  });

  it("takes time and size of the first result, the verdict of the last", () => {
    expect(rows[1]?.timing_events[0]).toEqual({
      event_type: "tool_result",
      timestamp: at(5.5),
      source: "event_msg.exec_command_end",
      tool_call_id: "c1",
      result_chars: 3,
      is_error: false,
    });
    expect(rows[1]?.tools).toEqual([
      {
        tool_index: 0,
        tool_name: "exec_command",
        tool_call_id: "c1",
        emitted_at: at(5),
        result_at: at(5.5),
        input: "{}",
        input_chars: 2,
        result_chars: 3,
        tool_wall_latency_ms: 500,
        tool_internal_latency_ms: 52,
        is_error: true,
      },
    ]);
  });

  it("writes keys in the order of the trace", () => {
    expect(Object.keys(rows[1] ?? {}).join(" ")).toBe(
      "provider session_id session_file round_index round_id turn_id cwd model input_tokens_total prefix_tokens newly_append_tokens " +
        "claude_uncached_input_tokens claude_cache_creation_input_tokens claude_cache_read_input_tokens output_tokens " +
        "reasoning_output_tokens timing_events tools current_input_event_count current_user_message_count current_tool_result_count " +
        "current_user_message_chars current_tool_result_chars current_input_chars first_input_event_type",
    );
    expect(Object.keys(rows[1]?.tools[0] ?? {}).join(" ")).toBe(
      "tool_index tool_name tool_call_id emitted_at result_at input input_chars result_chars tool_wall_latency_ms " +
        "tool_internal_latency_ms is_error",
    );
  });
});

describe("which reports close a step", () => {
  const total = { input_tokens: 7, output_tokens: 1 };
  const last = { input_tokens: 5 };
  it.each<[string, Json, number]>([
    ["both usages", { total_token_usage: total, last_token_usage: last }, 1],
    ["rate limits only", null, 0],
    ["no info", "?", 0],
    ["no last usage", { total_token_usage: total }, 0],
    ["last usage no object", { total_token_usage: total, last_token_usage: [] }, 0],
    ["no cumulative usage", { last_token_usage: last }, 0],
  ])("%s", (_, info, steps) => {
    const { rows } = extract([event(1, "user_message", { message: "kept" }), event(2, "token_count", { info }), usage(3, 1)]);
    expect(rows).toHaveLength(steps + 1);
    expect(rows[0]?.current_user_message_count).toBe(1);
  });

  it.each<[string, JsonObject, JsonObject, number]>([
    ["an echo", { a: 1, b: 2 }, { a: 1, b: 2 }, 1],
    ["an echo with keys in another order", { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, 1],
    ["another value", { a: 1 }, { a: 2 }, 2],
    ["another key", { a: 1 }, { a: 1, b: 0 }, 2],
    ["no counter at all", {}, {}, 1],
  ])("%s", (_, first, second, steps) => {
    const report = (totals: JsonObject) => event(1, "token_count", { info: { total_token_usage: totals, last_token_usage: last } });
    expect(extract([report(first), report(second)]).rows).toHaveLength(steps);
  });

  it("a report that only returns to earlier counters", () => {
    expect(extract([usage(1, 1), usage(2, 2), usage(3, 1)]).rows).toHaveLength(3);
  });
});

describe("counters", () => {
  it.each<[string, number]>([
    ["7", 7],
    ["7.0", 0],
    ["7.5", 0],
    ['"7"', 0],
    ["null", 0],
    ["true", 0],
    ["NaN", 0],
    ["[7]", 0],
  ])("input_tokens %s counts as %d", (spelled, expected) => {
    const info = `{"total_token_usage":{},"last_token_usage":{"input_tokens":${spelled}}}`;
    const parsed = parseJson(Buffer.from(`{"type":"event_msg","payload":{"type":"token_count","info":${info}}}`));
    const row = onlyRow([parsed as JsonObject]);
    expect([row.input_tokens_total, row.prefix_tokens, row.newly_append_tokens, row.output_tokens, row.reasoning_output_tokens]).toEqual([
      expected,
      0,
      expected,
      0,
      0,
    ]);
  });
});

describe("ids and last seen values", () => {
  it("count steps per turn and per session", () => {
    const { rows } = extract([header("S"), usage(1, 1), turn("T"), usage(2, 2), turn("U"), usage(3, 3), turn("T"), usage(4, 4)]);
    expect(rows.map((row) => [row.round_index, row.round_id, row.turn_id])).toEqual([
      [0, "rollout-f:0", null],
      [1, "T:0", "T"],
      [2, "U:0", "U"],
      [3, "T:1", "T"],
    ]);
  });

  it("a file without header goes by its name", () => {
    const { rows, session } = extract([usage(1, 1)]);
    expect([rows[0]?.session_id, rows[0]?.cwd, rows[0]?.model, session.sessionId]).toEqual([
      "codex:rollout-f",
      null,
      null,
      "codex:rollout-f",
    ]);
  });

  it("empty values replace nothing", () => {
    const context = (payload: JsonObject) => record(1, "turn_context", payload);
    const row = onlyRow([
      header("S", { cwd: "/first" }),
      context({ turn_id: "T", model: "m", cwd: "/w" }),
      context({ turn_id: "", model: null, cwd: "" }),
      header("S", { cwd: null }),
      usage(2, 1),
    ]);
    expect([row.turn_id, row.model, row.cwd]).toEqual(["T", "m", "/w"]);
  });

  it.each<[string, JsonObject]>([
    ["an event", event(1, "task_started", { turn_id: "T" })],
    ["any other type", record(1, "new_family", { type: "task_started", turn_id: "T" })],
  ])("a turn starts by %s", (_, start) => {
    expect(onlyRow([start, usage(2, 1)]).turn_id).toBe("T");
  });
});

describe("sessions of one file", () => {
  const child = header(CHILD, spawned(PARENT));
  it.each<[string, JsonObject[], string[]]>([
    ["a thread of its own", [header("S"), turn("A"), usage(1, 1), header("Z"), turn("B"), usage(2, 2)], ["S", "S"]],
    ["a spawned sub-agent repeats its parent", [child, turn(PARENT_TURN), usage(1, 1), turn(CHILD_TURN), usage(2, 2)], [PARENT, CHILD]],
    ["before any turn", [child, usage(1, 1), turn(CHILD_TURN), usage(2, 2)], [PARENT, CHILD]],
    ["the turn that bears the id of the thread is its own", [child, turn(CHILD), usage(1, 1)], [CHILD]],
    ["a replayed header names the parent", [child, header("0189-other"), turn(PARENT_TURN), usage(1, 1)], ["0189-other"]],
    ["its own header again does not", [child, header(CHILD), turn(PARENT_TURN), usage(1, 1)], [PARENT]],
    ["a review is a session of its own", [header(CHILD, { source: { subagent: "review" } }), turn(PARENT_TURN), usage(1, 1)], [CHILD]],
    ["nobody spawned it", [header(CHILD, { source: { subagent: { thread_spawn: null } } }), turn(PARENT_TURN), usage(1, 1)], [CHILD]],
  ])("%s", (_, records, sessions) => {
    const { rows } = extract(records);
    expect(rows.map((row) => row.session_id)).toEqual(sessions.map((id) => `codex:${id}`));
    expect(rows.map((row) => row.round_index)).toEqual(
      sessions.map((id, index) => sessions.slice(0, index).filter((other) => other === id).length),
    );
  });
});

describe("events", () => {
  it.each<[string, JsonObject, [string, string, number | undefined][]]>([
    ["a user's message", event(1, "user_message", { message: "añ😀" }), [["user_message", "event_msg.user_message", 3]]],
    ["a message without text", event(1, "user_message"), [["user_message", "event_msg.user_message", 0]]],
    ["reasoning", item(1, "reasoning", { summary: [] }), [["reasoning", "response_item.reasoning", undefined]]],
    ["an answer", item(1, "message", { role: "assistant", content: [{ text: "é" }] }), [["text", "response_item.message", 14]]],
    ["an answer as text", item(1, "message", { role: "assistant", content: "four" }), [["text", "response_item.message", 4]]],
    ["injected context", item(1, "message", { role: "user", content: "…" }), []],
    ["instructions", item(1, "message", { role: "developer", content: "…" }), []],
    ["the answer again", event(1, "agent_message", { message: "hi" }), []],
    ["a summary of reasoning", event(1, "agent_reasoning", { text: "…" }), []],
    ["a call", call(1, "c"), [["tool_call", "response_item.function_call", undefined]]],
    [
      "a call of a custom tool",
      item(1, "custom_tool_call", { call_id: "c", name: "apply_patch", input: "p" }),
      [["tool_call", "response_item.custom_tool_call", undefined]],
    ],
    ["a call without id", item(1, "function_call", { name: "n", arguments: "" }), []],
    ["a call that is not extracted", item(1, "local_shell_call", { call_id: "c" }), []],
    ["a result of an unknown call", output(1, "c", "…"), []],
    ["a running total", record(1, "token_usage_record", { turn_token_usage: { input_tokens: 5 } }), []],
    ["a payload that is not an object", record(1, "response_item", ["reasoning"]), []],
  ])("%s", (_, logged, events) => {
    const row = onlyRow([logged, usage(2, 1)]);
    expect(row.timing_events.slice(0, -1).map((e) => [e.event_type, e.source, e.content_chars])).toEqual(events);
    expect(row.timing_events.at(-1)).toEqual({ event_type: "usage_report", timestamp: at(2), source: "event_msg.token_count" });
    expect(row.tools).toHaveLength(events.some(([type]) => type === "tool_call") ? 1 : 0);
  });

  it("a call is known in the whole file", () => {
    const { rows } = extract([call(1, "c"), usage(2, 1), call(3, "c"), call(4, "d"), usage(5, 2), output(6, "c", "late"), usage(7, 3)]);
    expect(rows.map((row) => row.tools.map((tool) => [tool.tool_index, tool.tool_call_id, tool.result_chars]))).toEqual([
      [[0, "c", 4]],
      [[0, "d", null]],
      [],
    ]);
    expect(rows[2]?.timing_events.map((e) => e.event_type)).toEqual(["tool_result", "usage_report"]);
  });

  it("what no report follows is left out", () => {
    expect(extract([usage(1, 1), event(2, "user_message", { message: "x" }), call(3, "c")]).rows).toHaveLength(1);
  });
});

describe("results that follow each other", () => {
  const patch = (second: number, more: JsonObject) => event(second, "patch_apply_end", { call_id: "c", ...more });
  const end = (second: number, more: JsonObject) => event(second, "exec_command_end", { call_id: "c", ...more });
  // chars, wall ms, internal ms, is_error of the tool; is_error of the event
  it.each<[string, JsonObject[], (number | boolean | null | undefined)[]]>([
    ["output alone", [output(3, "c", "ok")], [2, 2000, null, null, undefined]],
    ["a list", [output(3, "c", [{ type: "input_text", text: "a" }])], [34, 2000, null, null, undefined]],
    ["verdict later", [end(3, { aggregated_output: "x" }), output(4, "c", "Exit code: 2")], [1, 2000, null, true, undefined]],
    ["no verdict later", [end(3, { aggregated_output: "x", exit_code: 1 }), output(4, "c", "long")], [1, 2000, null, true, true]],
    ["internal time later", [end(3, { exit_code: 0 }), output(4, "c", "Wall time: 1.5 seconds")], [0, 2000, 1500, false, false]],
    [
      "internal time kept",
      [output(3, "c", "Wall time: 1 seconds"), output(4, "c", "Wall time: 2 seconds")],
      [20, 2000, 1000, null, undefined],
    ],
    ["a patch", [patch(3, { stdout: "ab", stderr: "c", success: true })], [3, 2000, null, false, false]],
    ["a failed patch", [patch(3, { stderr: "c", success: false })], [1, 2000, null, true, true]],
    ["a patch without verdict", [patch(3, { success: "yes" })], [0, 2000, null, null, undefined]],
    ["a clock that steps back", [output(-1, "c", "")], [0, -2000, null, null, undefined]],
  ])("%s", (_, results, expected) => {
    const { rows } = extract([call(1, "c"), usage(2, 1), ...results, usage(9, 2)]);
    const tool = rows[0]?.tools[0];
    const events = rows[1]?.timing_events.filter((e) => e.event_type === "tool_result") ?? [];
    expect(events).toHaveLength(1);
    expect([tool?.result_chars, tool?.tool_wall_latency_ms, tool?.tool_internal_latency_ms, tool?.is_error, events[0]?.is_error]).toEqual(
      expected,
    );
    expect([tool?.result_at, events[0]?.timestamp]).toEqual([results[0]?.timestamp, results[0]?.timestamp]);
  });

  it("a first result without time leaves the time of arrival open", () => {
    const { rows } = extract([call(1, "c"), { ...output(2, "c", "x"), timestamp: null }, output(3, "c", "y"), usage(4, 1)]);
    expect(rows[0]?.tools[0]).toMatchObject({ result_at: null, tool_wall_latency_ms: 2000 });
  });
});

describe("facts of a step", () => {
  const responses = (records: JsonObject[]) => extract(records).facts.map((fact) => fact.responseId);
  const parentSteps = [turn(PARENT_TURN), call(1, "c"), usage(1, 1), usage(2, 2)];

  it("a replay bears the response of the original", () => {
    const original = responses([header(PARENT), ...parentSteps]);
    const replayed = responses([header(CHILD, spawned(PARENT)), header(PARENT), ...parentSteps, turn(CHILD_TURN), usage(3, 9)]);
    expect(new Set(original).size).toBe(2);
    expect(replayed.slice(0, 2)).toEqual(original);
    expect(original).not.toContain(replayed[2]);
  });

  it("sub-agents with equal counters are distinguished", () => {
    expect(responses([header("A"), turn("TA"), usage(1, 1)])).not.toEqual(responses([header("B"), turn("TB"), usage(1, 1)]));
  });

  it("without a turn no response is named", () => {
    expect(responses([header("A"), usage(1, 1)])).toEqual([null]);
  });

  it("name request and tier where they are logged", () => {
    const counters = { input_tokens: 10, cached_input_tokens: 4, output_tokens: 3, reasoning_output_tokens: 1 };
    const tier = (name: Json) => event(0, "thread_settings_applied", { thread_settings: { service_tier: name } });
    const response = (id: string, used: JsonObject) => record(1, "token_usage_record", { response_id: id, usage: used });
    const { facts } = extract([
      usage(1, 1),
      tier("priority"),
      response("r1", counters),
      usage(2, 2),
      usage(3, 3),
      response("r4", { ...counters, output_tokens: 9 }),
      tier(null),
      usage(4, 4),
    ]);
    expect(facts.map((fact) => [fact.requestId, fact.serviceTier])).toEqual([
      [null, null],
      ["r1", "priority"],
      [null, "priority"],
      [null, null],
    ]);
  });

  it("say of which outputs it is known that they ended", () => {
    expect(extract([usage(1, 1), item(2, "reasoning"), usage(3, 2)]).facts.map((fact) => fact.outputIsPlaceholder)).toEqual([null, false]);
  });
});

describe("facts of a session", () => {
  const grown = event(1, "token_count", { info: { total_token_usage: { input_tokens: 9 }, last_token_usage: { input_tokens: 2 } } });
  it.each<[string, JsonObject[], string, string | null]>([
    ["no header", [], "main", null],
    ["a session", [header("S", { source: "cli" }), usage(1, 1)], "main", null],
    ["a sub-agent", [header(CHILD, { ...spawned(PARENT), forked_from_id: "F" }), header("0189-other")], "sub-agent", PARENT],
    ["a review", [header(CHILD, { source: { subagent: "review" }, parent_thread_id: PARENT })], "sub-agent", PARENT],
    ["a review without parent", [header(CHILD, { source: { subagent: "review" } })], "sub-agent", null],
    ["an agent by its thread", [header(CHILD, { thread_source: "subagent" })], "sub-agent", null],
    ["a fork", [header(CHILD, { forked_from_id: PARENT })], "fork", PARENT],
    ["a fork that names its parent only by the replayed header", [header(CHILD), header(PARENT), header("0189")], "fork", PARENT],
    ["a fork by reference", [header(CHILD, { history_base: { thread_id: PARENT } })], "fork", PARENT],
    ["a thread that goes on in a new file", [header(CHILD, { history_base: { thread_id: CHILD } })], "resume", null],
    ["counters of calls that the file does not hold", [header("S"), grown], "resume", null],
  ])("%s", (_, records, relation, parent) => {
    const { session } = extract(records);
    expect([session.relation, session.parentSessionId]).toEqual([relation, parent === null ? null : `codex:${parent}`]);
  });

  it("are those of the file's own thread", () => {
    const { session } = extract([
      header(CHILD, { ...spawned(PARENT), cli_version: "2", originator: "tui", git: { branch: "topic" }, cwd: "/w" }),
      header(PARENT, { cli_version: "1", originator: "exec", git: { branch: "main" } }),
      header(CHILD, { cli_version: "3", git: { branch: "next", repository_url: "git@host:acme/x" } }),
      header(CHILD, { cli_version: "2" }),
      record(5, "turn_context", { cwd: "/x" }),
      record(-7, "world_state"),
      { type: "compacted", timestamp: "yesterday" },
    ]);
    expect(session).toMatchObject({
      clientVersions: ["2", "3"],
      originator: "tui",
      gitBranch: "next",
      gitRemote: "git@host:acme/x",
      cwd: "/x",
      recordCount: 7,
    });
  });

  it("are of the time of the conversation", () => {
    const { session } = extract([header("S"), record(1, "turn_context"), turn("T"), call(2, "c"), usage(5, 1), record(9, "world_state")]);
    expect([session.firstAt, session.lastAt]).toEqual([at(0), at(5)]);
  });

  it.each<[string, JsonObject[], string | null]>([
    ["the last call of the replay", [call(1, "w"), output(1, "w", "…"), call(2, "s", "spawn_agent"), output(2, "s", "…")], "s"],
    ["a call with other work after it", [call(1, "s", "spawn_agent"), output(1, "s", "…"), item(2, "reasoning")], null],
    ["another call", [call(2, "w"), output(2, "w", "…")], null],
  ])("the parent's call: %s", (_, replay, expected) => {
    const live = [turn(CHILD_TURN), usage(4, 1), call(5, "t", "spawn_agent"), output(6, "t", "…")];
    const { session } = extract([header(CHILD, spawned(PARENT)), turn(PARENT_TURN), ...replay, ...live]);
    expect(session.parentToolCallId).toBe(expected);
  });

  const compacted = (second: number) => record(second, "compacted", { message: "" });
  const announced = (second: number) => event(second, "context_compacted");
  it.each<[string, JsonObject[], number[]]>([
    ["record and event", [compacted(1), usage(2, 1), announced(3)], [1]],
    ["event and record", [announced(1), compacted(2)], [1]],
    ["records alone", [compacted(1), compacted(2)], [1, 2]],
    ["events alone", [announced(1), announced(2)], [1, 2]],
    ["two of both", [compacted(1), announced(2), compacted(3), announced(4)], [1, 3]],
    ["an answer between", [compacted(1), item(2, "reasoning"), announced(3)], [1, 3]],
    ["a message between", [compacted(1), event(2, "user_message", { message: "" }), announced(3)], [1, 3]],
    ["a turn between", [compacted(1), turn("0192-next"), announced(3)], [1, 3]],
    ["the parent's", [header(CHILD, { forked_from_id: PARENT }), turn(PARENT_TURN), compacted(1), turn(CHILD_TURN), compacted(2)], [2]],
  ])("compactions: %s", (_, records, seconds) => {
    expect(extract(records).session.compactionTimes).toEqual(seconds.map(at));
  });

  it("count records and keys that are new", () => {
    const { session } = extract([
      { ...header("S", { mood: "good" }), shard: 1 },
      record(1, "new_family", { type: "thing" }),
      record(1, "new_record"),
      { payload: {} },
      event(1, "new_event"),
      event(1, "new_event"),
      item(1, "toString", { __proto__: 1 }),
      event(1, "plan_update", { anything: 1 }),
      event(2, "token_count", { info: { total_token_usage: {}, last_token_usage: { video_tokens: 1 } } }),
    ]);
    expect(session.unknownRecords).toEqual({
      "new_family/thing": 1,
      new_record: 1,
      "(no type)": 1,
      "event_msg/new_event": 2,
      "response_item/toString": 1,
    });
    expect(session.unknownKeys).toEqual({ "(record).shard": 1, "session_meta.mood": 1, "event_msg/token_count.last.video_tokens": 1 });
  });
});

describe.each(["published", "counted"] as const)("any records, %s", (reading) => {
  it("an extractor made from a saved one goes on as if it had read the records itself", () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 3 }), (records, cuts) => {
        const whole = createCodexExtractor(FILE, reading);
        let parts = createCodexExtractor(FILE, reading);
        records.forEach((each, index) => {
          if (cuts.includes(index)) parts = createCodexExtractor(FILE, reading, parts.save());
          whole.push(each);
          parts.push(each);
        });
        expect(encode(createCodexExtractor(FILE, reading, parts.save()).result())).toBe(encode(whole.result()));
        expect(parts.save()).toBe(whole.save());
      }),
    );
  });

  it("results already given are not written to", () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 30 }), fc.array(arbitraryRecord, { maxLength: 30 }), (before, after) => {
        const extractor = createCodexExtractor(FILE, reading);
        for (const each of before) extractor.push(each);
        const given = extractor.result();
        const text = encode(given);
        for (const each of after) extractor.push(each);
        expect(encode(given)).toBe(text);
      }),
    );
  });

  it("spoiled ones never throw, lose no record and no step", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(arbitraryRecord, fc.nat(), anyJson(), fc.boolean()), { maxLength: 30 }), (entries) => {
        const extractor = createCodexExtractor(FILE, reading);
        let steps = 0;
        entries.forEach(([each, place, junk, isSpoiled], index) => {
          extractor.push(isSpoiled ? spoiled(each, place, junk) : each);
          extractor.push(call(index, `call ${index}`));
          extractor.push(usage(index, index));
          steps++;
        });
        const { rows, facts, session } = extractor.result();
        expect(session.recordCount).toBe(3 * entries.length);
        expect(rows.length).toBeGreaterThanOrEqual(steps);
        expect(facts).toHaveLength(rows.length);
        const calls = new Set(rows.flatMap((row) => row.tools.map((tool) => tool.tool_call_id)));
        for (const index of entries.keys()) expect(calls).toContain(`call ${index}`);
        expect(() => createCodexExtractor(FILE, reading, extractor.save())).not.toThrow();
      }),
    );
  });

  it("rows hold together", () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 60 }), (records) => {
        const { rows, facts } = extractAs(reading, records);
        expect(facts).toHaveLength(rows.length);
        for (const row of rows) {
          expect(row.newly_append_tokens).toBe(Math.max(0, known(row.input_tokens_total) - known(row.prefix_tokens)));
          expect(row.timing_events.filter((e) => e.event_type === "usage_report")).toEqual([row.timing_events.at(-1)]);
          expect(row.timing_events.flatMap((e) => (e.event_type === "tool_call" ? [e.tool_call_id] : []))).toEqual(
            row.tools.map((t) => t.tool_call_id),
          );
          expect(row.tools.map((tool) => tool.tool_index)).toEqual(row.tools.map((_, index) => index));
        }
        const ids = rows.flatMap((row) => row.tools.map((tool) => tool.tool_call_id));
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(rows.map((row) => `${row.session_id} ${row.round_index}`)).size).toBe(rows.length);
        expect(new Set(rows.map((row) => row.round_id)).size).toBe(rows.length);
      }),
    );
  });
});

describe.skipIf(!hasShared)("real rollouts", () => {
  const COLLECTED = ["home", "user", "store", "trace_key"];
  const expected = hasShared
    ? fs
        .readFileSync(shared("transcripts", "expected_rounds.jsonl"), "utf8")
        .split("\n")
        .filter((line) => line.startsWith('{"provider":"codex"'))
        .map((line) => {
          const row = parseJson(Buffer.from(line)) as JsonObject;
          return encode(Object.fromEntries(Object.entries(row).filter(([key]) => !COLLECTED.includes(key))));
        })
    : [];

  it("are there", () => {
    expect([REAL_ROLLOUTS.length, expected.length]).toEqual([8, 265]);
  });

  it.each(REAL_ROLLOUTS)("%s", (name) => {
    const { rows, facts, session } = extract(recordsOf(name), rolloutOf(name));
    const texts = rows.map(encode);
    expect(texts).toEqual(expected.filter((row) => row.includes(`"session_file":"${rolloutOf(name).path}"`)));
    expect(facts).toHaveLength(rows.length);
    expect([session.unknownRecords, session.unknownKeys]).toEqual([{}, {}]);
    expect(session.recordCount).toBe(recordsOf(name).length);
  });

  it("together yield all rows", () => {
    expect(REAL_ROLLOUTS.flatMap((name) => extract(recordsOf(name), rolloutOf(name)).rows)).toHaveLength(expected.length);
  });

  it.each(REAL_ROLLOUTS)("%s is read on from any place", (name) => {
    const records = recordsOf(name);
    const whole = encode(extract(records, rolloutOf(name)));
    for (const cut of [0, 1, Math.floor(records.length / 3), Math.floor(records.length / 2), records.length - 1, records.length]) {
      const before = createCodexExtractor(rolloutOf(name), "published");
      for (const each of records.slice(0, cut)) before.push(each);
      const after = createCodexExtractor(rolloutOf(name), "published", before.save());
      for (const each of records.slice(cut)) after.push(each);
      expect(encode(after.result())).toBe(whole);
    }
  });

  it("state their relations", () => {
    const relations = REAL_ROLLOUTS.map((name) => {
      const { session } = extract(recordsOf(name), rolloutOf(name));
      return [session.relation, session.parentSessionId !== null, session.parentToolCallId !== null];
    });
    expect(relations).toEqual([
      ["sub-agent", true, true],
      ...Array.from({ length: 4 }, () => ["main", false, false]),
      ["sub-agent", true, false],
      ...Array.from({ length: 2 }, () => ["main", false, false]),
    ]);
  });
});
