import { describe, expect, it } from "vitest";
import { SYNTHETIC_PROJECT_PREFIX, SYNTHETIC_USER_PREFIX } from "../lib/trace/synthetic.ts";
import { SAMPLE_SEED, SAMPLE_STEPS } from "./generate.ts";
import { poolRows } from "./pool.ts";
import { isoTime, type TimingEvent } from "./row.ts";

/** A row as a reader of the file sees it. */
interface Row {
  provider: "claude" | "codex";
  project?: string;
  user: string;
  store: string;
  session_id: string;
  round_index: number;
  round_id: string;
  turn_id?: string;
  model: string;
  trace_key: string;
  input_tokens_total: number;
  prefix_tokens: number;
  newly_append_tokens: number;
  claude_uncached_input_tokens: number | null;
  claude_cache_creation_input_tokens: number | null;
  claude_cache_read_input_tokens: number | null;
  output_tokens: number;
  reasoning_output_tokens: number | null;
  timing_events: TimingEvent[];
  tools: Tool[];
  current_input_event_count: number;
  current_user_message_count: number;
  current_tool_result_count: number;
  current_user_message_chars: number;
  current_tool_result_chars: number;
  current_input_chars: number;
  first_input_event_type: string | null;
}

interface Tool {
  tool_index: number;
  tool_name: string;
  tool_call_id: string;
  emitted_at: string;
  result_at: string | null;
  input_chars: number;
  result_chars: number | null;
  tool_wall_latency_ms: number | null;
  tool_internal_latency_ms: number | null;
  is_error: boolean | null;
}

function take(seed: number, count: number): Row[] {
  const rows = poolRows(seed);
  return Array.from({ length: count }, () => JSON.parse(JSON.stringify(rows.next().value)) as Row);
}

const sample = take(SAMPLE_SEED, SAMPLE_STEPS);
const pools = [SAMPLE_SEED, 0, 77, 2 ** 32 - 1].map((seed) => [seed, seed === SAMPLE_SEED ? sample : take(seed, 4000)] as const);

const TOKENS =
  "input_tokens_total prefix_tokens newly_append_tokens claude_uncached_input_tokens claude_cache_creation_input_tokens claude_cache_read_input_tokens output_tokens reasoning_output_tokens timing_events tools current_input_event_count current_user_message_count current_tool_result_count current_user_message_chars current_tool_result_chars current_input_chars first_input_event_type user store trace_key";
const ROW_KEYS = {
  claude: `provider project session_id round_index round_id model ${TOKENS}`,
  codex: `provider session_id round_index round_id turn_id model ${TOKENS}`,
};
const TOOL_KEYS = {
  claude:
    "tool_index tool_name tool_call_id emitted_at input_chars result_chars tool_wall_latency_ms tool_internal_latency_ms is_error result_at",
  codex:
    "tool_index tool_name tool_call_id emitted_at result_at input_chars result_chars tool_wall_latency_ms tool_internal_latency_ms is_error",
};
const EVENT_KEYS: Record<string, RegExp> = {
  user_message: /^event_type timestamp source content_chars$/,
  tool_result: /^event_type timestamp source tool_call_id result_chars( is_error)?$/,
  reasoning: /^event_type timestamp source( content_chars)?$/,
  text: /^event_type timestamp source content_chars$/,
  tool_call: /^event_type timestamp source tool_call_id tool_name tool_index$/,
  usage_report: /^event_type timestamp source$/,
};

const keys = (value: object) => Object.keys(value).join(" ");
const isInput = (event: TimingEvent) => event.event_type === "user_message" || event.event_type === "tool_result";
const total = (numbers: readonly (number | undefined)[]) => numbers.reduce<number>((sum, number) => sum + (number ?? 0), 0);
const bySession = (rows: readonly Row[]) => {
  const sessions = new Map<string, Row[]>();
  for (const row of rows) {
    const session = sessions.get(row.session_id);
    if (session) session.push(row);
    else sessions.set(row.session_id, [row]);
  }
  return [...sessions.values()];
};

/** One `expect` takes as long as a hundred rows. */
const expectNone = <T>(wrong: readonly T[]) => expect(wrong).toEqual([]);

describe.each(pools)("rows of seed %d", (_, rows) => {
  it("have the keys of the sanitized shape in their order", () => {
    expectNone(rows.filter((row) => keys(row) !== ROW_KEYS[row.provider]));
    expectNone(rows.filter(({ provider, tools }) => tools.some((tool) => keys(tool) !== TOOL_KEYS[provider])));
    expectNone(rows.flatMap((row) => row.timing_events).filter((event) => !EVENT_KEYS[event.event_type]?.test(keys(event))));
  });

  it("say that they are made up", () => {
    expectNone(rows.filter((row) => !row.user.startsWith(SYNTHETIC_USER_PREFIX)));
    const isMadeUp = (row: Row) =>
      row.provider === "claude" ? row.project?.startsWith(SYNTHETIC_PROJECT_PREFIX) === true : row.project === undefined;
    expectNone(rows.filter((row) => !isMadeUp(row)));
    expectNone(rows.filter((row) => row.store !== `.${row.provider}`));
  });

  it("keep the identities of tokens", () => {
    const isCount = (tokens: number | null | undefined) => Number.isSafeInteger(tokens) && (tokens as number) >= 0;
    expectNone(rows.filter((row) => row.input_tokens_total !== row.prefix_tokens + row.newly_append_tokens));
    expectNone(rows.filter((row) => ![row.prefix_tokens, row.newly_append_tokens, row.output_tokens].every(isCount)));
    const ofClaude = (row: Row) =>
      row.reasoning_output_tokens === null &&
      row.claude_cache_read_input_tokens === row.prefix_tokens &&
      isCount(row.claude_uncached_input_tokens) &&
      isCount(row.claude_cache_creation_input_tokens) &&
      (row.claude_uncached_input_tokens as number) + (row.claude_cache_creation_input_tokens as number) === row.newly_append_tokens;
    const ofCodex = (row: Row) =>
      row.claude_cache_creation_input_tokens === null &&
      (row.reasoning_output_tokens as number) <= row.output_tokens &&
      row.prefix_tokens % 128 === 0;
    expectNone(rows.filter((row) => !(row.provider === "claude" ? ofClaude(row) : ofCodex(row))));
  });

  it("are numbered through in their sessions, with one name each", () => {
    expectNone(bySession(rows).filter((session) => session.some((row, index) => row.round_index !== index)));
    expectNone(rows.filter((row) => row.trace_key !== `${row.provider}:${row.session_id}:${row.round_id}`));
    const SESSION = { claude: /^claude:[0-9a-f-]{36}(\/subagents\/agent-[0-9a-f]{16})?$/, codex: /^codex:[0-9a-f-]{36}$/ };
    expectNone(rows.filter((row) => !SESSION[row.provider].test(row.session_id)));
    const ofTurn = (row: Row) => row.round_id.replace(/\d+$/, "") === `${row.turn_id}:`;
    expectNone(rows.filter((row) => row.provider === "codex" && !ofTurn(row)));
    expect(new Set(rows.map((row) => row.trace_key)).size).toBe(rows.length);
    const calls = rows.flatMap((row) => row.tools.map((tool) => tool.tool_call_id));
    expect(new Set(calls).size).toBe(calls.length);
  });

  it("sum up their inputs", () => {
    const sums = rows.map((row) => {
      const inputs = row.timing_events.filter(isInput);
      const messages = inputs.filter((event) => event.event_type === "user_message");
      const [messageChars, resultChars] = [
        total(messages.map((event) => event.content_chars)),
        total(inputs.map((event) => event.result_chars)),
      ];
      return {
        current_input_event_count: inputs.length,
        current_user_message_count: messages.length,
        current_tool_result_count: inputs.length - messages.length,
        current_user_message_chars: messageChars,
        current_tool_result_chars: resultChars,
        current_input_chars: messageChars + resultChars,
        first_input_event_type: inputs[0]?.event_type ?? null,
      };
    });
    expectNone(rows.filter((row, i) => Object.entries(sums[i] as object).some(([key, value]) => row[key as keyof Row] !== value)));
  });

  it("list inputs, then outputs, then the usage report of Codex, and never go back in time within a session", () => {
    const times = (events: readonly TimingEvent[]) => events.map((event) => event.timestamp);
    const isOrdered = ({ provider, timing_events: events }: Row) => {
      const outputs = events.filter((event) => !isInput(event));
      const outputTimes = times(outputs);
      return (
        events.slice(0, events.length - outputs.length).every(isInput) &&
        events.filter((event) => event.event_type === "usage_report").length === (provider === "codex" ? 1 : 0) &&
        (provider !== "codex" || events.at(-1)?.event_type === "usage_report") &&
        outputTimes.every((time, i) => i === 0 || time >= (outputTimes[i - 1] as string))
      );
    };
    expectNone(rows.filter((row) => !isOrdered(row)));
    expectNone(rows.flatMap((row) => times(row.timing_events)).filter((time) => !/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time)));
    for (const session of bySession(rows)) {
      const spans = session.map((row) => times(row.timing_events).sort());
      expectNone(spans.filter((span, i) => i > 0 && (span[0] as string) < (spans[i - 1]?.at(-1) as string)));
    }
  });

  it("answer every call once, in its own step or the next, when it says", () => {
    const isAnswered = (tool: Tool, row: Row, following: Row | undefined) => {
      const results = [row, following].flatMap((one) => (one?.timing_events ?? []).filter(isResultOf(tool)));
      const { result_at, tool_wall_latency_ms: wall, tool_internal_latency_ms: internal, result_chars, is_error } = tool;
      if (result_at === null) return [wall, internal, result_chars, is_error].every((value) => value === null) && results.length === 0;
      if (Date.parse(result_at) - Date.parse(tool.emitted_at) !== wall || (internal ?? 0) > wall) return false;
      if (following === undefined && results.length === 0) return true;
      const [result, ...others] = results;
      return (
        others.length === 0 &&
        result?.timestamp === result_at &&
        result.result_chars === result_chars &&
        (result.is_error ?? null) === is_error
      );
    };
    for (const session of bySession(rows)) {
      expectNone(session.filter((row, i) => !row.tools.every((tool) => isAnswered(tool, row, session[i + 1]))));
    }
    const called = (row: Row) => row.timing_events.filter((event) => event.event_type === "tool_call").map((event) => event.tool_call_id);
    expectNone(rows.filter((row) => called(row).join() !== row.tools.map((tool) => tool.tool_call_id).join()));
    expectNone(rows.filter((row) => row.tools.some((tool, position) => tool.tool_index !== position)));
  });
});

function isResultOf(tool: Tool): (event: TimingEvent) => boolean {
  return (event) => event.event_type === "tool_result" && event.tool_call_id === tool.tool_call_id;
}

describe("a pool", () => {
  it("is the beginning of a larger one", () => {
    const [first] = pools.slice(1).map(([seed, rows]) => [take(seed, 500), rows.slice(0, 500)] as const);
    expect(first?.[0]).toEqual(first?.[1]);
  });

  it("differs with its seed", () => {
    const firsts = pools.map(([, rows]) => JSON.stringify(rows[0]));
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it("opens with Claude, whose keys give a table its columns", () => {
    for (const [, rows] of pools) expect(rows[0]?.provider).toBe("claude");
  });
});

const calls = sample.flatMap((row) => row.tools);
const steps = bySession(sample).flatMap((session) => session.slice(1).map((row, index) => [session[index] as Row, row] as const));
const waitS = (before: Row, row: Row) =>
  (Date.parse((row.timing_events[0] as TimingEvent).timestamp) - Date.parse((before.timing_events.at(-1) as TimingEvent).timestamp)) / 1000;

describe("the sample has", () => {
  it.each<[string, number, () => number]>([
    ["sessions", 60, () => bySession(sample).length],
    ["users", 8, () => new Set(sample.map((row) => row.user)).size],
    ["models", 10, () => new Set(sample.map((row) => row.model)).size],
    ["steps of a model without a price", 1, () => sample.filter((row) => row.model === "codex-auto-review").length],
    [
      "sub-agent sessions",
      5,
      () => new Set(sample.filter((row) => row.session_id.includes("/subagents/")).map((row) => row.session_id)).size,
    ],
    [
      "changes between sessions that go on later",
      20,
      () => sample.filter((row, i) => row.round_index > 0 && row.session_id !== sample[i - 1]?.session_id).length,
    ],
    ["steps with parallel calls", 100, () => sample.filter((row) => row.tools.length > 1).length],
    ["calls without a result", 3, () => calls.filter((tool) => tool.result_at === null).length],
    ["failed calls", 50, () => calls.filter((tool) => tool.is_error === true).length],
    [
      "failed calls that are repeated",
      10,
      () =>
        steps.filter(([a, b]) =>
          a.tools.some((tool) => tool.is_error && b.tools[0]?.tool_name === tool.tool_name && b.tools[0].input_chars === tool.input_chars),
        ).length,
    ],
    ["calls that report 0 ms", 50, () => calls.filter((tool) => tool.tool_internal_latency_ms === 0).length],
    ["calls over an hour", 1, () => calls.filter((tool) => (tool.tool_wall_latency_ms ?? 0) > 3_600_000).length],
    ["drops of 64,000 tokens", 5, () => steps.filter(([a, b]) => a.input_tokens_total - b.input_tokens_total >= 64_000).length],
    ["waits over a day", 1, () => steps.filter(([a, b]) => b.first_input_event_type === "user_message" && waitS(a, b) > 86_400).length],
    [
      "full misses after an hour",
      5,
      () =>
        steps.filter(([a, b]) => waitS(a, b) > 3600 && b.prefix_tokens < 0.3 * b.input_tokens_total && b.input_tokens_total > 50_000)
          .length,
    ],
    [
      "steps with nothing but a user message",
      1,
      () =>
        sample.filter(
          (row) =>
            keys(row.timing_events.map((e) => e.event_type)) === "0 1" &&
            row.timing_events[0]?.event_type === "user_message" &&
            row.timing_events[1]?.event_type === "usage_report",
        ).length,
    ],
    ["steps without an input", 10, () => sample.filter((row) => row.first_input_event_type === null).length],
    [
      "steps with the result of their own call",
      10,
      () => sample.filter((row) => row.tools.some((tool) => row.timing_events.some(isResultOf(tool)))).length,
    ],
    [
      "user messages amid tool calls",
      3,
      () => sample.filter((row) => row.current_tool_result_count > 0 && row.current_user_message_count > 0).length,
    ],
    ["steps with reasoning tokens", 1000, () => sample.filter((row) => (row.reasoning_output_tokens ?? 0) > 0).length],
  ])("%s: at least %d", (_, least, count) => {
    expect(count()).toBeGreaterThanOrEqual(least);
  });
});

describe("isoTime", () => {
  it.each([0, 999, 59_999, 60_000, 1_767_225_600_001, 1_767_225_599_999, -1])("spells %d as Date does", (ms) => {
    expect(isoTime(ms)).toBe(new Date(ms).toISOString());
  });
});
