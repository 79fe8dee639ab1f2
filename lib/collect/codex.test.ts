import fs from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { at as itemAt, known } from "../stats/known.ts";
import { hasShared, shared } from "../testing/paths.ts";
import { encode, type Json, type JsonObject, parseJson } from "../trace/exact-json.ts";
import {
  arbitraryRecord,
  at,
  CHILD,
  CHILD_TURN,
  call,
  event,
  extractAs,
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
  turn,
  usage,
} from "./codex-fixture.ts";
import { codexHeader, codexTurn, Home, type LogRecord } from "./fixture.ts";
import type { Extracted, Tool, TraceRow } from "./row.ts";

function extract(records: readonly JsonObject[]): Extracted {
  return extractAs("counted", records);
}

function toolsOf({ rows }: Extracted): Tool[] {
  return rows.flatMap((row) => row.tools);
}

const said = (second: number, message: string) => event(second, "user_message", { message });
const seconds = (secs: number) => ({ secs, nanos: 0 });
const parts = (...texts: string[]) => texts.map((text) => ({ type: "input_text", text }));

describe("the history of a parent", () => {
  const child = header(CHILD, spawned(PARENT));
  const history = [
    header(PARENT),
    turn(PARENT_TURN),
    said(0, "plan"),
    call(0, "w"),
    usage(0, 1),
    output(0, "w", "done"),
    call(0, "s", "spawn_agent"),
    output(0, "s", "spawned"),
  ];
  const own = [turn(CHILD_TURN), said(2, "count"), call(3, "c"), output(4, "c", "7"), usage(5, 2)];
  const summary = ({ rows, facts }: Extracted) =>
    rows.map(({ session_id, tools, current_user_message_chars, current_tool_result_count }, index) => [
      session_id,
      facts[index]?.isInherited,
      tools.map((tool) => tool.tool_call_id),
      current_user_message_chars,
      current_tool_result_count,
    ]);
  const ownStep = [`codex:${CHILD}`, false, ["c"], 5, 1];

  it.each<[string, JsonObject[]]>([
    ["of a sub-agent", [child, ...history, ...own]],
    ["of a fork", [header(CHILD, { forked_from_id: PARENT }), ...history, ...own]],
    ["with a late result of the parent's call", [child, ...history, turn(CHILD_TURN), output(1, "s", "again"), ...own]],
  ])("%s is the parent's, and leaves nothing in the child's own steps", (_, records) => {
    expect(summary(extract(records))).toEqual([[`codex:${PARENT}`, true, ["w"], 4, 0], ownStep]);
  });

  it("ends at the record that the header numbers", () => {
    const numbered = (records: readonly JsonObject[]) => records.map((each, ordinal): JsonObject => ({ ...each, ordinal }));
    const start = header("0189-child", { ...spawned(PARENT), subagent_history_start_ordinal: 1 + history.length });
    expect(summary(extract(numbered([start, ...history, ...own])))).toEqual([
      [`codex:${PARENT}`, true, ["w"], 4, 0],
      ["codex:0189-child", false, ["c"], 5, 1],
    ]);
  });

  it("without turns is what was written together with the header", () => {
    const untimed = [said(0.1, "plan"), usage(0.2, 1), said(30, "count"), call(31, "c"), output(32, "c", "7"), usage(33, 2)];
    expect(summary(extract([child, header(PARENT), ...untimed]))).toEqual([[`codex:${PARENT}`, true, [], 4, 0], ownStep]);
  });

  it("with ids that have no order is what was written together with the header", () => {
    const [thread, before, after] = ["b0a1f7ab-0000-4000-8000-000000000001", "f0a1f7ab-0000-4000-8000-000000000002", "1"];
    const records = [header(thread, spawned(PARENT)), header(PARENT), turn(before), said(0, "plan"), usage(0.1, 1)];
    const later = [record(9, "turn_context", { turn_id: after }), said(9, "count"), call(9, "c"), output(9, "c", "7"), usage(10, 2)];
    expect(summary(extract([...records, ...later]))).toEqual([
      [`codex:${PARENT}`, true, [], 4, 0],
      [`codex:${thread}`, false, ["c"], 5, 1],
    ]);
  });

  it("without counters makes no row", () => {
    expect(
      summary(extract([child, header(PARENT), turn(PARENT_TURN), said(0, "plan"), call(0, "s"), output(0, "s", "…"), ...own])),
    ).toEqual([ownStep]);
  });

  it.each<[string, JsonObject]>([
    ["a sub-agent", child],
    ["a fork", header(CHILD, { forked_from_id: PARENT })],
    ["a thread that goes on in a new file", header(CHILD, { history_base: { thread_id: CHILD } })],
  ])("known from a report alone makes no step of %s", (_, start) => {
    const totals = { input_tokens: 900, total_tokens: 950 };
    const known = event(1, "token_count", {
      info: { total_token_usage: totals, last_token_usage: { input_tokens: 90, output_tokens: 5 } },
    });
    const { rows, session } = extract([start, turn(CHILD_TURN), said(1, "count"), known, known, item(2, "reasoning"), usage(3, 1000)]);
    expect(rows.map((row) => [row.input_tokens_total, row.current_user_message_count])).toEqual([[10, 1]]);
    expect(session.droppedUsage).toMatchObject({
      "usage reports that repeat the counters of another transcript": { records: 1, tokens: 95 },
    });
  });

  it("of several threads belongs to the one of each turn", () => {
    const chain = [header(CHILD, { forked_from_id: "0185-b" }), header("0185-b"), header("0180-a")];
    const steps = [turn("0180-a1"), usage(0, 1), turn("0185-b1"), usage(0, 2), turn(CHILD_TURN), usage(5, 3)];
    expect(extract([...chain, ...steps]).rows.map((row) => row.session_id)).toEqual(["codex:0180-a", "codex:0185-b", `codex:${CHILD}`]);
  });

  it("has the responses of the parent's own transcript", () => {
    const parent = extract([header(PARENT), ...history.slice(1)]);
    const replayed = extract([child, ...history, ...own]);
    expect(replayed.facts[0]?.responseId).toBe(parent.facts[0]?.responseId);
    expect(parent.facts[0]?.isInherited).toBe(false);
  });

  it("says nothing of the child's session", () => {
    const events = [record(0, "compacted"), event(0, "turn_aborted", { reason: "interrupted" }), event(0, "error", { message: "" })];
    const { session } = extract([child, ...history, ...events, ...own]);
    expect([session.events, session.firstAt, session.parentToolCallId]).toEqual([[], at(0), "s"]);
  });
});

describe("calls", () => {
  const web = (second: number, more: JsonObject = {}) =>
    item(second, "web_search_call", { status: "completed", action: { q: 1 }, ...more });
  const ended = (second: number, more: JsonObject = {}) => event(second, "web_search_end", { call_id: "ws", action: { q: 1 }, ...more });
  const begun = event(1, "web_search_begin", { call_id: "ws" });
  // name, id, wall ms, internal ms, is_error, size of the input
  it.each<[string, JsonObject[], Json[][]]>([
    ["a search that begins and ends", [begun, web(11, { id: "ws" }), ended(11)], [["web_search", "ws", 10_000, null, false, 7]]],
    ["a search that only ends", [ended(11), web(11)], [["web_search", "ws", null, null, false, 7]]],
    ["a search known by its item", [web(11)], [["web_search", "web_search:0", null, null, false, 7]]],
    [
      "two searches without ids",
      [ended(11), ended(12, { call_id: "x" }), web(13), web(14)],
      [
        ["web_search", "ws", null, null, false, 7],
        ["web_search", "x", null, null, false, 7],
      ],
    ],
    ["a search that failed", [web(11, { id: "ws", status: "failed" })], [["web_search", "ws", null, null, true, 7]]],
    [
      "an image",
      [item(4, "image_generation_call", { id: "ig", status: "completed", result: "AAAA" })],
      [["image_generation", "ig", null, null, false, 0]],
    ],
    [
      "a search among tools",
      [item(1, "tool_search_call", { call_id: "t", arguments: { q: 1 } }), item(2, "tool_search_output", { call_id: "t", tools: [] })],
      [["tool_search", "t", 1000, null, null, 7]],
    ],
    [
      "a local shell",
      [item(1, "local_shell_call", { call_id: "l", action: { q: 1 } }), output(3, "l", "Exit code: 0")],
      [["local_shell", "l", 2000, null, false, 7]],
    ],
    [
      "a failed call of a server",
      [
        item(1, "function_call", { call_id: "m", name: "search", namespace: "mcp__weather", arguments: "{}" }),
        output(40, "m", "rain"),
        event(40, "mcp_tool_call_end", { call_id: "m", duration: seconds(38), result: { Err: "timeout" } }),
      ],
      [["mcp__weather__search", "m", 39_000, 38_000, true, 2]],
    ],
    [
      "an answer that is an error",
      [
        item(1, "function_call", { call_id: "m", name: "search", namespace: "mcp__library__", arguments: "{}" }),
        event(2, "mcp_tool_call_end", { call_id: "m", duration: { secs: 0, nanos: 900_000_000 }, result: { Ok: { isError: true } } }),
        output(2, "m", "[]"),
      ],
      [["mcp__library__search", "m", 1000, 900, true, 2]],
    ],
    [
      "a tool of a connector",
      [item(1, "function_call", { call_id: "g", name: "_fetch", namespace: "mcp__codex_apps__github", arguments: "{}" })],
      [["mcp__codex_apps__github_fetch", "g", null, null, null, 2]],
    ],
    [
      "a built-in tool in a namespace",
      [item(1, "function_call", { call_id: "s", name: "spawn_agent", namespace: "collaboration", arguments: "{}" })],
      [["spawn_agent", "s", null, null, null, 2]],
    ],
    [
      "a command with its duration",
      [call(1, "c"), event(3, "exec_command_end", { call_id: "c", aggregated_output: "", exit_code: 0, duration: seconds(1) })],
      [["exec_command", "c", 2000, 1000, false, 2]],
    ],
    [
      "a command that runs on after the call",
      [
        call(1, "c"),
        event(3, "exec_command_end", { call_id: "c", aggregated_output: "", exit_code: 0, duration: seconds(900) }),
        output(4, "c", "Wall time: 1.5 seconds"),
      ],
      [["exec_command", "c", 2000, 1500, false, 2]],
    ],
    [
      "a tool of the client",
      [
        call(1, "d", "open_app"),
        event(2, "dynamic_tool_call_response", { call_id: "d", duration: { secs: 0, nanos: 36_000_000 }, success: false }),
        output(2, "d", "…"),
      ],
      [["open_app", "d", 1000, 36, true, 2]],
    ],
  ])("%s", (_, records, expected) => {
    const found = toolsOf(extract([...records, usage(50, 1)]));
    expect(
      found.map((tool) => [
        ...[tool.tool_name, tool.tool_call_id, tool.tool_wall_latency_ms, tool.tool_internal_latency_ms, tool.is_error],
        tool.input_chars,
      ]),
    ).toEqual(expected);
  });

  const cell = item(1, "custom_tool_call", { call_id: "x", name: "exec", input: "…" });
  const inner = (exitCode: number) => event(2, "exec_command_end", { call_id: "inner", exit_code: exitCode, duration: seconds(1) });
  const innerItem = event(2, "item_completed", { item: { type: "CommandExecution", id: "inner", exit_code: 2, status: "failed" } });
  const cellOutput = (...texts: string[]) => item(4, "custom_tool_call_output", { call_id: "x", output: parts(...texts) });
  const completed = "Script completed\nWall time 3.0 seconds\nOutput:\n";
  it.each<[string, JsonObject[], (number | boolean | null)[]]>([
    ["completes", [cell, inner(0), cellOutput(completed, "ok")], [3000, false]],
    ["holds a failed command", [cell, inner(1), cellOutput(completed, "ok")], [3000, true]],
    ["holds a failed command, as an item after it", [cell, cellOutput(completed, "ok"), innerItem], [3000, true]],
    ["prints an exit code", [cell, cellOutput(completed, "fatal\nexit code 1")], [3000, true]],
    ["fails", [cell, cellOutput("Script failed\nWall time 2 seconds\n")], [2000, true]],
    ["runs on", [cell, cellOutput("Script running with cell ID 28\nWall time 10.0 seconds\n")], [10_000, null]],
    ["holds a document", [cell, cellOutput("Script completed\n", '{"wall_time_seconds":0.5,"exit_code":3}')], [500, true]],
  ])("a cell of code mode %s", (_, records, expected) => {
    const [tool] = toolsOf(extract([...records, usage(9, 1)]));
    expect([tool?.tool_internal_latency_ms, tool?.is_error]).toEqual(expected);
  });

  it("of the provider are not input of the next step", () => {
    const { rows } = extract([begun, usage(2, 1), web(11, { id: "ws" }), ended(11), usage(12, 2)]);
    expect(rows.map((row) => row.current_input_event_count)).toEqual([0, 0]);
    expect(rows[0]?.tools[0]).toMatchObject({ emitted_at: at(1), result_at: at(11), result_chars: null });
  });

  it("are listed as under way when a turn is interrupted", () => {
    const { session } = extract([
      turn("T"),
      call(1, "a"),
      output(2, "a", ""),
      call(3, "b"),
      event(4, "turn_aborted", { reason: "interrupted" }),
    ]);
    expect(session.events).toEqual([
      {
        kind: "aborted",
        timestamp: at(4),
        tokensBefore: null,
        tokensAfter: null,
        trigger: "interrupted",
        toolCallIds: ["b"],
        recordId: null,
      },
    ]);
    expect(session.endedReason).toBe("interrupted");
  });
});

describe("counters", () => {
  const report = (spelled: string) => {
    const info = `{"total_token_usage":{"total_tokens":1},"last_token_usage":{"input_tokens":${spelled},"output_tokens":1}}`;
    return parseJson(Buffer.from(`{"type":"event_msg","payload":{"type":"token_count","info":${info}}}`)) as JsonObject;
  };
  it.each<[string, number | null, number]>([
    ["7", 7, 0],
    ["7.0", 7, 0],
    ['"7"', 7, 0],
    ["null", 0, 0],
    ["7.5", null, 1],
    ['"seven"', null, 1],
    ["[7]", null, 1],
  ])("%s is %s, %d rejected", (spelled, tokens, rejected) => {
    const { rows, session } = extract([report(spelled)]);
    expect([rows[0]?.input_tokens_total, Object.values(session.rejectedCounters)]).toEqual([tokens, rejected === 0 ? [] : [rejected]]);
  });

  it("that can't be read are what the cumulative ones grew by", () => {
    const spelled = (total: number, input: Json) =>
      event(1, "token_count", { info: { total_token_usage: { input_tokens: total }, last_token_usage: { input_tokens: input } } });
    const { rows, session } = extract([spelled(5, "five"), spelled(12, "seven"), spelled(13, 1)]);
    expect(rows.map((row) => row.input_tokens_total)).toEqual([5, 7, 1]);
    expect(session.rejectedCounters).toEqual({ "event_msg/token_count.last.input_tokens": 2 });
  });

  it("of cache writes are facts, and null where none is logged", () => {
    const written = event(1, "token_count", {
      info: { total_token_usage: { a: 1 }, last_token_usage: { input_tokens: 9, cache_write_input_tokens: 5 } },
    });
    expect(extract([written, usage(2, 1)]).facts.map((fact) => fact.cacheWriteTokens)).toEqual([5, null]);
  });

  it("that are all 0 end no step", () => {
    const { rows } = extract([said(1, "hello"), usage(2, 0, [0, 0, 0, 0]), usage(3, 1)]);
    expect(rows.map((row) => row.current_user_message_count)).toEqual([1]);
  });

  it("that no row has are summed", () => {
    const totals = (second: number, total: number, own: number) =>
      event(second, "token_count", {
        info: { total_token_usage: { total_tokens: total }, last_token_usage: { input_tokens: 9, output_tokens: 1, total_tokens: own } },
      });
    const lost = record(1, "token_usage_record", { response_id: "r", usage: { input_tokens: 40, output_tokens: 2 } });
    const { session } = extract([totals(1, 10, 10), lost, totals(2, 70, 12)]);
    expect(session.droppedUsage).toEqual({
      "usage records that no usage report repeats": { records: 1, tokens: 42 },
      "cumulative counters that grew by more than the report says": { records: 1, tokens: 48 },
    });
    expect(session.notRead).toEqual({ "event_msg/token_count.last.total_tokens other than input and output": { count: 1, sum: 2 } });
  });
});

describe("steps before the first turn", () => {
  it("have its model, and responses with an identity", () => {
    const { rows, facts } = extract([
      header("S"),
      usage(1, 1),
      turn("T"),
      record(2, "turn_context", { turn_id: "T", model: "m" }),
      usage(3, 2),
    ]);
    expect(rows.map((row) => [row.model, row.turn_id])).toEqual([
      ["m", null],
      ["m", "T"],
    ]);
    expect(facts[0]?.responseId).toMatch(/^S:/);
  });
});

describe("a session", () => {
  it("has role, window, effort and title", () => {
    const { session, facts } = extract([
      header(CHILD, { ...spawned(PARENT), agent_role: "explorer" }),
      event(1, "task_started", { turn_id: CHILD_TURN, model_context_window: 258_400 }),
      record(1, "turn_context", { turn_id: CHILD_TURN, effort: "high" }),
      event(2, "thread_name_updated", { thread_name: "Apples" }),
      said(2, "count"),
      usage(3, 1),
      event(4, "task_complete", { duration_ms: 7 }),
    ]);
    expect(session).toMatchObject({
      ...{
        agentType: "explorer",
        contextWindowTokens: 258_400,
        effort: "high",
        title: "Apples",
        endedReason: "completed",
      },
      notRead: { "event_msg/task_complete.duration_ms": { count: 1, sum: 7 } },
    });
    expect(facts[0]).toMatchObject({ effort: "high", speakers: ["meta"] });
  });

  it("has its errors, limits and compactions as events", () => {
    const limits = (second: number, percent: number) =>
      event(second, "token_count", { info: null, rate_limits: { primary: { used_percent: percent }, secondary: null } });
    const left = event(5, "token_count", { info: { total_token_usage: { total_tokens: 1 }, last_token_usage: { total_tokens: 4 } } });
    const { session } = extract([
      usage(1, 1),
      limits(2, 99),
      limits(3, 100),
      limits(3.5, 100),
      record(4, "compacted"),
      event(4, "context_compacted"),
      left,
      event(6, "error", { codex_error_info: "usage_limit_exceeded" }),
      event(7, "stream_error", { codex_error_info: { response_stream_disconnected: {} } }),
    ]);
    expect(session.events.map(({ kind, trigger, tokensBefore, tokensAfter }) => [kind, trigger, tokensBefore, tokensAfter])).toEqual([
      ["rate_limit", "primary", null, null],
      ["compact", null, 13, 4],
      ["api_error", "usage_limit_exceeded", null, null],
      ["api_error", "response_stream_disconnected", null, null],
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ["a message", said(1, "hello"), "typed"],
    ["a picture", event(1, "user_message", { message: "", local_images: ["a.png"] }), "image"],
    ["a command of the user's", said(1, "<user_shell_command>ls"), "command"],
    ["an interruption", said(1, "<turn_aborted>"), "interrupt"],
    ["instructions", said(1, "# AGENTS.md instructions for /w"), "meta"],
    ["what kind it is", event(1, "user_message", { message: "x", kind: "environment_context" }), "meta"],
    ["news of a sub-agent", said(1, "<subagent_notification>{}"), "task_notification"],
  ])("knows who spoke: %s", (_, message, speaker) => {
    expect(extract([message, usage(2, 1)]).facts[0]?.speakers).toEqual([speaker]);
  });

  it("in pages has its messages as items", () => {
    const message = event(1, "item_completed", { item: { type: "UserMessage", id: "u", content: [{ type: "text", text: "hello" }] } });
    const charsOf = (mode: string) =>
      extract([header("S", { history_mode: mode }), message, usage(2, 1)]).rows.map((row) => row.current_user_message_chars);
    expect([charsOf("paginated"), charsOf("legacy")]).toEqual([[5], [0]]);
  });
});

describe("transcripts that hold the same history", () => {
  const THREADS = ["019b7000-0000-7000-8000-000000000000", "019b8000-0000-7000-8000-000000000000", "019b9000-0000-7000-8000-000000000000"];
  let home: Home;
  beforeEach(() => {
    home = new Home();
  });
  afterEach(() => home.remove());

  const thread = (index: number) => itemAt(THREADS, index);
  const turnOf = (index: number) => thread(index).replace("-0000-", "-0001-");
  const steps = (index: number, second: number) => codexTurn(turnOf(index), second, 100 * (index + 1));
  /** A thread that starts with the history of those before it, at a time of its own. */
  const chained = (index: number): LogRecord[] => {
    const second = 86_400 * index;
    const headers = [index, ...[0, 1].filter((other) => other < index).reverse()].map((other) => codexHeader(thread(other), second));
    const earlier = [0, 1].filter((other) => other < index).flatMap((other) => steps(other, second));
    return [...headers, ...earlier, ...steps(index, second + 60)];
  };
  const sessionsAndDays = () => home.rows().map((row) => [row.session_id, row.timing_events.at(-1)?.timestamp?.slice(0, 10)]);

  it.each<[string, (index: number) => string]>([
    ["parents first", (index) => home.codex(`${index}-${thread(index)}`)],
    ["children first", (index) => home.codex(`${9 - index}-${thread(index)}`)],
  ])("have each response once, at its own time: %s", async (_, fileOf) => {
    for (const index of [0, 1, 2]) home.write(fileOf(index), chained(index));
    const report = await home.collect();
    expect(sessionsAndDays().sort()).toEqual([
      [`codex:${thread(0)}`, "2026-01-01"],
      [`codex:${thread(1)}`, "2026-01-02"],
      [`codex:${thread(2)}`, "2026-01-03"],
    ]);
    expect(report.providers.codex).toMatchObject({ rows: 3, duplicates: 3, repeatedRows: 0 });
    await home.collect({ reading: "published", resume: false });
    expect(home.rows()).toHaveLength(6);
  });

  it("keep the history whose own transcript is gone, once", async () => {
    for (const index of [1, 2]) home.write(home.codex(`${index}-${thread(index)}`), chained(index));
    await home.collect();
    expect(sessionsAndDays()).toEqual([
      [`codex:${thread(0)}`, "2026-01-02"],
      [`codex:${thread(1)}`, "2026-01-02"],
      [`codex:${thread(2)}`, "2026-01-03"],
    ]);
  });
});

describe("any records", () => {
  const anyRecords = fc.array(arbitraryRecord, { maxLength: 40 });

  it("appended again from any place on change no row", () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(40), (records, from) => {
        expect(encode(extract([...records, ...records.slice(from)]).rows)).toBe(encode(extract(records).rows));
      }),
    );
  });

  it("appended again in between change nothing of what follows", () => {
    const ofOneThread = fc.array(
      arbitraryRecord.filter(({ type }) => type !== "session_meta"),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(ofOneThread, fc.nat(30), ofOneThread, (before, from, after) => {
        const repeated = extract([...before, ...before.slice(from), ...after]);
        const once = extract([...before, ...after]);
        expect(encode([repeated.rows, repeated.facts, repeated.session.events])).toBe(encode([once.rows, once.facts, once.session.events]));
      }),
    );
  });
});

describe.skipIf(!hasShared)("real rollouts", () => {
  /** What the two readings of a rollout have different: names of the row's keys, or of its calls' keys. */
  function differences(name: string): Record<string, number> {
    const [published, counted] = [
      extractAs("published", recordsOf(name), rolloutOf(name)),
      extractAs("counted", recordsOf(name), rolloutOf(name)),
    ];
    expect(counted.rows).toHaveLength(published.rows.length);
    const found: Record<string, number> = {};
    const count = (kind: string) => {
      found[kind] = (found[kind] ?? 0) + 1;
    };
    const compare = (one: object, other: object, isCounted: (key: string) => boolean, prefix = "") => {
      for (const [key, value] of Object.entries(one))
        if (isCounted(key) && encode([value]) !== encode([Object.entries(other).find(([name]) => name === key)?.[1] ?? null]))
          count(prefix + key);
    };
    for (const [index, row] of counted.rows.entries()) {
      const other: TraceRow = itemAt(published.rows, index);
      compare(row, other, (key) => key !== "tools" && key !== "timing_events");
      const calls = new Map(other.tools.map((tool) => [tool.tool_call_id, tool]));
      for (const tool of row.tools) {
        const before = calls.get(tool.tool_call_id);
        if (before) compare(tool, before, (key) => key !== "tool_index", "call.");
        else count(`new call ${tool.tool_name}`);
      }
    }
    return found;
  }

  it("differ between the readings only in what is listed here", () => {
    const all: Record<string, number> = {};
    for (const name of REAL_ROLLOUTS) for (const [kind, count] of Object.entries(differences(name))) all[kind] = (all[kind] ?? 0) + count;
    expect(all).toEqual({
      // The first own step of the sub-agent, which the published reading starts with a result of its parent.
      ...{ current_input_event_count: 1, current_tool_result_count: 1, current_tool_result_chars: 1, current_input_chars: 1 },
      first_input_event_type: 1,
      "new call web_search": 3,
      // A tool of the client, timed by its event.
      ...{ "call.tool_internal_latency_ms": 1, "call.is_error": 1 },
    });
  });

  it("a sub-agent's first own step starts with its own prompt, and 43 of 45 rows are its parent's", () => {
    const { rows, facts } = extractAs("counted", recordsOf(itemAt(REAL_ROLLOUTS, 0)), rolloutOf(itemAt(REAL_ROLLOUTS, 0)));
    expect([rows.length, facts.filter((fact) => fact.isInherited).length]).toEqual([45, 43]);
    const inherited = rows.filter((_, index) => facts[index]?.isInherited);
    expect(inherited.reduce((sum, row) => sum + known(row.input_tokens_total), 0)).toBe(4_223_870);
    expect(rows[43]?.first_input_event_type).toBe("user_message");
  });

  it.each(REAL_ROLLOUTS)("%s appended again from any place on changes no row", (name) => {
    const records = recordsOf(name);
    const once = encode(extract(records).rows);
    for (const from of [0, 1, Math.floor(records.length / 3), Math.floor(records.length / 2), records.length - 1])
      expect(encode(extract([...records, ...records.slice(from)]).rows)).toBe(once);
  });

  it("of 2026 have the tokens of an independent count", () => {
    const counts = JSON.parse(fs.readFileSync(shared("transcripts-2026", "expected_counts.json"), "utf8")).codex;
    const folder = shared("transcripts-2026", "home", ".codex", "sessions");
    for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".jsonl"))) {
      const records = fs
        .readFileSync(`${folder}/${name}`, "utf8")
        .split("\n")
        .filter((line) => line !== "");
      const { rows } = extract(records.map((line) => parseJson(Buffer.from(line)) as JsonObject));
      const sum = (pick: (row: TraceRow) => number | null) => rows.reduce((total, row) => total + (pick(row) ?? 0), 0);
      const { distinct_counts, total_token_usage } = counts[name.split("/").at(-1) ?? ""];
      expect(rows).toHaveLength(distinct_counts);
      expect({
        input_tokens: sum((row) => row.input_tokens_total),
        cached_input_tokens: sum((row) => row.prefix_tokens),
        output_tokens: sum((row) => row.output_tokens),
        reasoning_output_tokens: sum((row) => row.reasoning_output_tokens),
        total_tokens: sum((row) => known(row.input_tokens_total) + known(row.output_tokens)),
      }).toEqual(total_token_usage);
    }
  });
});
