import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const audit = (steps: readonly StepLiteral[], transcripts: readonly TranscriptLiteral[] = []) =>
  withPool(steps, (pool) => runOn(experiment, pool), transcripts);

/** Failed and checked rows of every check that the provider fails. */
function failures(result: ExperimentResult, provider: string): Record<string, [number, number]> {
  const rows = rowsOf(result, "checks_by_provider").filter((row) => row.provider === provider && Number(row.offenders) > 0);
  return Object.fromEntries(rows.map((row) => [String(row.check), [Number(row.offenders), Number(row.looked_at)]]));
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const text = (second: number | null) => ({ event_type: "text", timestamp: second === null ? null : at(second) });
const TOKENS = { input_tokens_total: 10, prefix_tokens: 4, newly_append_tokens: 6, output_tokens: 5 };

let serial = 0;
/** A step that passes every check, in its own session. */
const step = (given: StepLiteral = {}): StepLiteral => {
  serial++;
  return { ...TOKENS, session_id: `s${serial}`, round_index: 0, round_id: `r${serial}`, trace_key: `k${serial}`, ...given };
};
const session = (name: string, ...steps: StepLiteral[]) => steps.map((given, i) => step({ session_id: name, round_index: i, ...given }));
const call = (tool_call_id: string, emitted: number, result: number | null) => ({
  tool_call_id,
  emitted_at: at(emitted),
  result_at: result === null ? null : at(result),
});
const result = (tool_call_id: string | null) => ({ event_type: "tool_result", timestamp: at(0), tool_call_id });

type Case = readonly [title: string, steps: StepLiteral[], failures: Record<string, [number, number]>];

/** Each case is a provider of its own in one pool. */
const CASES: readonly Case[] = [
  ["a sound session", session("sound", { timing_events: [text(0), text(1)] }, { timing_events: [text(1), text(2)] }), {}],
  ["sums of another provider are not checked", [step({ prefix_tokens: 100 })], {}],
  ["negative tokens", [step({ output_tokens: -1 }), step()], { tokens_not_negative: [1, 2] }],
  ["unknown tokens", [step({ prefix_tokens: null })], { tokens_known: [1, 1] }],
  ["more reasoning than output", [step({ reasoning_output_tokens: 6 }), step()], { reasoning_within_output: [1, 1] }],
  ["a number used twice", session("twice", { round_index: 0 }, { round_index: 0 }), { round_index_unique: [1, 2] }],
  ["a number left out", session("gap", { round_index: 0 }, { round_index: 2 }), { round_index_gapless: [1, 1] }],
  ["no first number", session("late", { round_index: 1 }), { round_index_gapless: [1, 1] }],
  ["a step id used twice", [step({ round_id: "r" }), step({ round_id: "r" }), step({ round_id: null })], { round_id_unique: [1, 2] }],
  ["a trace key used three times", ["a", "b", "c"].map((model) => step({ trace_key: "k", model })), { trace_key_unique: [2, 3] }],
  ["equal rows", [1, 2].map(() => ({ ...TOKENS, model: "m" })), { rows_unique: [1, 2] }],
  [
    "a gap between events",
    [step({ timing_events: [{ event_index: 1 }, { event_index: 3 }].map((event) => ({ ...text(0), ...event })) })],
    { event_index_contiguous: [1, 1] },
  ],
  ["events from 0", [step({ timing_events: [{ ...text(0), event_index: 0 }] })], { event_index_contiguous: [1, 1] }],
  [
    "an event twice",
    [step({ timing_events: [1, 1, 2].map((event_index) => ({ ...text(0), event_index })) })],
    { event_index_contiguous: [1, 1] },
  ],
  ["an event without time", [step({ timing_events: [text(0), text(null)] })], { event_has_time: [1, 2] }],
  [
    "time running back in a step, over an event without time",
    [step({ timing_events: [text(5), text(null), text(4)] })],
    { clock_within_step: [1, 1], event_has_time: [1, 3] },
  ],
  [
    "time running back in a session",
    session("back", { timing_events: [text(5)] }, { timing_events: [text(4), text(9)] }, {}),
    { clock_between_steps: [1, 1] },
  ],
  ["a call without result", [step({ tools: [call("c", 0, null), call("d", 0, 1)] })], { call_has_result: [1, 2] }],
  ["a call whose result has no time", [step({ tools: [{ ...call("c", 0, null), result_chars: 3 }] })], {}],
  ["a result before its call", [step({ tools: [call("c", 1, 0)] })], { result_after_call: [1, 1] }],
  [
    "a call id used twice",
    [step({ tools: [call("c", 0, 1), call("c", 2, 3)] }), step({ tools: [call("c", 0, 1)] })],
    { tool_call_id_unique: [1, 3] },
  ],
  [
    "results of the session's calls, of others and of none",
    session("results", { tools: [call("c", 0, 1)] }, { timing_events: [result("c"), result("x"), result(null)] }),
    { result_has_call: [2, 3] },
  ],
];

describe("a pool with", () => {
  let audited: ExperimentResult;
  beforeAll(async () => {
    audited = await audit(CASES.flatMap(([provider, steps]) => steps.map((given) => ({ ...given, provider }))));
  });

  it.each(CASES)("%s", (provider, _, expected) => {
    expect(failures(audited, provider)).toEqual(expected);
  });
});

describe("token sums", () => {
  const claude = { claude_uncached_input_tokens: 1, claude_cache_creation_input_tokens: 5, claude_cache_read_input_tokens: 4 };

  it.each<[string, StepLiteral, Record<string, [number, number]>]>([
    ["Claude's add up", { provider: "claude", ...claude }, {}],
    ["Claude's total is another", { provider: "claude", ...claude, input_tokens_total: 9 }, { input_adds_up: [1, 1] }],
    [
      "Claude's cache reads are not its prefix",
      { provider: "claude", ...claude, claude_cache_read_input_tokens: 3 },
      { claude_parts_add_up: [1, 1] },
    ],
    [
      "Claude's writes are not in its append",
      { provider: "claude", ...claude, claude_cache_creation_input_tokens: 6 },
      { claude_parts_add_up: [1, 1] },
    ],
    ["Codex's add up", { provider: "codex" }, {}],
    ["Codex's total is another", { provider: "codex", input_tokens_total: 11 }, { input_adds_up: [1, 1] }],
    [
      "Codex reads more from the cache than there is",
      { provider: "codex", prefix_tokens: 12, newly_append_tokens: 0 },
      { cached_within_input: [1, 1] },
    ],
    ["counts beyond 64 bits together", { provider: "claude", prefix_tokens: 9e18, newly_append_tokens: 9e18 }, { input_adds_up: [1, 1] }],
  ])("%s", async (_, given, expected) => {
    expect(failures(await audit([step(given)]), String(given.provider))).toEqual(expected);
  });
});

it("finds rows of no step, which the counted reading leaves out but for details", async () => {
  const lost = { tools: [{ ...call("c", 0, 1), round_pk: 9 }], timing_events: [text(0), { ...text(1), round_pk: 9 }] };
  const audited = await audit([step(lost)]);
  expect(failures(audited, "<unknown-provider>")).toMatchObject({ tool_call_has_step: [1, 1], event_has_step: [1, 2] });
  expect(audited.documents).toMatchObject([{ value: { passed: false } }]);
  expect(failures(await audit([step({ ...lost, details: { round_pk: 9 } })]), "<unknown-provider>")).toEqual({ details_have_step: [1, 1] });
});

describe("transcripts", () => {
  const transcript = {
    provider: "claude",
    session_id: "s",
    transcript_id: "t",
    client_version: "1.2",
    round_count: 1,
    record_count: 9,
    unknown_record_count: 0,
    rejected_line_count: 0,
  };
  const placeholder = (output_is_placeholder: boolean | null, transcript_id = "t") => ({
    details: { transcript_id, output_is_placeholder },
  });

  it("are compared with the steps", async () => {
    const audited = await audit(
      [
        step({ provider: "claude", session_id: "s", ...placeholder(true) }),
        step({ provider: "claude", session_id: "x", ...placeholder(false) }),
      ],
      [
        transcript,
        { ...transcript, session_id: "y", transcript_id: "u", unknown_record_count: 2 },
        { ...transcript, session_id: "z", round_count: 0, rejected_line_count: 1 },
      ],
    );
    expect(failures(audited, "claude")).toEqual({
      transcript_has_steps: [1, 2],
      session_has_transcript: [1, 2],
      line_accepted: [1, 28],
      record_known: [2, 27],
      output_final: [1, 2],
    });
    expect(audited.notes).toEqual([]);
  });

  it("say which client wrote counts that are not final", async () => {
    const steps = [placeholder(true), placeholder(false), placeholder(false, "unheard of"), placeholder(null)].map((given) =>
      step({ provider: "claude", ...given }),
    );
    expect(rowsOf(await audit(steps, [transcript]), "placeholder_outputs_by_version")).toEqual([
      { provider: "claude", client_version: "1.2", steps: 2, placeholder_steps: 1, share: 0.5 },
      { provider: "claude", client_version: "unknown", steps: 1, placeholder_steps: 0, share: 0 },
    ]);
  });
});

it("puts what fails most first: violations, then warnings by share", async () => {
  const back = { provider: "codex", timing_events: [text(5), text(4)] };
  const { figures, headlines } = await audit([step(back), step(back), step({ ...back, timing_events: [text(4), text(5)] })]);
  expect(figures).toMatchObject([{ name: "integrity", title: "2 of 3 Codex steps run backward in time" }]);
  expect(headlines[0]).toEqual({ label: "Codex steps run backward in time", value: "2 of 3" });
  const broken = await audit([step(back), step({ provider: "codex" }), step({ provider: "codex", output_tokens: -1 })]);
  expect(broken.figures).toMatchObject([{ title: "1 of 3 Codex steps have negative counts" }]);
});

it("draws nothing when every row passes every check", async () => {
  const { figures, headlines } = await audit([step()]);
  expect([figures, headlines.length]).toEqual([[], 1]);
});

it("has nothing to check in an empty pool", async () => {
  const result = await audit([]);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty], documents: [{ value: { passed: true } }] });
  expect(result.tables.map(({ name }) => name)).toEqual(["checks", "checks_by_provider", "placeholder_outputs_by_version"]);
});
