/** What transcripts of Claude Code say, counted once each: situations that people reported, and real transcripts counted by other means. */
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { known } from "../stats/known.ts";
import { hasShared, shared } from "../testing/paths.ts";
import type { SessionLine } from "../trace/companions.ts";
import { collect } from "./collect.ts";
import { at, Home, type LogRecord, parseLines, temporaryFolder } from "./fixture.ts";
import { reportLines } from "./report.ts";
import type { CollectedRow, Reading, RoundFacts } from "./row.ts";
import { readMarks, readSummary } from "./state.ts";

const SESSION = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

const usage = (input: number, write: number, read: number, output: number, rest: object = {}) => ({
  input_tokens: input,
  cache_creation_input_tokens: write,
  cache_read_input_tokens: read,
  output_tokens: output,
  ...rest,
});

const user = (uuid: string, seconds: number, content: unknown, rest: object = {}): LogRecord => ({
  ...{ type: "user", uuid, sessionId: SESSION, timestamp: at(seconds), message: { role: "user", content } },
  ...rest,
});

const result = (uuid: string, seconds: number, call: string, content = "ok", rest: object = {}) =>
  user(uuid, seconds, [{ type: "tool_result", tool_use_id: call, content }], rest);

const reply = (uuid: string, seconds: number, message: object, rest: object = {}): LogRecord => ({
  ...{ type: "assistant", uuid, sessionId: SESSION, timestamp: at(seconds) },
  message: {
    role: "assistant",
    model: "claude-sonnet-4-6",
    stop_reason: "end_turn",
    content: [{ type: "text", text: "done" }],
    ...message,
  },
  ...rest,
});

const calls = (...ids: string[]) => ids.map((id) => ({ type: "tool_use", id, name: "Task", input: { subagent_type: "Explore" } }));

async function rowsOf(records: readonly LogRecord[], reading: Reading = "counted"): Promise<CollectedRow[]> {
  home.write(home.claude(SESSION), records);
  await home.collect({ reading, resume: false });
  return home.rows();
}

/** Of all rows, in the order of the transcripts. */
function factsOf(output: string): { traceKey: string; facts: RoundFacts }[] {
  const folder = path.join(`${output}.state`, "transcripts");
  return fs.readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const summary = readSummary(file);
    return summary === null ? [] : [...readMarks(file, summary)];
  });
}

const tokensOf = (row: CollectedRow) => [
  row.model,
  row.claude_uncached_input_tokens,
  row.claude_cache_creation_input_tokens,
  row.claude_cache_read_input_tokens,
  row.output_tokens,
];

const sessions = () => parseLines<SessionLine>(home.output.replace(/\.jsonl$/, ".sessions.jsonl"));

describe("a gateway that gives every response the same id", () => {
  const records = [0, 1, 2].flatMap((turn) => [
    user(`u${turn}`, turn * 60, `question ${turn}`),
    reply(`r${turn}`, turn * 60 + 10, { id: "relay", usage: usage(1000 * (turn + 1), 0, 0, 100 * (turn + 1)) }),
  ]);

  it.each<[Reading, number, number, number]>([
    ["counted", 6, 12_000, 1_200],
    ["published", 2, 6_000, 600],
  ])("%s: %i steps, %i input and %i output tokens", async (reading, steps, input, output) => {
    home.write(
      home.claude(OTHER),
      records.map((record) => ({ ...record, sessionId: OTHER, timestamp: String(record.timestamp).replace("01-01", "01-02") })),
    );
    const rows = await rowsOf(records, reading);
    expect(rows).toHaveLength(steps);
    expect(rows.reduce((sum, row) => sum + known(row.input_tokens_total), 0)).toBe(input);
    expect(rows.reduce((sum, row) => sum + known(row.output_tokens), 0)).toBe(output);
    expect(rows.every((row) => row.current_user_message_count === 1)).toBe(true);
    if (reading === "counted") expect((await home.collect({ reading })).providers.claude?.repeatedRows).toBe(0);
  });

  it("distinguishes them by request id where there is one", async () => {
    const rows = await rowsOf([
      reply("r1", 1, { id: "relay", usage: usage(1, 0, 0, 10) }, { requestId: "one" }),
      reply("r2", 2, { id: "relay", usage: usage(2, 0, 0, 20) }, { requestId: "two" }),
      user("u", 3, "more"),
      reply("r3", 4, { id: "relay", usage: usage(1, 0, 0, 11) }, { requestId: "one" }),
    ]);
    expect(rows.map((row) => row.output_tokens)).toEqual([11, 20]);
  });

  it("takes request id or record for a response without message id", async () => {
    const rows = await rowsOf([
      reply("r1", 1, { usage: usage(1, 0, 0, 10) }, { requestId: "one" }),
      reply("r2", 2, { usage: usage(1, 0, 0, 12) }, { requestId: "one" }),
      reply("r3", 3, { usage: usage(3, 0, 0, 30) }),
      reply("r4", 4, { usage: usage(4, 0, 0, 40) }),
    ]);
    expect(rows.map((row) => [row.round_id, row.output_tokens])).toEqual([
      ["one", 12],
      ["r3", 30],
      ["r4", 40],
    ]);
  });
});

describe("records that are appended again", () => {
  const first = [
    user("u1", 0, "paint the fence green"),
    reply("r1", 10, { id: "A1", content: calls("t1"), usage: usage(10, 1000, 0, 50) }, { requestId: "q1" }),
    result("u2", 12, "t1", "fence.txt"),
    reply("r2", 20, { id: "A2", usage: usage(5, 100, 1000, 40) }, { requestId: "q2" }),
  ];
  const boundary = (uuid: string, seconds: number): LogRecord => ({
    ...{ type: "system", subtype: "compact_boundary", uuid, sessionId: SESSION, timestamp: at(seconds) },
    compactMetadata: { trigger: "manual", preTokens: 1100 },
  });
  const records = [
    ...[...first, boundary("b1", 600), ...first, boundary("b2", 3600)],
    user("u3", 3600, "Summary of all", { isCompactSummary: true }),
    user("u4", 3660, "and the door"),
    reply("r3", 3670, { id: "A3", usage: usage(9, 300, 0, 20) }, { requestId: "q3" }),
  ];

  it.each<[Reading, number, number, number, number]>([
    ["counted", 2, 0, 26, 2],
    ["published", 3, 1, 56, 2],
  ])(
    "%s: %i user messages, %i results and %i characters before the last step, %i compactions",
    async (reading, messages, results, size, compactions) => {
      const rows = await rowsOf(records, reading);
      expect(rows).toHaveLength(3);
      expect(rows[2]).toMatchObject({
        current_user_message_count: messages,
        current_tool_result_count: results,
        current_input_chars: size,
      });
      expect(sessions()[0]?.compaction_count).toBe(compactions);
    },
  );

  it("are reported with their usage", async () => {
    await rowsOf(records);
    const report = await home.collect();
    expect(report.providers.claude?.droppedUsage).toEqual({
      "records that the client appended again": { records: 2, tokens: 10 + 1000 + 50 + 5 + 100 + 1000 + 40 },
    });
    expect(reportLines(report, null)).toContainEqual("  usage in no step: records that the client appended again (2 records, 2.2K tokens)");
  });
});

describe("advice of another model inside a response", () => {
  const iterations = [
    { type: "message", ...usage(1, 7000, 100_000, 45) },
    { type: "advisor_message", model: "claude-opus-4-8", ...usage(160_000, 0, 0, 8000) },
    { type: "message", ...usage(1, 1000, 100_000, 455) },
  ];
  const records = [
    user("u1", 0, "plan a kiosk"),
    reply("r1", 30, { id: "B1", usage: usage(2, 8000, 200_000, 500, { iterations }) }, { requestId: "q1" }),
  ];
  const own = ["claude-sonnet-4-6", 2, 8000, 200_000, 500];

  it("is a step of that model, which is linked", async () => {
    const rows = await rowsOf(records);
    expect(rows.map(tokensOf)).toEqual([own, ["claude-opus-4-8", 160_000, 0, 0, 8000]]);
    const [asking, advice] = factsOf(home.output).map(({ facts }) => facts);
    expect(advice).toMatchObject({ advisorOf: asking?.responseId, outputIsPlaceholder: false });
    expect(rows[1]?.timing_events).toEqual([{ event_type: "usage_report", timestamp: at(30), source: "assistant.usage.iterations" }]);
  });

  it("is left out as published", async () => expect((await rowsOf(records, "published")).map(tokensOf)).toEqual([own]));
});

describe("a sub-agent known from progress records of its parent", () => {
  const progress = (uuid: string, message: LogRecord, seconds: number): LogRecord => ({
    ...{
      type: "progress",
      uuid,
      sessionId: SESSION,
      version: "2.1.49",
      timestamp: at(seconds),
      parentToolUseID: "toolu_1",
      toolUseID: "x",
    },
    data: { type: "agent_progress", agentId: "a77b001", prompt: "find it", normalizedMessages: [], message },
  });
  const bare = ({ sessionId: _sessionId, ...record }: LogRecord) => record;
  const helper = [
    bare(user("h1", 11, [{ type: "text", text: "find it" }])),
    bare(reply("h2", 15, { id: "H1", content: calls("toolu_h1"), usage: usage(5, 9000, 0, 120) }, { requestId: "hq1" })),
    bare(reply("h2", 15, { id: "H1", content: calls("toolu_h2"), usage: usage(5, 9000, 0, 120) }, { requestId: "hq1" })),
    bare(result("h3", 16, "toolu_h1")),
    bare(result("h4", 17, "toolu_h2")),
    bare(reply("h5", 22, { id: "H2", usage: usage(4, 700, 9000, 60) }, { requestId: "hq2" })),
  ];
  const records = [
    user("u1", 0, "look for the lamp switch"),
    reply("r1", 10, { id: "M1", content: calls("toolu_1"), usage: usage(3, 20_000, 0, 180) }, { requestId: "q1" }),
    ...helper.map((record, index) => progress(`p${index}`, record, 11 + index)),
    result("u2", 23, "toolu_1", "found", { toolUseResult: { agentId: "a77b001", totalTokens: 18_869 } }),
    reply("r2", 27, { id: "M2", usage: usage(2, 900, 20_000, 40) }, { requestId: "q2" }),
  ];
  const main = [
    ["claude-sonnet-4-6", 3, 20_000, 0, 180],
    ["claude-sonnet-4-6", 2, 900, 20_000, 40],
  ];
  const own = [
    ["claude-sonnet-4-6", 5, 9000, 0, 120],
    ["claude-sonnet-4-6", 4, 700, 9000, 60],
  ];
  const helperId = `claude:${SESSION}/subagents/agent-a77b001`;

  it("has rows and a session of its own, linked to the call", async () => {
    const rows = await rowsOf(records);
    expect(rows.map(tokensOf)).toEqual([...main, ...own]);
    expect(rows[2]?.session_id).toBe(helperId);
    expect(rows[2]?.tools.map((tool) => [tool.tool_call_id, tool.result_chars])).toEqual([
      ["toolu_h1", 2],
      ["toolu_h2", 2],
    ]);
    expect(sessions()).toMatchObject([
      { session_id: `claude:${SESSION}`, round_count: 2 },
      {
        ...{ session_id: helperId, relation: "sub-agent", parent_session_id: `claude:${SESSION}`, parent_tool_call_id: "toolu_1" },
        ...{ round_count: 2, record_count: 6, client_version: "2.1.49", known_from: "progress", agent_type: "Explore" },
      },
    ]);
    expect(reportLines(await home.collect(), null)).toContainEqual(
      "  2 steps (18.9K tokens) of 1 sub-agent known only from progress records of the parent",
    );
  });

  it.each([
    ["in the folder of the session", `${SESSION}/subagents/agent-a77b001`],
    ["next to it", "agent-a77b001"],
  ])("counts once when its own transcript is there, %s", async (_where, key) => {
    home.write(
      home.claude(key),
      helper.map((record) => ({ ...record, sessionId: SESSION, isSidechain: true })),
    );
    const rows = await rowsOf(records);
    expect(rows.map(tokensOf).sort()).toEqual([...main, ...own].sort());
    expect(rows.filter((row) => row.session_id === `claude:${key}`)).toHaveLength(2);
    expect(
      sessions()
        .map((line) => line.session_id)
        .sort(),
    ).toEqual([`claude:${SESSION}`, `claude:${key}`].sort());
    expect(sessions().find((line) => line.session_id === `claude:${key}`)).toMatchObject({
      ...{ known_from: "transcript", agent_type: "Explore", parent_session_id: `claude:${SESSION}`, parent_tool_call_id: "toolu_1" },
    });
  });

  it("is left out as published", async () => expect((await rowsOf(records, "published")).map(tokensOf)).toEqual(main));
});

it("a response in the transcripts of a sub-agent and of its parent has one first holder", async () => {
  const shared = reply("r2", 9, { id: "M2", usage: usage(100, 20_000, 0, 300) }, { requestId: "q2" });
  home.write(home.claude(`${SESSION}/subagents/agent-a1`), [
    user("u2", 6, "count", { isSidechain: true }),
    { ...shared, isSidechain: true },
  ]);
  const rows = await rowsOf([user("u1", 0, "x"), shared, reply("r3", 20, { id: "M3", usage: usage(1, 1, 1, 1) }, { requestId: "q3" })]);
  expect(rows).toHaveLength(3);
  const report = await home.collect();
  expect(report.providers.claude).toMatchObject({ repeatedResponses: 1, repeatedRows: 1, repeatedTokens: { append: 20_100, output: 300 } });
});

it("output that was logged while streaming is not a final count", async () => {
  const rows = await rowsOf([
    reply("r1", 1, { id: "A", stop_reason: null, usage: usage(1, 0, 0, 2) }, { requestId: "q1" }),
    reply("r2", 2, { id: "B", usage: usage(1, 0, 0, 55) }, { requestId: "q2" }),
  ]);
  expect(rows.map((row) => row.output_tokens)).toEqual([2, 55]);
  expect(factsOf(home.output).map(({ facts }) => facts.outputIsPlaceholder)).toEqual([true, false]);
  expect(reportLines(await home.collect(), null)).toContainEqual(
    "  output tokens: final counts of 1 of 2 steps; the others were logged while streaming",
  );
});

describe.skipIf(!hasShared)("real transcripts of 2026", () => {
  it("have the sums that an independent count gives, model by model", async () => {
    const output = path.join(temporaryFolder(), "rounds.jsonl");
    const report = await collect({ homes: [shared("transcripts-2026", "home")], output, jobs: 2, say: () => {} });
    const facts = new Map(factsOf(output).map((mark) => [mark.traceKey, mark.facts]));
    const helpers = new Set(
      parseLines<SessionLine>(output.replace(".jsonl", ".sessions.jsonl"))
        .filter((line) => line.known_from === "progress")
        .map((line) => line.session_id),
    );
    const rows = parseLines<CollectedRow>(output).filter((row) => row.provider === "claude");
    const sums = (chosen: readonly CollectedRow[]) => {
      const byModel: Record<string, Record<string, number>> = {};
      for (const row of chosen) {
        const known = facts.get(row.trace_key);
        const isFinal = known?.outputIsPlaceholder === false;
        const model = row.model ?? "";
        byModel[model] ??= Object.fromEntries(COLUMNS.map((column) => [column, 0]));
        const sum = byModel[model];
        const values = [
          ...[1, isFinal ? 1 : 0, row.claude_uncached_input_tokens, row.claude_cache_read_input_tokens],
          ...[row.claude_cache_creation_input_tokens, known?.cacheWrite1hTokens, row.output_tokens, known?.thinkingTokens],
          isFinal ? row.output_tokens : 0,
        ];
        for (const [index, column] of COLUMNS.entries()) sum[column] = (sum[column] ?? 0) + (values[index] ?? 0);
      }
      return byModel;
    };
    const expected = JSON.parse(fs.readFileSync(shared("transcripts-2026", "expected_counts.json"), "utf8"));
    expect(sums(rows.filter((row) => !helpers.has(row.session_id)))).toEqual(expected.claude_from_transcripts);
    expect(sums(rows.filter((row) => helpers.has(row.session_id)))).toEqual(expected.claude_known_from_progress_records_only);
    expect(report.providers.claude).toMatchObject({ progressRows: 29, progressSessions: 2 });
    const efforts = rows.filter((row) => row.model === "claude-opus-5").map((row) => facts.get(row.trace_key)?.effort);
    expect(efforts.every((effort) => typeof effort === "string")).toBe(true);
    for (const line of parseLines<SessionLine>(output.replace(".jsonl", ".sessions.jsonl")))
      if (helpers.has(line.session_id)) expect(line.parent_tool_call_id).toMatch(/^toolu_/);
    fs.rmSync(path.dirname(output), { recursive: true });
  });
});

const COLUMNS = [
  ...["responses", "final_output_counts", "input", "cache_read", "cache_write", "w1h", "output", "thinking", "output_of_final"],
];
