import { describe, expect, it } from "vitest";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../../testing/pool.ts";
import { parsePriceOverrides } from "../../trace/prices/overrides.ts";
import type { Accounting } from "../../trace/readings.ts";
import type { Pool } from "./pool.ts";

const AT = "2026-06-01T10:00:00Z";

const step = (session_id: string, more: StepLiteral = {}): StepLiteral => ({ provider: "claude", session_id, ...more });
const held = (session_id: string, response_id: string | null, details: StepLiteral["details"] = {}, provider = "codex") =>
  step(session_id, { provider, details: { response_id, ...details } });
const helper = (session_id: string, parent_session_id: string): TranscriptLiteral => ({ session_id, parent_session_id });

function read<T>(steps: readonly StepLiteral[], sql: string, accounting?: Accounting, transcripts: readonly TranscriptLiteral[] = []) {
  return within(steps, (pool) => pool.rows<T>(sql), accounting, transcripts);
}

/** In the reading that the pool has by itself, unless one is given. */
function within<T>(
  steps: readonly StepLiteral[],
  use: (pool: Pool) => Promise<T>,
  accounting?: Accounting,
  transcripts: readonly TranscriptLiteral[] = [],
) {
  return withPool(steps, use, transcripts, [], accounting ? { accounting } : {});
}

describe("which reading a pool has", () => {
  it.each<[string, StepLiteral, Accounting | undefined, Accounting]>([
    ["without details", step("a"), undefined, "published"],
    ["with details", held("a", "r"), undefined, "counted"],
    ["without details, counted", step("a"), "counted", "counted"],
    ["with details, published", held("a", "r"), "published", "published"],
  ])("%s", async (_, only, accounting, expected) => {
    expect(await withPool([only], async (pool) => pool.accounting, [], [], { accounting })).toBe(expected);
  });

  it("prices of the user's own belong to the counted one", async () => {
    const prices = parsePriceOverrides(
      '{ "exact": { "claude:m": { "inputPerM": 1, "outputPerM": 3, "source": "contract" } } }',
      "mine.json",
    );
    const inputRates = (pool: Pool) => pool.rows("-- uses: rates\nSELECT input_rate, source FROM rates");
    const steps = [step("a", { model: "m" })];
    expect(await withPool(steps, inputRates, [], [], { accounting: "counted", prices })).toEqual([
      { input_rate: 1_000_000, source: "contract" },
    ]);
    await expect(withPool(steps, inputRates, [], [], { prices })).rejects.toThrow("--prices does nothing in the published reading");
  });
});

describe("steps that are counted", () => {
  it.each<[string, StepLiteral[], kept: number[]]>([
    ["a copy counts at its first holder", [held("a", "r"), held("b", "r"), held("b", "s")], [1, 3]],
    ["history whose owner is there does not count", [held("p", "r", { is_inherited: true }), held("p", "r")], [2]],
    [
      "of a history that is replayed twice the first counts",
      [held("p", "r", { is_inherited: true }), held("p", "r", { is_inherited: true })],
      [1],
    ],
    ["providers have responses of their own", [held("a", "r"), held("b", "r", {}, "claude")], [1, 2]],
    ["without identity the details decide", [held("a", null), held("b", null, { is_first_holder: false })], [1]],
    ["without details Claude's message id decides", [step("a", { round_id: "m" }), step("b", { round_id: "m" })], [1]],
    ["without details steps of Codex are their own", ["a", "b"].map((id) => step(id, { round_id: "m", provider: "codex" })), [1, 2]],
  ])("%s", async (_, steps, kept) => {
    const sql = `SELECT round_pk FROM rounds ORDER BY ALL`;
    expect(await read(steps, sql, "counted")).toEqual(kept.map((round_pk) => ({ round_pk })));
    expect(await read(steps, sql, "published")).toHaveLength(steps.length);
  });

  it("tool calls and events of copies do not count", async () => {
    const full: StepLiteral = { tools: [{ tool_name: "Bash" }], timing_events: [{ event_type: "text", timestamp: AT }] };
    const steps = ["a", "b"].map((id) => ({ ...held(id, "r"), ...full }));
    const sql = "SELECT round_pk FROM tool_calls UNION ALL SELECT round_pk FROM timing_events";
    expect(await read(steps, sql)).toEqual([{ round_pk: 1 }, { round_pk: 1 }]);
    expect(await read(steps, sql, "published")).toHaveLength(4);
  });
});

describe("replayed history that nothing else holds", () => {
  const replayed = (provider: string): StepLiteral => ({
    ...held("parent", "r", { is_inherited: true }, provider),
    output_tokens: 7,
    tools: [{ tool_name: "Bash", emitted_at: AT, result_at: AT, tool_wall_latency_ms: 1, tool_internal_latency_ms: 1, is_error: true }],
    timing_events: [{ event_type: "text", timestamp: AT }],
  });
  const sql = `
    SELECT is_replayed, output_tokens, tool_calls.tool_name, tool_calls.is_error, epoch_ms(emitted_at) AS emitted, epoch_ms(result_at) AS result, tool_wall_latency_ms AS wall_ms,
      tool_internal_latency_ms AS internal_ms, event_type
    FROM rounds JOIN tool_calls USING (round_pk) LEFT JOIN timing_events USING (round_pk)`;
  const timed = {
    output_tokens: 7,
    tool_name: "Bash",
    is_error: true,
    emitted: Date.parse(AT),
    result: Date.parse(AT),
    wall_ms: 1,
  };

  it.each<[string, string, Accounting, object]>([
    [
      "tokens and calls of a Codex child count without times",
      "codex",
      "counted",
      { ...timed, is_replayed: true, emitted: null, result: null, wall_ms: null, internal_ms: null, event_type: null },
    ],
    [
      "Claude's copies have the times of the original",
      "claude",
      "counted",
      { ...timed, is_replayed: false, internal_ms: 1, event_type: "text" },
    ],
    ["the published reading has all", "codex", "published", { ...timed, is_replayed: false, internal_ms: 1, event_type: "text" }],
  ])("%s", async (_, provider, accounting, expected) => {
    expect(await read([replayed(provider)], sql, accounting)).toEqual([expected]);
  });
});

describe("whether the output is final", () => {
  it.each<[boolean | null, Accounting, boolean]>([
    [true, "counted", false],
    [false, "counted", true],
    [null, "counted", true],
    [true, "published", true],
  ])("logged as placeholder %s, %s", async (output_is_placeholder, accounting, output_is_final) => {
    const steps = [held("a", "r", { output_is_placeholder })];
    expect(await read(steps, "SELECT output_is_final FROM rounds", accounting)).toEqual([{ output_is_final }]);
  });
});

describe("conversations", () => {
  const conversations = (transcripts: readonly TranscriptLiteral[], accounting?: Accounting) =>
    read<{ session_id: string | null; conversation_id: string | null }>(
      [...["a", "b", "c"].map((id) => held(id, id)), step("d"), { provider: "codex" }],
      "SELECT session_id, conversation_id FROM rounds ORDER BY round_pk",
      accounting,
      transcripts,
    ).then((rows) => rows.map((row) => row.conversation_id));

  it.each<[string, TranscriptLiteral[], (string | null)[]]>([
    ["sessions without parents are their own", [], ["a", "b", "c", "d", null]],
    ["the root of a chain", [helper("c", "b"), helper("b", "a")], ["a", "a", "a", "d", null]],
    ["a parent without a transcript", [helper("a", "gone"), helper("b", "gone")], ["gone", "gone", "c", "d", null]],
    ["a session that names itself", [helper("a", "a")], ["a", "b", "c", "d", null]],
    ["a circle", [helper("a", "b"), helper("b", "a")], ["a", "a", "c", "d", null]],
    ["one session in two transcripts", [helper("b", "a"), { session_id: "b" }], ["a", "a", "c", "d", null]],
  ])("%s", async (_, transcripts, expected) => {
    expect(await conversations(transcripts)).toEqual(expected);
    expect(await conversations(transcripts, "published")).toEqual(["a", "b", "c", "d", null]);
  });
});

describe("who spoke", () => {
  const EVENTS: StepLiteral["timing_events"] = [
    { event_type: "user_message", content_chars: 100, timestamp: AT },
    { event_type: "tool_result", result_chars: 30, timestamp: AT },
    { event_type: "user_message", content_chars: 5, timestamp: AT },
    { event_type: "text", timestamp: AT },
  ];
  const COUNTS: StepLiteral = {
    current_input_event_count: 3,
    current_user_message_count: 2,
    current_tool_result_count: 1,
    current_user_message_chars: 105,
    current_tool_result_chars: 30,
    current_input_chars: 135,
    first_input_event_type: "user_message",
  };
  const said = (speakers: string | null, more: StepLiteral = {}) => [
    { ...held("a", "r", { speakers }), ...COUNTS, timing_events: EVENTS, ...more },
  ];
  const asStored = ["user_message", "tool_result", "user_message", "text"];

  it.each<[string | null, string[], StepLiteral]>([
    ["typed command", asStored, COUNTS],
    [null, asStored, COUNTS],
    ["typed", asStored, COUNTS],
    [
      "meta typed",
      ["client_message", "tool_result", "user_message", "text"],
      {
        ...COUNTS,
        current_input_event_count: 2,
        current_user_message_count: 1,
        current_user_message_chars: 5,
        current_input_chars: 35,
        first_input_event_type: "tool_result",
      },
    ],
    [
      "hook task_notification",
      ["client_message", "tool_result", "client_message", "text"],
      {
        ...COUNTS,
        current_input_event_count: 1,
        current_user_message_count: 0,
        current_user_message_chars: 0,
        current_input_chars: 30,
        first_input_event_type: "tool_result",
      },
    ],
  ])("%s", async (speakers, types, counts) => {
    const found = async (pool: Pool) => ({
      types: (await pool.rows<{ event_type: string }>("SELECT event_type FROM timing_events ORDER BY event_index")).flatMap(Object.values),
      counts: await pool.rows(`SELECT ${Object.keys(COUNTS).join(", ")} FROM rounds`),
    });
    expect(await within(said(speakers), found)).toEqual({ types, counts: [counts] });
    expect(await within(said(speakers), found, "published")).toEqual({ types: asStored, counts: [COUNTS] });
  });

  it("a step that only the client began has no input of a person's", async () => {
    const steps = said("meta", { timing_events: EVENTS.slice(0, 1) });
    expect(await read(steps, "SELECT first_input_event_type FROM rounds")).toEqual([{ first_input_event_type: null }]);
  });
});

it("the fingerprint is that of what is stored", async () => {
  const steps = [held("a", "r"), held("b", "r")];
  const summary = (accounting: Accounting) => withPool(steps, (pool) => pool.summary(), [], [], { accounting });
  const [published, counted] = await Promise.all([summary("published"), summary("counted")]);
  expect([published.rounds, published.sessions, counted.rounds, counted.sessions]).toEqual([2, 2, 1, 1]);
  expect(counted.fingerprint).toBe(published.fingerprint);
});
