import { describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import { readTimeline, type TimelineDocument } from "../../../lib/trace/timeline.ts";
import tokenSteps from "../session_token_steps/experiment.ts";
import experiment from "./experiment.ts";

const ANY_SESSION = { "min-rounds": 0, "min-user-input-rounds": 0, "min-tool-result-rounds": 0, "max-user-input-fraction": 1 };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const event = (event_type: string, second: number) => ({ event_type, timestamp: at(second) });

async function run(pool: Pool, flags: Record<string, unknown> = {}, chosen: Record<string, unknown> = ANY_SESSION) {
  const { provides } = await runOn(tokenSteps, pool, chosen);
  const result = await runOn(experiment, pool, flags, { tokenSteps: provides });
  const timelines = result.texts.map(({ text }) => readTimeline(JSON.parse(text) as TimelineDocument));
  return { ...result, timelines };
}

const HOSTILE = `<img src=x onerror=alert(1)> "quoted"\n`;
const STEPS: readonly StepLiteral[] = [
  // Out of place: without an index it comes last.
  { session_id: "claude:one", provider: "claude", model: "m", round_index: null, prefix_tokens: 1 },
  {
    session_id: "claude:one",
    provider: "claude",
    model: "m",
    round_index: 0,
    prefix_tokens: -3,
    newly_append_tokens: 1000,
    reasoning_output_tokens: 7,
    timing_events: [event("user_message", 0), event("tool_call", 10)],
    tools: [
      { tool_name: HOSTILE, emitted_at: at(10), tool_wall_latency_ms: 9000, tool_internal_latency_ms: 4000, is_error: true },
      { tool_name: null, tool_wall_latency_ms: 0 },
      { tool_name: "x".repeat(200), emitted_at: at(11) },
    ],
  },
  {
    session_id: "claude:one",
    provider: "claude",
    model: "m",
    round_index: 1,
    prefix_tokens: 900,
    newly_append_tokens: 100,
    output_tokens: 50,
    timing_events: [event("tool_result", 20), event("text", 22)],
  },
  {
    session_id: "claude:one",
    provider: "claude",
    model: "m",
    round_index: 2,
    timing_events: [event("user_message", 100), event("text", 104)],
  },
  { session_id: "codex:two", provider: "codex", prefix_tokens: 5 },
  { session_id: null, prefix_tokens: 9 },
];

it("knows no output that was logged while streaming", async () => {
  const steps = STEPS.map((step) => ({ ...step, details: { output_is_placeholder: step.round_index === 1 } }));
  const result = await withPool(steps, (pool) => run(pool));
  const one = result.timelines.find(({ sessionId }) => sessionId === "claude:one");
  expect(one?.steps.map(({ outputTokens }) => outputTokens)).toEqual([0, null, 0, 0]);
  expect(result.notes).toContainEqual(expect.stringContaining("Output of Claude: final counts of 3 of 4 steps."));
});

it("knows what a session, its steps and its helpers cost, and what has no price", async () => {
  const priced = { provider: "claude", model: "claude-opus-4-6", newly_append_tokens: 1_000, timing_events: [event("text", 0)] };
  const helper = { ...priced, newly_append_tokens: 20_000 };
  const parent = "11111111-2222-4333-8444-555555555555";
  const helpers = ["a", "b"].map((name) => `claude:${parent}/subagents/agent-${name}`);
  const { timelines } = await withPool(
    [
      { ...priced, session_id: `claude:${parent}` },
      { ...priced, session_id: `claude:${parent}`, model: "mystery" },
      ...helpers.map((session_id) => ({ ...helper, session_id })),
    ],
    (pool) => run(pool),
    helpers.map((session_id) => ({ session_id, transcript_id: session_id, relation: "sub-agent", parent_session_id: `claude:${parent}` })),
    [],
    { accounting: "counted" },
  );
  const own = timelines.find(({ sessionId }) => sessionId === `claude:${parent}`);
  expect(own?.steps.map(({ costUsd }) => costUsd)).toEqual([0.005, null]);
  expect(own?.cost).toEqual({
    sessions: 1,
    pricedSteps: 1,
    usd: 0.005,
    usdMost: 0.005,
    prices: "1 of 2 steps have a price; 1.0K tokens unpriced",
  });
  expect(own?.helpers).toEqual({ sessions: 2, pricedSteps: 2, usd: 0.2, usdMost: 0.2, prices: null });
});

it("knows the gaps of pool M, its approval and its helper", async () => {
  const { timelines } = await withPool(POOL_M, (pool) => run(pool, {}, { "session-id": ["s1", "s3"] }));
  const [s1, s3] = timelines;
  expect(s1?.gaps).toEqual([
    { fromS: 55, toS: 655, kind: "human" },
    { fromS: 675, toS: 2000, kind: "human" },
    { fromS: 2006, toS: 2106, kind: "running" },
  ]);
  expect(s1?.steps.map(({ request }) => request)).toEqual([1, 1, 1, 1, 1, 1, 2, 3]);
  expect(s1?.steps.map(({ activity }) => activity)).toEqual(["explore", "run", "run", "edit", "run", "answer", "delegate", "answer"]);
  expect(
    s1?.steps.flatMap(({ calls }) => calls.map(({ tool, activity, wallS, waitS, retry }) => [tool, activity, wallS, waitS, retry])),
  ).toEqual([
    ["Read", "explore", 1, null, null],
    ["Bash", "run", 30, null, null],
    ["Bash", "run", 6, null, "size"],
    ["Edit", "edit", 600, 600, null],
    ["Bash", "run", 10, null, "size"],
    ["Task", "delegate", 100, null, null],
  ]);
  expect(s1?.helperSpans).toEqual([
    {
      name: shortId("s2"),
      type: null,
      basis: "nested",
      parent: null,
      step: 6,
      startS: 2007,
      endS: 2100,
      steps: 2,
      costUsd: 0.11325,
      returnedChars: 5200,
    },
  ]);
  expect(s1).toMatchObject({ windowTokens: 200_000, windowBasis: "listed" });
  expect(s3).toMatchObject({ gaps: [{ fromS: 41, toS: 17_000, kind: "human" }], helperSpans: [] });
});

describe("run", () => {
  it("describes a session step by step, in seconds since its first event", async () => {
    const { timelines } = await withPool(STEPS, (pool) => run(pool));
    const [one, two] = timelines.toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
    expect(one).toMatchObject({ sessionId: "claude:one", stepCount: 4, start: at(0), durationS: 104 });
    expect(one?.steps).toMatchObject([
      { startS: 0, prefixTokens: 0, appendTokens: 1000, reasoningTokens: 7, generationStartS: 0, generationS: 10, user: true, waitS: null },
      { startS: 20, prefixTokens: 900, outputTokens: 50, reasoningTokens: null, generationS: 2, user: false, callCount: 0 },
      { startS: 100, generationStartS: 100, generationS: 4, user: true, waitStartS: 22, waitS: 78 },
      { startS: null, prefixTokens: 1, generationS: null },
    ]);
    expect(one?.steps[0]?.calls).toMatchObject([
      { tool: HOSTILE, startS: 10, durationS: 4, failed: true },
      { tool: "(unnamed)", startS: null, durationS: null, failed: null },
      { tool: `${"x".repeat(79)}…`, startS: 11, durationS: null, failed: null },
    ]);
    expect(two).toMatchObject({ stepCount: 1, start: null, durationS: null, steps: [{ startS: null, prefixTokens: 5 }] });
  });

  it("adds up sessions; one without times has tokens only", async () => {
    const result = await withPool(STEPS, (pool) => run(pool));
    const { figures, headlines, notes } = result;
    const rows = rowsOf(result);
    expect(rows.find((row) => row.provider === "claude")).toMatchObject({
      steps: 4,
      duration_s: 104,
      generation_s: 16,
      tool_s: 4,
      human_wait_s: 78,
      unaccounted_s: 6,
      append_tokens: 1100,
      reasoning_tokens: 7,
      tool_calls: 3,
      failed_tool_calls: 1,
    });
    expect(rows.find((row) => row.provider === "codex")).toMatchObject({ start: null, generation_s: null, reasoning_tokens: null });
    expect(figures.map(({ title }) => title)).toEqual(["In the chosen sessions, 75% of the time is a wait for the human"]);
    expect(headlines[0]).toEqual({ label: "Time of these sessions", value: "1m 44s" });
    expect(notes).toEqual(["Sessions without a time are not in the figure: 1 of 2."]);
  });

  it("keeps the documents small, and says what it left out", async () => {
    const { timelines, notes } = await withPool(STEPS, (pool) =>
      run(pool, { "timeline-steps": 1, "timeline-calls": 2 }, { "session-id": "claude:one" }),
    );
    expect(timelines).toMatchObject([{ stepCount: 4, steps: [{ callCount: 3, calls: [{}, {}] }] }]);
    expect(notes).toEqual([
      expect.stringMatching(/^The timeline of claude-[0-9a-f]{10} holds the first 1 of 4 steps\.$/),
      "Of steps with very many tool calls, 1 call is counted but not listed.",
    ]);
  });

  it.each([
    ["an empty pool", []],
    ["a pool without sessions", [{ session_id: null }]],
  ])("has nothing to show for %s, and says so", async (_, steps) => {
    const result = await withPool(steps, (pool) => run(pool));
    expect(result).toMatchObject({ figures: [], headlines: [], texts: [], tables: [{ rows: [] }] });
    expect(result.notes).toEqual([experiment.empty]);
  });
});
