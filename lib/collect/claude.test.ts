import fs from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { known } from "../stats/known.ts";
import { anyText } from "../testing/any-text.ts";
import { hasShared, shared } from "../testing/paths.ts";
import { encode, isObject, type JsonObject, parseJson } from "../trace/exact-json.ts";
import { type ClaudeFile, createClaudeExtractor } from "./claude.ts";
import type { Extracted, Reading, SessionFacts, Speaker } from "./row.ts";

const OWN_ID = "11111111-1111-4111-8111-111111111111";
const PARENT_ID = "22222222-2222-4222-8222-222222222222";
const MAIN_FILE: ClaudeFile = { project: "-home-p", sessionKey: OWN_ID, path: `/x/${OWN_ID}.jsonl` };

function extract(records: readonly JsonObject[], file: ClaudeFile = MAIN_FILE, reading: Reading = "published"): Extracted {
  const extractor = createClaudeExtractor(file, reading);
  for (const record of records) extractor.push(record);
  return extractor.result();
}

/** As a transcript would hold it, so that `1.0` stays what it is. */
function parse(line: string): JsonObject {
  const record = parseJson(Buffer.from(line));
  if (!isObject(record)) throw new Error(`no record: ${line}`);
  return record;
}

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, "0")}.000Z`;

function user(second: number, content: unknown, rest: object = {}): JsonObject {
  return { type: "user", timestamp: at(second), message: { role: "user", content }, ...rest } as unknown as JsonObject;
}

function assistant(second: number, id: string, content: unknown, rest: object = {}, around: object = {}): JsonObject {
  const message = { role: "assistant", id, model: "m", content, ...rest };
  return { type: "assistant", timestamp: at(second), message, ...around } as unknown as JsonObject;
}

const usage = (input: number, write: number, read: number, output: number) => ({
  input_tokens: input,
  cache_creation_input_tokens: write,
  cache_read_input_tokens: read,
  output_tokens: output,
});
const call = (id: string, input: unknown = {}) => ({ type: "tool_use", id, name: "Bash", input });
const answer = (id: string, content: unknown, rest: object = {}) => ({ type: "tool_result", tool_use_id: id, content, ...rest });

const EXAMPLE: readonly JsonObject[] = [
  user(0, "hello", { isMeta: true }),
  user(1, [{ type: "text", text: "hi" }]),
  assistant(2, "m1", [{ type: "thinking", thinking: "" }], { usage: usage(3, 5, 7, 1) }),
  parse(
    `{"type":"assistant","timestamp":"${at(3)}","message":{"role":"assistant","id":"m1","model":"m","stop_reason":"tool_use","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"a":1.0,"b":"é"}}],"usage":{"input_tokens":3,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":50}}}`,
  ),
  {
    ...user(3, [answer("t1", "ok"), { type: "text", text: "stop" }], { toolUseResult: { durationMs: 12.5 } }),
    timestamp: "2026-01-01T00:00:03.500Z",
  },
  assistant(4, "m1", [{ type: "tool_use", id: "t2", name: "Read" }], { usage: usage(0, 0, 0, 0) }),
  user(5, [answer("t2", [{ type: "text", text: "x" }], { is_error: true })], { toolUseResult: { durationSeconds: 0.0005 } }),
  assistant(6, "e1", [{ type: "text", text: "API error" }], { model: "<synthetic>" }),
  assistant(7, "m2", [{ type: "text", text: "done" }]),
  user(8, "and now"),
];

describe("two messages, one of them in three records", () => {
  const { rows, facts } = extract(EXAMPLE);

  it("makes two rows with the keys in their order", () => {
    expect(rows.map((row) => row.round_id)).toEqual(["m1", "m2"]);
    expect(Object.keys(rows[0] as object)).toEqual(
      `provider project session_id session_file round_index round_id model input_tokens_total prefix_tokens newly_append_tokens
      claude_uncached_input_tokens claude_cache_creation_input_tokens claude_cache_read_input_tokens output_tokens reasoning_output_tokens
      timing_events tools current_input_event_count current_user_message_count current_tool_result_count current_user_message_chars
      current_tool_result_chars current_input_chars first_input_event_type`.split(/\s+/),
    );
  });

  it("takes the usage with the most output", () => {
    expect(rows[0]).toMatchObject({ input_tokens_total: 15, prefix_tokens: 7, newly_append_tokens: 8, output_tokens: 50 });
    expect(rows[1]).toMatchObject({ input_tokens_total: 0, output_tokens: 0, reasoning_output_tokens: null });
  });

  it("puts what came before a message's first record into its input", () => {
    expect(rows[0]?.timing_events.map((event) => [event.event_type, event.content_chars ?? event.tool_call_id])).toEqual([
      ["user_message", 5],
      ["user_message", 29],
      ["reasoning", 0],
      ["tool_call", "t1"],
      ["tool_call", "t2"],
    ]);
    expect(rows[1]?.timing_events).toEqual([
      {
        event_type: "tool_result",
        timestamp: "2026-01-01T00:00:03.500Z",
        source: "user.content.tool_result",
        tool_call_id: "t1",
        result_chars: 2,
        is_error: false,
      },
      {
        event_type: "tool_result",
        timestamp: at(5),
        source: "user.content.tool_result",
        tool_call_id: "t2",
        result_chars: 28,
        is_error: true,
      },
      { event_type: "text", timestamp: at(7), source: "assistant.content.text", content_chars: 4 },
    ]);
    expect(rows[0]).toMatchObject({
      current_user_message_count: 2,
      current_user_message_chars: 34,
      first_input_event_type: "user_message",
    });
  });

  it("assigns results to their calls", () => {
    expect(rows[0]?.tools).toMatchObject([
      { tool_index: 0, input_chars: 17, result_chars: 2, tool_wall_latency_ms: 500, tool_internal_latency_ms: 12, is_error: false },
      { tool_index: 1, input_chars: 0, input: null, result_chars: 28, tool_internal_latency_ms: 0, is_error: true, result_at: at(5) },
    ]);
    expect(encode(rows[0]?.tools[0]?.input ?? null)).toBe('{"a":1.0,"b":"é"}');
  });

  it("knows whose output is a placeholder", () => {
    expect(facts.map((fact) => [fact.responseId, fact.outputIsPlaceholder])).toEqual([
      ["m1", false],
      ["m2", true],
    ]);
  });
});

describe("usage of repeated records", () => {
  const stop = { stop_reason: "end_turn" };
  it.each([
    { name: "later wins a tie", usages: [usage(1, 0, 9, 5), usage(2, 0, 8, 5)], shown: [10, 8, 5] },
    { name: "more output wins, wherever it is", usages: [usage(1, 0, 0, 9), usage(100, 100, 100, 8)], shown: [1, 0, 9] },
    { name: "then more input wins", usages: [usage(5, 5, 5, 1), usage(1, 1, 1, 1)], shown: [15, 5, 1] },
    { name: "zeros come too late", usages: [usage(5, 5, 5, 1), usage(0, 0, 0, 0)], shown: [15, 5, 1] },
    { name: "missing counters are 0", usages: [{ output_tokens: 4 }], shown: [0, 0, 4] },
    { name: "counters that are not integers are 0", usages: [{ output_tokens: 4, input_tokens: "7" }], shown: [0, 0, 4] },
    { name: "no counter, no usage", usages: [usage(1, 1, 1, 0), { service_tier: "x" }], shown: [3, 1, 0] },
    { name: "no usage at all", usages: [null], shown: [0, 0, 0] },
  ])("$name", ({ usages, shown }) => {
    const { rows } = extract(usages.map((each, index) => assistant(index, "m", [], { usage: each })));
    const row = rows[0];
    expect([row?.input_tokens_total, row?.prefix_tokens, row?.output_tokens]).toEqual(shown);
  });

  it("of equals the one that stopped wins", () => {
    const stopped = assistant(1, "m", [], { usage: usage(1, 0, 9, 5), ...stop });
    const running = assistant(2, "m", [], { usage: usage(2, 0, 8, 5) });
    expect(extract([stopped, running]).rows[0]?.prefix_tokens).toBe(9);
  });
});

describe("facts of a response", () => {
  const split = (short: number | null, long: number | null, total: number) => ({
    ...usage(0, total, 0, 1),
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
  });
  it.each([
    { name: "both add up", usage: split(3, 7, 10), expected: [3, 7] },
    { name: "nothing written", usage: split(0, 0, 0), expected: [0, 0] },
    { name: "they do not add up", usage: split(3, 6, 10), expected: [null, null] },
    { name: "one is missing", usage: split(10, null, 10), expected: [null, null] },
    { name: "no split", usage: usage(0, 10, 0, 1), expected: [null, null] },
  ])("cache writes by lifetime: $name", ({ usage, expected }) => {
    const [fact] = extract([assistant(0, "m", [], { usage })]).facts;
    expect([fact?.cacheWrite5mTokens, fact?.cacheWrite1hTokens]).toEqual(expected);
  });

  it("names response, request, tier and speed", () => {
    const logged = { ...usage(1, 1, 1, 1), service_tier: "standard", speed: "fast" };
    const [fact] = extract([assistant(0, "m", [], { usage: logged }, { requestId: "r" })]).facts;
    expect(fact).toMatchObject({ responseId: "m", requestId: "r", serviceTier: "standard", speed: "fast", outputIsPlaceholder: true });
  });
});

describe("results of tools", () => {
  const answered = (result: JsonObject) => extract([assistant(0, "m", [call("t")]), result]).rows[0]?.tools[0];

  it.each([
    [{ durationMs: 12.5, durationSeconds: 9 }, 12],
    [{ durationMs: -1, duration_ms: 3 }, 3],
    [{ duration_seconds: 0.0015 }, 2],
    [{ durationMs: 1e300 }, null],
    [{ totalDurationMs: 5 }, null],
    [["durationMs"], null],
    ["Error: durationMs", null],
  ])("reported duration of %j is %s ms", (toolUseResult, expected) => {
    expect(answered(user(1, [answer("t", "x")], { toolUseResult }))?.tool_internal_latency_ms).toBe(expected);
  });

  it.each([
    [undefined, false],
    [null, false],
    [true, true],
    [0, false],
    [1, true],
    ["", false],
    ["false", true],
    [[], false],
    [{}, false],
    [[0], true],
  ])("is_error %j is %s", (flag, expected) => {
    expect(answered(user(1, [answer("t", "x", { is_error: flag })]))?.is_error).toBe(expected);
  });

  it("the last of several results counts, and all are input", () => {
    const { rows } = extract([
      assistant(0, "m", [call("t")]),
      user(1, [answer("t", "first")]),
      user(2, [answer("t", "second!")]),
      assistant(3, "n", []),
    ]);
    expect(rows[0]?.tools[0]).toMatchObject({ result_chars: 7, tool_wall_latency_ms: 2000 });
    expect(rows[1]?.current_tool_result_count).toBe(2);
  });

  it("a call repeated in a later message takes the result, and both steps keep it", () => {
    const { rows } = extract([assistant(0, "m", [call("t")]), assistant(1, "n", [call("t"), call("t")]), user(2, [answer("t", "x")])]);
    expect(rows.map((row) => row.tools.map((tool) => tool.result_chars))).toEqual([[null], [1]]);
  });

  it("calls without a string as id are none, results without one are not input", () => {
    const { rows } = extract([
      assistant(0, "m", [{ type: "tool_use", id: 3, name: "x" }]),
      user(1, [
        { type: "tool_result", content: "x" },
        { type: "text", text: "y" },
      ]),
      assistant(2, "n", []),
    ]);
    expect(rows.map((row) => row.timing_events)).toEqual([[], []]);
  });
});

describe("what the user says", () => {
  it.each([
    ["a string", "😀é", 2],
    ["a list without results", [{ type: "image", source: { data: "QUJD" } }], '[{"type":"image","source":{"data":"QUJD"}}]'.length],
    ["an empty list", [], 2],
  ])("%s is a message", (_name, content, size) => {
    const { rows } = extract([user(0, content), assistant(1, "m", [])]);
    expect(rows[0]?.timing_events).toEqual([{ event_type: "user_message", timestamp: at(0), source: "user.message", content_chars: size }]);
  });

  it.each([[null], [7], [{ text: "x" }]])("content %j is none", (content) => {
    expect(extract([user(0, content), assistant(1, "m", [])]).rows[0]?.timing_events).toEqual([]);
  });

  it("nothing is filtered: type and flags of the record do not matter", () => {
    const flagged = user(0, "x", { type: "anything", isMeta: true, isCompactSummary: true, isSidechain: true });
    expect(extract([flagged, assistant(1, "m", [])]).rows[0]?.current_user_message_count).toBe(1);
  });
});

describe("facts of the session", () => {
  const place = (sessionKey: string): ClaudeFile => ({ project: "p", sessionKey, path: "/x" });
  const first = (rest: object) => [user(0, "x", { sessionId: OWN_ID, ...rest })];

  it.each<{ name: string; key: string; records: JsonObject[]; expected: Partial<SessionFacts> }>([
    { name: "main", key: OWN_ID, records: first({}), expected: { relation: "main", parentSessionId: null } },
    {
      name: "sub-agent by folder",
      key: `${PARENT_ID}/subagents/agent-a1`,
      records: first({}),
      expected: { relation: "sub-agent", parentSessionId: `claude:${PARENT_ID}` },
    },
    {
      name: "sub-agent of a workflow",
      key: `${PARENT_ID}/subagents/workflows/wf_1/agent-a1`,
      records: first({ sourceToolUseID: "toolu_1" }),
      expected: { relation: "sub-agent", parentSessionId: `claude:${PARENT_ID}`, parentToolCallId: "toolu_1" },
    },
    {
      name: "sub-agent by name",
      key: "agent-a1",
      records: first({ sessionId: PARENT_ID }),
      expected: { relation: "sub-agent", parentSessionId: `claude:${PARENT_ID}` },
    },
    {
      name: "sub-agent by its records",
      key: OWN_ID,
      records: first({ sessionId: PARENT_ID, isSidechain: true }),
      expected: { relation: "sub-agent", parentSessionId: `claude:${PARENT_ID}` },
    },
    {
      name: "main with a sidechain inside",
      key: OWN_ID,
      records: [...first({}), ...first({ isSidechain: true })],
      expected: { relation: "main" },
    },
    {
      name: "resume",
      key: OWN_ID,
      records: [...first({ sessionId: PARENT_ID }), ...first({})],
      expected: { relation: "resume", parentSessionId: `claude:${PARENT_ID}` },
    },
    {
      name: "fork",
      key: OWN_ID,
      records: first({ forkedFrom: { sessionId: PARENT_ID, messageUuid: "u" } }),
      expected: { relation: "fork", parentSessionId: `claude:${PARENT_ID}` },
    },
    {
      name: "renamed file",
      key: "my notes",
      records: first({ sessionId: PARENT_ID }),
      expected: { relation: "main", parentSessionId: null },
    },
  ])("relation: $name", ({ key, records, expected }) => {
    expect(extract(records, place(key)).session).toMatchObject({ sessionId: `claude:${key}`, ...expected });
  });

  it("a call of its own is not its parent's", () => {
    const records = [assistant(0, "m", [call("toolu_own")]), user(1, "skill", { sourceToolUseID: "toolu_own" })];
    expect(extract(records, place("agent-a")).session.parentToolCallId).toBeNull();
  });

  it("names the calls that spawned its sub-agents", () => {
    const progress = { type: "progress", parentToolUseID: "t1", data: { type: "agent_progress", agentId: "a1" } };
    const records = [user(0, [answer("t2", "done")], { toolUseResult: { agentId: "a2" } }), progress as unknown as JsonObject];
    expect(extract(records).session.agentCalls).toEqual({ a1: "t1", a2: "t2" });
  });

  const boundary = (second: number, rest: object = {}) =>
    ({ type: "system", subtype: "compact_boundary", timestamp: at(second), ...rest }) as unknown as JsonObject;
  const summary = (second: number) => user(second, "summary", { isCompactSummary: true });
  it.each([
    { name: "boundary and summary are one", records: [boundary(1), summary(2)], times: [1] },
    { name: "summary alone", records: [summary(2)], times: [2] },
    { name: "two compactions", records: [boundary(1), summary(2), boundary(3), summary(4)], times: [1, 3] },
    {
      name: "a boundary without summary, a summary without boundary",
      records: [boundary(1), assistant(2, "m", []), summary(3)],
      times: [1, 3],
    },
    { name: "copied from another session", records: [boundary(1, { sessionId: PARENT_ID })], times: [] },
    { name: "micro-compaction", records: [boundary(1, { subtype: "microcompact_boundary" })], times: [] },
  ])("compactions: $name", ({ records, times }) => {
    expect(extract(records).session.compactionTimes).toEqual(times.map(at));
  });

  it("client, place and time", () => {
    const records = [
      user(5, "x", { version: "1", cwd: "/a", gitBranch: "main", entrypoint: "cli" }),
      user(3, "x", { version: "2", cwd: "/b", gitBranch: "" }),
      user(4, "x", { version: "1" }),
      user(0, "x", { timestamp: "not a time" }),
    ];
    expect(extract(records).session).toMatchObject({
      clientVersions: ["1", "2"],
      originator: "cli",
      cwd: "/b",
      gitBranch: "main",
      firstAt: at(3),
      lastAt: at(5),
      recordCount: 4,
    });
  });

  it("is bounded by the conversation, not by the client's bookkeeping", () => {
    const records = [
      { type: "file-history-snapshot", timestamp: at(0) },
      user(5, "x"),
      assistant(6, "m", []),
      { type: "pr-link", timestamp: at(9) },
    ] as unknown as JsonObject[];
    expect(extract(records).session).toMatchObject({ firstAt: at(5), lastAt: at(6) });
  });

  it("has the title that the user gave, else one that the client made", () => {
    const titles = [
      { type: "agent-name", agentName: "agent" },
      { type: "ai-title", aiTitle: "made" },
      { type: "custom-title", customTitle: "given" },
      { type: "ai-title", aiTitle: "made later" },
    ] as unknown as JsonObject[];
    expect(titles.map((_, count) => extract(titles.slice(0, count)).session.title)).toEqual([null, "agent", "made", "given"]);
    expect(extract(titles).session.title).toBe("given");
  });

  it("counts what it does not know", () => {
    const records = [
      { type: "brand-new", hello: 1 },
      { type: "system", subtype: "odd" },
      { no: "type" },
      { type: "user", shiny: 1 },
      assistant(0, "m", [], { usage: { ...usage(1, 1, 1, 1), dream_tokens: 4 } }),
    ] as unknown as JsonObject[];
    expect(extract(records).session).toMatchObject({
      unknownRecords: { "brand-new": 1, "system/odd": 1, "(no type)": 1 },
      unknownKeys: { "user.shiny": 1, "assistant.usage.dream_tokens": 1 },
    });
  });
});

describe("events of a session", () => {
  const none = { tokensBefore: null, tokensAfter: null, trigger: null, toolCallIds: [], recordId: null };
  const system = (subtype: string, rest: object) => ({ type: "system", subtype, timestamp: at(1), ...rest }) as unknown as JsonObject;
  it.each<[string, JsonObject, object[]]>([
    [
      "a compaction",
      system("compact_boundary", { compactMetadata: { trigger: "auto", preTokens: 90, postTokens: "10" } }),
      [{ ...none, kind: "compact", tokensBefore: 90, tokensAfter: 10, trigger: "auto" }],
    ],
    [
      "a micro-compaction",
      system("microcompact_boundary", {
        microcompactMetadata: { trigger: "auto", preTokens: 90, tokensSaved: 30, compactedToolIds: ["t1"] },
      }),
      [{ ...none, kind: "micro_compact", tokensBefore: 90, tokensAfter: 60, trigger: "auto", toolCallIds: ["t1"] }],
    ],
    ["an error of the API", system("api_error", { error: { status: 529 } }), [{ ...none, kind: "api_error", trigger: "529" }]],
    ["a rate limit", system("api_error", { error: { status: 429 } }), [{ ...none, kind: "rate_limit", trigger: "429" }]],
    [
      "an error of the API as a message",
      assistant(1, "e", [], { model: "<synthetic>" }, { isApiErrorMessage: true, error: "rate_limit", apiErrorStatus: 429 }),
      [{ ...none, kind: "rate_limit", trigger: "rate_limit" }],
    ],
    [
      "a message that broke off",
      assistant(1, "m", [], {}, { isAbortedMidStream: true }),
      [{ ...none, kind: "aborted", trigger: "mid_stream" }],
    ],
    ["an interruption", user(1, [{ type: "text", text: "[Request interrupted by user]" }]), [{ ...none, kind: "interrupt" }]],
    [
      "an interruption next to a result",
      user(1, [answer("t", "x"), { type: "text", text: "[Request interrupted by user for tool use]" }]),
      [{ ...none, kind: "interrupt" }],
    ],
    [
      "a shutdown",
      user(1, "[Request interrupted by user]", { interruptedByShutdown: true }),
      [{ ...none, kind: "aborted", trigger: "shutdown" }],
    ],
    [
      "a hook",
      {
        type: "attachment",
        timestamp: at(1),
        attachment: { type: "hook_success", hookEvent: "PreToolUse", toolUseID: "toolu_1", durationMs: 5 },
      },
      [{ ...none, kind: "hook", trigger: "PreToolUse", toolCallIds: ["toolu_1"] }],
    ],
    ["nothing", user(1, "hello"), []],
  ])("%s", (_name, record, events) => {
    expect(extract([record]).session.events).toEqual(events.map((event) => ({ timestamp: at(1), ...event })));
  });

  it("copied from another session are that session's", () => {
    expect(extract([user(1, "[Request interrupted by user]", { sessionId: PARENT_ID })]).session.events).toEqual([]);
  });

  it("hooks take time before the next step", () => {
    const stop = system("stop_hook_summary", {
      hookInfos: [
        { command: "x", durationMs: 40 },
        { command: "y", durationMs: 2 },
      ],
    });
    const { facts } = extract([assistant(0, "a", []), stop, user(2, "go on"), assistant(3, "b", []), assistant(4, "c", [])]);
    expect(facts.map((fact) => fact.hookMs)).toEqual([null, 42, null]);
  });

  it("the last stop, interruption or shutdown is why the session ended", () => {
    const stopped = assistant(0, "a", [], { stop_reason: "end_turn" });
    expect(extract([stopped]).session.endedReason).toBe("end_turn");
    expect(extract([stopped, user(1, "[Request interrupted by user]")]).session.endedReason).toBe("interrupt");
    expect(extract([stopped, user(1, "x", { interruptedByShutdown: true })]).session.endedReason).toBe("shutdown");
  });
});

describe("who spoke", () => {
  const image = { type: "image", source: { type: "base64", data: "x" } };
  it.each<[string, unknown, object, Speaker]>([
    ["a typed prompt", "hello", { promptSource: "typed" }, "typed"],
    ["a prompt of a version that names no source", [{ type: "text", text: "hello" }], {}, "typed"],
    ["a prompt through an app", "hello", { promptSource: "sdk", origin: { kind: "human" } }, "typed"],
    ["a queued prompt", "hello", { promptSource: "queued" }, "typed"],
    ["a prompt with a picture", [image, { type: "text", text: "what is it" }], {}, "typed"],
    ["a picture", [image], {}, "image"],
    ["where a picture came from", [{ type: "text", text: "[Image: source: /x.png]" }], { isMeta: true }, "image"],
    ["a command", "<command-name>/compact</command-name>", {}, "command"],
    ["a command with its message first", "<command-message>x</command-message>\n<command-name>/x</command-name>", {}, "command"],
    ["a shell command", "<bash-input>ls</bash-input>", {}, "command"],
    ["its output", "<bash-stdout></bash-stdout>", {}, "meta"],
    ["output of a command", "<local-command-stdout></local-command-stdout>", {}, "meta"],
    ["a caveat", "<local-command-caveat>x", { isMeta: true }, "meta"],
    ["a skill's document", [{ type: "text", text: "# Skill" }], { isMeta: true, sourceToolUseID: "toolu_1" }, "meta"],
    ["a background task", "<task-notification><task-id>1</task-id>", { promptSource: "system" }, "task_notification"],
    ["a background task by its origin", "done", { origin: { kind: "task-notification" } }, "task_notification"],
    ["a message that the client injects", "go on", { promptSource: "system" }, "meta"],
    ["a message of another agent", "hello", { origin: { kind: "peer" } }, "meta"],
    ["a hook", "Stop hook feedback: check again", { isMeta: true }, "hook"],
    ["a hook with a tag", "<user-prompt-submit-hook>x</user-prompt-submit-hook>", {}, "hook"],
    ["a summary", "Summary", { isCompactSummary: true }, "compaction_summary"],
    ["a summary of an early version", "This session is being continued from a previous conversation that", {}, "compaction_summary"],
    ["an interruption", [{ type: "text", text: "[Request interrupted by user for tool use]" }], {}, "interrupt"],
    ["the prompt of a sub-agent", "find it", { isSidechain: true }, "meta"],
  ])("%s", (_name, said, rest, speaker) => {
    expect(extract([user(0, said, rest), assistant(1, "m", [])]).facts[0]?.speakers).toEqual([speaker]);
  });

  it.each<[Reading, Speaker[]]>([
    ["counted", ["typed", "task_notification", "typed"]],
    ["published", ["typed"]],
  ])("what was said while the model worked is input in the %s reading: %j", (reading, speakers) => {
    const queued = (second: number, prompt: string, commandMode: string) =>
      ({ type: "attachment", timestamp: at(second), attachment: { type: "queued_command", prompt, commandMode } }) as unknown as JsonObject;
    const records = [queued(0, "and this", "prompt"), queued(1, "done", "task-notification"), user(2, "now"), assistant(3, "m", [])];
    const { rows, facts } = extract(records, MAIN_FILE, reading);
    expect(facts[0]?.speakers).toEqual(speakers);
    expect(rows[0]?.current_user_message_count).toBe(speakers.length);
  });
});

describe("the counted reading of one response", () => {
  const counted = (...messages: object[]) =>
    extract(
      messages.map((message, index) => assistant(index, "m", [], message, { requestId: "r" })),
      MAIN_FILE,
      "counted",
    );

  it.each([
    ["77", 77],
    [" +77 ", 77],
    ["77.0", 77],
    ["7.7e1", 77],
    ["1e400", undefined],
    ["seven", undefined],
    [-7, undefined],
    [7.5, undefined],
    [true, undefined],
    [{}, undefined],
  ])("a counter %j is %s or rejected", (value, expected) => {
    const { rows, facts, session } = counted({ stop_reason: "end_turn", usage: { ...usage(5, 0, 0, 1), output_tokens: value } });
    expect(rows[0]).toMatchObject({ input_tokens_total: 5, output_tokens: expected ?? null });
    expect(facts[0]?.outputIsPlaceholder).toBe(expected === undefined);
    expect(session.rejectedCounters).toEqual(expected === undefined ? { "assistant.usage.output_tokens": 1 } : {});
  });

  it("a counter 1234.0 is 1234", () => {
    const line = `{"type":"assistant","message":{"role":"assistant","id":"m","usage":{"input_tokens":1234.0,"output_tokens":1e2}}}`;
    expect(extract([parse(line)], MAIN_FILE, "counted").rows[0]).toMatchObject({ input_tokens_total: 1234, output_tokens: 100 });
    expect(extract([parse(line)]).rows[0]).toMatchObject({ input_tokens_total: 0, output_tokens: 0 });
  });

  it("a usage that can be read wins over one that can't, whichever is first", () => {
    const broken = { usage: { ...usage(900, 0, 0, 0), output_tokens: "n/a" } };
    const whole = { usage: usage(5, 0, 0, 1) };
    for (const messages of [
      [broken, whole],
      [whole, broken],
    ])
      expect(counted(...messages).rows[0]).toMatchObject({ input_tokens_total: 5, output_tokens: 1 });
  });

  it("effort, thinking and the reason of a missed cache", () => {
    const message = {
      usage: { ...usage(1, 1, 1, 9), output_tokens_details: { thinking_tokens: 4 } },
      diagnostics: { cache_miss_reason: { type: "tools_changed" } },
    };
    const { facts, session } = extract([assistant(0, "m", [], message, { effort: "xhigh" })], MAIN_FILE, "counted");
    expect(facts[0]).toMatchObject({ effort: "xhigh", thinkingTokens: 4, cacheMissReason: "tools_changed" });
    expect(session.effort).toBe("xhigh");
  });

  it("tools that the provider ran are calls, each once", () => {
    const search = { type: "server_tool_use", id: "srv_1", name: "web_search", input: { query: "x" } };
    const found = { type: "web_search_tool_result", tool_use_id: "srv_1", content: [{ title: "y" }] };
    const counts = { usage: { ...usage(1, 0, 0, 9), server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 } } };
    const { rows } = extract([assistant(0, "m", [search]), assistant(1, "m", [found], counts)], MAIN_FILE, "counted");
    expect(rows[0]?.tools.map((tool) => [tool.tool_call_id, tool.tool_name, tool.result_chars, tool.is_error, tool.result_at])).toEqual([
      ["srv_1", "web_search", 15, false, at(1)],
      ["m:web_search:1", "web_search", null, null, null],
    ]);
    expect(rows[0]).toMatchObject({ current_tool_result_count: 0 });
    expect(extract([assistant(0, "m", [search], counts)]).rows[0]?.tools).toEqual([]);
  });

  it("what is known and not read is counted and summed", () => {
    const records = [
      { type: "system", subtype: "turn_duration", durationMs: 40 },
      { type: "system", subtype: "turn_duration", durationMs: 2 },
      { type: "pr-link", prNumber: 4 },
      user(0, "x", { toolUseResult: { totalTokens: 7 } }),
      assistant(1, "m", [{ type: "redacted_thinking", data: "x" }], {}, { attributionSkill: "s", attributionPlugin: null }),
    ] as unknown as JsonObject[];
    expect(extract(records).session.notRead).toEqual({
      "system/turn_duration.durationMs": { count: 2, sum: 42 },
      "pr-link": { count: 1, sum: null },
      "user.toolUseResult.totalTokens": { count: 1, sum: 7 },
      "assistant.attributionSkill": { count: 1, sum: null },
      "assistant.content.redacted_thinking": { count: 1, sum: null },
    });
  });

  it("usage in no row is reported by reason", () => {
    const records = [
      assistant(0, "<synthetic>", [], { usage: usage(1, 2, 3, 4) }),
      assistant(1, "e", [], { model: "<synthetic>", usage: usage(0, 0, 0, 1) }),
      { type: "tool", message: { role: "tool", usage: usage(5, 0, 0, 0) } } as unknown as JsonObject,
    ];
    expect(extract(records, MAIN_FILE, "counted").session.droppedUsage).toEqual({
      "messages that the client made itself": { records: 2, tokens: 11 },
      "messages that are neither the model's nor the user's": { records: 1, tokens: 5 },
    });
  });
});

const COUNTERS = Object.keys(usage(0, 0, 0, 0));

/** The same as text, so that `-0`, `NaN` and the order of keys are compared too. */
function textOf({ rows, facts, session }: Extracted): string {
  return [...rows, ...facts, session].map((each) => encode(each)).join("\n");
}

function extractWithBreaks(records: readonly JsonObject[], breaks: ReadonlySet<number>, file = MAIN_FILE): Extracted {
  let extractor = createClaudeExtractor(file, "counted");
  for (const [index, record] of records.entries()) {
    if (breaks.has(index)) extractor = createClaudeExtractor(file, "counted", extractor.save());
    extractor.push(record);
  }
  return createClaudeExtractor(file, "counted", extractor.save()).result();
}

const id = fc.constantFrom("a", "b", "c", "t1", "t2", "__proto__", "<synthetic>");
const anyValueText = fc.oneof(anyText(), fc.constantFrom("", "\ud800", "😀", "\u0000", "1.0"));
const anyJson = fc.jsonValue({ maxDepth: 3 });
const anyTime = fc.oneof(fc.integer({ min: 0, max: 59 }).map(at), fc.constantFrom("", "soon", "2026-01-01T00:00:00.000500Z"));
const anyCount = fc.oneof(fc.nat(1e6), fc.constantFrom(0, -1, 1.5, 2 ** 60, null, "7", true));
const block = fc.oneof(
  fc.record({ type: fc.constantFrom("text", "thinking"), text: anyValueText, thinking: anyValueText }),
  fc.record({ type: fc.constant("tool_use"), id, name: anyValueText, input: anyJson }),
  fc.record({ type: fc.constant("tool_result"), tool_use_id: id, content: fc.oneof(anyValueText, anyJson), is_error: anyJson }),
  anyJson,
);
const content = fc.oneof(anyValueText, fc.array(block, { maxLength: 4 }), anyJson);
const around = {
  timestamp: fc.oneof(anyTime, anyJson),
  sessionId: fc.constantFrom(OWN_ID, PARENT_ID),
  isSidechain: fc.boolean(),
  isCompactSummary: fc.boolean(),
  version: anyValueText,
  sourceToolUseID: fc.constantFrom("toolu_1", "t1"),
  toolUseResult: fc.oneof(fc.record({ durationMs: anyCount, agentId: anyValueText }), anyJson),
};
const anyUsage = fc.record({
  input_tokens: anyCount,
  cache_creation_input_tokens: anyCount,
  cache_read_input_tokens: anyCount,
  output_tokens: anyCount,
  cache_creation: anyJson,
  server_tool_use: fc.oneof(fc.record({ web_search_requests: anyCount }), anyJson),
  iterations: fc.oneof(
    fc.array(fc.record({ type: anyValueText, model: anyValueText, output_tokens: anyCount }), { maxLength: 3 }),
    anyJson,
  ),
});
const anyRecord = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      {
        type: fc.constant("assistant"),
        message: fc.record({ role: fc.constant("assistant"), id, model: anyValueText, content, usage: anyUsage, stop_reason: anyJson }),
        ...around,
      },
      { requiredKeys: ["type"] },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("user"), message: fc.record({ role: fc.constant("user"), content }), ...around }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("system", "progress"), subtype: fc.constant("compact_boundary"), ...around }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("progress"),
      parentToolUseID: id,
      data: fc.record({
        ...{ type: fc.constant("agent_progress"), agentId: id },
        message: fc.record({
          type: fc.constant("assistant"),
          message: fc.record({ role: fc.constant("assistant"), id, content, usage: anyUsage }),
        }),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.dictionary(fc.oneof(anyValueText, fc.constant("__proto__")), anyJson) },
);
/** By way of a line, as records come. */
const anyRecords = fc.array(
  anyRecord.map((record) => parse(JSON.stringify(record))),
  { maxLength: 20 },
);

/** `FUZZ_RUNS=10000` for a thorough run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 100);

describe("any records", { timeout: Math.max(300_000, RUNS * 100) }, () => {
  it("may nest as deep as a line can", () => {
    const depth = 890;
    const deep = `{"a":${"[".repeat(depth)}1.0${"]".repeat(depth)}}`;
    const line = `{"type":"assistant","message":{"role":"assistant","id":"m","content":[{"type":"tool_use","id":"t","input":${deep}}]}}`;
    const { rows } = extractWithBreaks([parse(line)], new Set());
    expect(encode(rows[0]?.tools[0]?.input ?? null)).toBe(deep);
    expect(isObject(parseJson(Buffer.from(encode(rows[0] as object))))).toBe(true);
  });

  it("yield the same result wherever reading was interrupted", () => {
    fc.assert(
      fc.property(anyRecords, fc.array(fc.nat(20)), (records, breaks) => {
        expect(textOf(extractWithBreaks(records, new Set(breaks)))).toBe(textOf(extract(records, MAIN_FILE, "counted")));
      }),
      { numRuns: RUNS },
    );
  });

  it("asking for the result changes nothing, and a result given does not change", () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        const extractor = createClaudeExtractor(MAIN_FILE, "counted");
        const given = records.map((record) => {
          extractor.push(record);
          const result = extractor.result();
          return { result, text: textOf(result) };
        });
        expect(textOf(extractor.result())).toBe(textOf(extract(records, MAIN_FILE, "counted")));
        for (const { result, text } of given) expect(textOf(result)).toBe(text);
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it("may be appended again from any place, and no counted row changes", () => {
    const named = (records: readonly JsonObject[]) => records.map((record, index): JsonObject => ({ ...record, uuid: `u${index}` }));
    const rowsOf = (records: readonly JsonObject[]) => extract(records, MAIN_FILE, "counted").rows.map(encode);
    fc.assert(
      fc.property(anyRecords.map(named), fc.array(fc.nat(20), { maxLength: 3 }), (records, starts) => {
        const grown = [...records];
        for (const start of starts) grown.push(...grown.slice(start));
        expect(rowsOf(grown)).toEqual(rowsOf(records));
      }),
      { numRuns: RUNS },
    );
  });

  it("lose no usage: it is in a row, or reported", () => {
    const helperOf = ({ data }: JsonObject) => (isObject(data) && isObject(data.message) ? data.message : undefined);
    const distinct = (record: JsonObject, index: number): JsonObject => {
      const { message, data } = record;
      const helper = helperOf(record);
      return {
        ...record,
        uuid: `u${index}`,
        ...(isObject(message) ? { message: { ...message, id: `m${index}` } } : {}),
        ...(helper && isObject(data) ? { data: { ...data, message: distinct(helper, index) } } : {}),
      };
    };
    const withoutIterations = (key: string, value: unknown) => (key === "iterations" ? undefined : value);
    const tokensIn = ({ message = null, ...record }: JsonObject): number => {
      const usage = isObject(message) && isObject(message.usage) ? message.usage : {};
      const counters = COUNTERS.map((name) => usage[name] ?? null);
      const whole = counters.filter((value) => typeof value === "number" || value === "7").map(Number);
      const helper = helperOf(record);
      const own = whole.filter((value) => Number.isSafeInteger(value) && value >= 0).reduce((sum, value) => sum + value, 0);
      return own + (helper ? tokensIn(helper) : 0);
    };
    fc.assert(
      fc.property(anyRecords, fc.array(fc.nat(20), { maxLength: 2 }), (records, starts) => {
        const grown = records.map((record, index) => parse(JSON.stringify(distinct(record, index), withoutIterations)));
        for (const start of starts) grown.push(...grown.slice(start));
        const { rows, session } = extract(grown, MAIN_FILE, "counted");
        const shown = rows.flatMap((row) => [
          ...[row.claude_uncached_input_tokens, row.claude_cache_creation_input_tokens, row.claude_cache_read_input_tokens],
          row.output_tokens,
        ]);
        const reported = [session, ...(session.helpers ?? [])].flatMap(({ droppedUsage }) => Object.values(droppedUsage));
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        expect(sum(shown.map((tokens) => tokens ?? 0)) + sum(reported.map(({ tokens }) => tokens))).toBe(sum(grown.map(tokensIn)));
      }),
      { numRuns: RUNS },
    );
  });

  it("keep what rows promise", () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        const { rows, facts, session } = extract(records, MAIN_FILE, "counted");
        expect(facts).toHaveLength(rows.length);
        expect(session.recordCount).toBe(records.length);
        expect(new Set(rows.map((row) => `${row.session_id} ${row.round_id}`)).size).toBe(rows.length);
        const perSession = new Map<string, number>();
        for (const [index, row] of rows.entries()) {
          const place = perSession.get(row.session_id) ?? 0;
          perSession.set(row.session_id, place + 1);
          expect(row.round_index).toBe(place);
          const parts = [row.prefix_tokens, row.newly_append_tokens];
          expect(row.input_tokens_total).toBe(parts.includes(null) ? null : known(parts[0]) + known(parts[1]));
          expect(row.tools.map((tool) => tool.tool_index)).toEqual(row.tools.map((_, position) => position));
          expect(row.timing_events.filter((event) => event.event_type === "tool_call")).toHaveLength(row.tools.length);
          expect(facts[index]?.speakers).toHaveLength(row.current_user_message_count);
          expect(parseJson(Buffer.from(encode(row)))).toBeDefined();
        }
      }),
    );
  });
});

const projectFolder = shared("transcripts", "home", ".claude", "projects", "-home-user-project");

describe.skipIf(!hasShared)("real transcripts", () => {
  const files = hasShared ? fs.readdirSync(projectFolder).sort() : [];
  const linesOf = (name: string) => splitLines(fs.readFileSync(`${projectFolder}/${name}`));
  const fileOf = (name: string): ClaudeFile => ({
    project: "-home-user-project",
    sessionKey: name.replace(/\.jsonl$/, ""),
    path: `$HOME/.claude/projects/-home-user-project/${name}`,
  });

  it("yield the reference's rows, key by key", () => {
    const rows = files.flatMap((name) => extract(linesOf(name).map(toRecord), fileOf(name)).rows).map((row) => encode(row));
    expect(rows).toEqual(expectedRows());
  });

  it("hold no record or key that is unknown", () => {
    for (const name of files) {
      expect(extract(linesOf(name).map(toRecord), fileOf(name)).session).toMatchObject({ unknownRecords: {}, unknownKeys: {} });
    }
  });

  it.each(files)("%s can be read in pieces", (name) => {
    const records = linesOf(name).map(toRecord);
    const whole = textOf(extract(records, fileOf(name), "counted"));
    fc.assert(
      fc.property(fc.array(fc.nat(records.length), { maxLength: 5 }), (breaks) => {
        expect(textOf(extractWithBreaks(records, new Set(breaks), fileOf(name)))).toBe(whole);
      }),
      { numRuns: 10 },
    );
  });

  it("never fail when bytes, values and order are broken", () => {
    const lines = files.flatMap((name) => linesOf(name).filter((line) => line.length < 20_000)).filter((_, index) => index % 7 === 0);
    const position = fc.nat(lines.length - 1);
    const damage = fc.record({ line: position, start: fc.double({ min: 0, max: 1, noNaN: true }), patch: fc.constantFrom(...PATCHES) });
    fc.assert(
      fc.property(fc.array(fc.oneof(position, damage), { maxLength: 40 }), (picks) => {
        const extractor = createClaudeExtractor(MAIN_FILE, "counted");
        for (const pick of picks) {
          const line = typeof pick === "number" ? lines[pick] : damaged(lines[pick.line] as Buffer, pick.start, pick.patch);
          const record = parseJson(line as Buffer);
          if (isObject(record)) extractor.push(record);
        }
        expect(textOf(createClaudeExtractor(MAIN_FILE, "counted", extractor.save()).result())).toBe(textOf(extractor.result()));
      }),
      { numRuns: 100 },
    );
  });
});

/** Each takes the place of the value, key or piece of a value that starts at some quote or colon. */
const PATCHES = [
  ":null",
  ":[]",
  ":{}",
  ":1e999",
  ":-0.0",
  ":NaN",
  ':"\\ud800"',
  ':{"__proto__":1}',
  "",
  '"',
  "\\",
  "\xff\xc3",
  ":12345678901234567890",
];

function damaged(line: Buffer, start: number, patch: string): Buffer {
  const from = Math.floor(start * line.length);
  const colon = line.indexOf(":", from);
  const end = colon === -1 ? line.length : Math.max(colon, line.indexOf(",", colon));
  return Buffer.concat([line.subarray(0, colon === -1 ? from : colon), Buffer.from(patch, "latin1"), line.subarray(end)]);
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf("\n", start);
    lines.push(bytes.subarray(start, end === -1 ? bytes.length : end));
    start = end === -1 ? bytes.length : end + 1;
  }
  return lines.filter((line) => line.length > 0);
}

function toRecord(line: Buffer): JsonObject {
  return parse(line.toString());
}

/** Without the keys that the collector adds. */
function expectedRows(): string[] {
  const lines = splitLines(fs.readFileSync(shared("transcripts", "expected_rounds.jsonl"))).map(toRecord);
  return lines
    .filter((row) => row.provider === "claude")
    .map(({ home: _home, user: _user, store: _store, trace_key: _key, ...row }) => encode(row));
}
