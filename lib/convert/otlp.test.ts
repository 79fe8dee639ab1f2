import { describe, expect, it } from "vitest";
import { AGENT, type Attributes, CHAT, converted, otlp, type SpanLiteral, TOOL } from "./fixture.ts";

const TOKENS = ["input_tokens_total", "prefix_tokens", "newly_append_tokens", "claude_uncached_input_tokens", "output_tokens"];

async function tokensOf(attributes: Attributes, options = {}) {
  const { rows, report } = await converted([JSON.stringify(otlp([{ id: "a", from: 0, to: 2, attributes }]))], options);
  return { tokens: TOKENS.map((name) => rows[0]?.[name]), rejected: report.rejected };
}

const OLD: Attributes = {
  "llm.request.type": "chat",
  "gen_ai.system": "openai",
  "gen_ai.usage.prompt_tokens": 100,
  "gen_ai.usage.completion_tokens": 7,
};
const APART = { ...CHAT, "gen_ai.usage.input_tokens": 10 };
const CONTRADICTION = [{ reason: "input counts that contradict each other", count: 1, tokens: 17 }];

describe("tokens of a chat span", () => {
  it.each<readonly [what: string, attributes: Attributes, options: object, tokens: readonly unknown[], rejected: readonly object[]]>([
    ["of the current conventions", CHAT, {}, [100, 60, 40, 10, 7], []],
    ["of the older ones, without the cache", OLD, {}, [100, null, null, null, 7], []],
    ["without the cache, which is taken for unused", OLD, { missingIsZero: true }, [100, 0, 100, null, 7], []],
    ["with cached tokens under an older name", { ...OLD, "gen_ai.usage.cache_read_input_tokens": 64 }, {}, [100, 64, 36, null, 7], []],
    ["that leave out the cached ones", APART, { cachedApart: true }, [100, 60, 40, 10, 7], []],
    ["that leave out the cached ones, unannounced", APART, {}, [null, null, null, null, 7], CONTRADICTION],
    [
      "apart, with a count missing",
      { ...OLD, "gen_ai.usage.cache_read_tokens": 5 },
      { cachedApart: true },
      [null, null, null, null, 7],
      [],
    ],
    ["in other spellings", { ...CHAT, "gen_ai.usage.output_tokens": "7" }, {}, [100, 60, 40, 10, 7], []],
    ["that are not counts", { ...CHAT, "gen_ai.usage.output_tokens": -7 }, {}, [100, 60, 40, 10, null], []],
  ])("%s", async (_, attributes, options, tokens, rejected) => {
    expect(await tokensOf(attributes, options)).toEqual({ tokens, rejected });
  });
});

const AGENT_SPAN: SpanLiteral = { id: "agent", from: 0, to: 20, attributes: { ...AGENT, "gen_ai.conversation.id": "c" } };
const SESSION: readonly SpanLiteral[] = [
  AGENT_SPAN,
  { id: "a", parent: "agent", from: 0.5, to: 2, attributes: CHAT },
  { id: "bash", parent: "agent", from: 2.001, to: 3, attributes: { ...TOOL, "gen_ai.tool.call.id": "call_1" } },
  { id: "read", parent: "agent", from: 2.002, to: 4, failed: true, attributes: { ...TOOL, "gen_ai.tool.name": "Read" } },
  { id: "b", parent: "agent", from: 4.1, to: 6, attributes: CHAT },
  { id: "http", parent: "b", from: 4.2, to: 6, attributes: { "http.request.method": "POST" } },
];

const clock = (time: unknown) => String(time).slice("2026-01-01T00:00:".length, -1);

describe("a session", () => {
  it("has its steps, their events, calls and results", async () => {
    const { rows, report } = await converted([JSON.stringify(otlp(SESSION))]);
    const events = rows.map(({ timing_events }) => timing_events.map(({ event_type, timestamp }) => `${event_type} ${clock(timestamp)}`));
    expect(events).toEqual([
      ["user_message 00.000000", "client_message 00.500000", "tool_call 02.000000", "tool_call 02.000000"],
      ["tool_result 03.000000", "tool_result 04.000000", "client_message 04.100000", "text 06.000000"],
    ]);
    expect(rows[0]?.tools).toEqual([
      {
        ...{ tool_index: 0, tool_name: "Bash", tool_call_id: "call_1", emitted_at: "2026-01-01T00:00:02.001000Z", result_chars: null },
        ...{ tool_wall_latency_ms: 999, is_error: false, result_at: "2026-01-01T00:00:03.000000Z" },
      },
      {
        ...{ tool_index: 1, tool_name: "Read", tool_call_id: "read", emitted_at: "2026-01-01T00:00:02.002000Z", result_chars: null },
        ...{ tool_wall_latency_ms: 1998, is_error: true, result_at: "2026-01-01T00:00:04.000000Z" },
      },
    ]);
    expect(rows.map((row) => [row.session_id, row.provider, row.round_index, row.first_input_event_type])).toEqual([
      ["anthropic:c", "anthropic", 0, "user_message"],
      ["anthropic:c", "anthropic", 1, "tool_result"],
    ]);
    expect(report.rejected).toEqual([]);
  });

  it.each<readonly [what: string, spans: readonly SpanLiteral[], sessions: readonly string[]]>([
    [
      "of two traces with one conversation",
      [...SESSION, { ...AGENT_SPAN, trace: "t2" }, { id: "z", parent: "agent", trace: "t2", from: 30, to: 31, attributes: CHAT }],
      ["c", "c", "c"],
    ],
    [
      "without a conversation is its trace",
      [
        { id: "a", from: 0, to: 1, attributes: CHAT },
        { id: "b", trace: "t2", from: 2, to: 3, attributes: CHAT },
      ],
      ["t1", "t2"],
    ],
    [
      "of a helper is apart",
      [
        ...SESSION,
        { id: "helper", parent: "bash", from: 2.1, to: 2.9, attributes: AGENT },
        { id: "h", parent: "helper", from: 2.2, to: 2.8, attributes: CHAT },
      ],
      ["c", "c", "c/helper"],
    ],
    [
      "of agents in agents is one",
      [
        ...SESSION,
        { id: "inner", parent: "agent", from: 7, to: 9, attributes: AGENT },
        { id: "i", parent: "inner", from: 7, to: 8, attributes: CHAT },
      ],
      ["c", "c", "c"],
    ],
    [
      "with parents in a circle ends",
      [
        { id: "a", parent: "b", from: 0, to: 1, attributes: CHAT },
        { id: "b", parent: "a", from: 1, to: 2, attributes: CHAT },
      ],
      ["t1", "t1"],
    ],
  ])("%s", async (_, spans, sessions) => {
    const { rows } = await converted([JSON.stringify(otlp(spans))]);
    expect(rows.map(({ session_id }) => session_id)).toEqual(sessions.map((id) => `anthropic:${id}`));
  });

  it.each([
    [{ "service.name": "claude-code" }, {}, "claude"],
    [{ "service.name": "codex_cli_rs" }, {}, "codex"],
    [{ "service.name": "shop" }, {}, "anthropic"],
    [{ "service.name": "shop" }, { "gen_ai.agent.name": "codex" }, "codex"],
  ])("of %j %j has the provider %s", async (resource, more, provider) => {
    const { rows } = await converted([JSON.stringify(otlp([{ id: "a", from: 0, to: 1, attributes: { ...CHAT, ...more } }], resource))]);
    expect(rows[0]?.provider).toBe(provider);
  });
});

it("a call of a tool is a span that names it, whatever its operation", async () => {
  const call = { ...TOOL, "gen_ai.operation.name": "execute" };
  const spans: SpanLiteral[] = [
    { id: "a", from: 0, to: 1, attributes: CHAT },
    { id: "b", from: 2, to: 3, attributes: call },
  ];
  const { rows } = await converted([JSON.stringify(otlp(spans))]);
  expect(rows[0]?.tools).toMatchObject([{ tool_name: "Bash", tool_wall_latency_ms: 1000 }]);
});

it.each(["\ud800", "a\u0000b", 'a"b\\c', "a\nb", "é\u{1f600}", `${"x".repeat(499)}\u{1f600}`, "__proto__"])(
  "names may be %j",
  async (name) => {
    const attributes = { ...CHAT, "gen_ai.conversation.id": name, "gen_ai.request.model": name };
    const { rows } = await converted([JSON.stringify(otlp([{ id: name, trace: name, from: 0, to: 1, attributes }]))]);
    const kept = name.startsWith("x") ? `${"x".repeat(499)}\ufffd` : name.replace("\ud800", "\ufffd");
    expect(rows.map((row) => [row.session_id, row.model, row.round_id])).toEqual([[`anthropic:${kept}`, kept, kept]]);
  },
);

describe("what is left out is counted with its tokens", () => {
  const CHAT_SPAN: SpanLiteral = { id: "a", from: 0, to: 1, attributes: CHAT };
  const { "gen_ai.operation.name": _, ...unnamed } = CHAT;
  it.each<readonly [span: SpanLiteral, reason: string, tokens: number]>([
    [{ ...CHAT_SPAN, id: "" }, "spans without ids", 107],
    [{ ...CHAT_SPAN, id: "b", attributes: unnamed }, "spans with usage whose operation is not named", 107],
    [{ ...CHAT_SPAN, id: "b", attributes: { ...CHAT, "gen_ai.operation.name": "embeddings" } }, "spans of the operation embeddings", 107],
    [{ ...CHAT_SPAN, id: "b", from: -1_767_225_600 }, "calls of models without a time", 107],
    [{ ...CHAT_SPAN, id: "b", attributes: { "gen_ai.operation.name": "chat" } }, "calls of models without counts of tokens", 0],
    [CHAT_SPAN, "records that are there again", 107],
    [{ id: "early", from: -9, to: -8, attributes: TOOL }, "calls of tools before the first call of a model", 0],
  ])("%#: %s", async (span, reason, tokens) => {
    const { rows, report } = await converted([JSON.stringify(otlp([CHAT_SPAN, span]))]);
    expect(rows).toHaveLength(1);
    expect(report.rejected).toEqual([{ reason, count: 1, tokens }]);
  });
});
