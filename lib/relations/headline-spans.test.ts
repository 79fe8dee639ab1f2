/** Spans behind headline numbers, and the decode latency made of them. */
import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const START = Date.UTC(2026, 0, 1);
/** @param ms after the start; fractions are microseconds */
const event = (event_type: string, ms: number) => ({
  event_type,
  timestamp: `${new Date(START + Math.floor(ms)).toISOString().slice(0, -1)}${String(Math.round((ms % 1) * 1000)).padStart(3, "0")}Z`,
});
const user = (ms: number) => event("user_message", ms);
const result = (ms: number) => event("tool_result", ms);
const thought = (ms: number) => event("reasoning", ms);
const text = (ms: number) => event("text", ms);
const call = (ms: number) => event("tool_call", ms);

const query = (steps: readonly StepLiteral[], sql: string) => withPool(steps, (pool) => pool.rows(sql));

describe("observed_spans", () => {
  const spans =
    "-- uses: observed_spans\nSELECT generation_ms AS generation, input_to_reasoning_ms AS to_reasoning, visible_ms AS visible FROM observed_spans";
  const cases: [what: string, events: StepLiteral["timing_events"], expected: [number | null, number | null, number | null]][] = [
    ["reasoning, then text", [user(0), thought(40), text(70), call(100)], [100, 40, 60]],
    ["the last input before the output counts", [user(0), result(10), thought(40), result(50), text(70)], [60, 30, 30]],
    ["reasoning may have an input of its own", [user(0), text(5), result(20), thought(30), text(45)], [45, 10, 15]],
    ["without reasoning: first to last output", [user(0), text(5), call(25)], [25, null, 20]],
    ["a single output without reasoning takes no time", [user(0), text(5)], [5, null, null]],
    ["nothing after the reasoning: first to last of what was before", [user(0), text(10), call(30), thought(50)], [50, 50, 20]],
    ["text at the very end of reasoning takes none, whatever was before", [user(0), text(10), thought(50), text(50)], [50, 50, null]],
    ["no input", [thought(5), text(9)], [null, null, 4]],
    ["input and output in one millisecond are in order", [user(7.9), text(7.2), text(9)], [2, null, 2]],
    ["other events are none of these", [user(0), text(5), event("usage_report", 50)], [5, null, null]],
    ["events without a time", [user(0), { event_type: "reasoning", timestamp: null }, text(5)], [5, null, null]],
    ["no events", [], [null, null, null]],
  ];

  it.each(cases)("%s", async (_, timing_events, [generation, to_reasoning, visible]) => {
    expect(await query([{ timing_events: timing_events ?? [] }], spans)).toEqual([{ generation, to_reasoning, visible }]);
  });

  it("counts tokens that are missing as 0 and sees reasoning without a time", async () => {
    const sql =
      "-- uses: observed_spans\nSELECT output_tokens, reasoning_tokens, visible_tokens, has_reasoning_event, has_timed_user_message FROM observed_spans ORDER BY round_pk";
    const steps = [
      { output_tokens: 5, reasoning_output_tokens: 9, timing_events: [{ event_type: "reasoning", timestamp: null }] },
      { timing_events: [user(0)] },
    ];
    expect(await query(steps, sql)).toEqual([
      { output_tokens: 5, reasoning_tokens: 9, visible_tokens: 0, has_reasoning_event: true, has_timed_user_message: false },
      { output_tokens: 0, reasoning_tokens: 0, visible_tokens: 0, has_reasoning_event: false, has_timed_user_message: true },
    ]);
  });
});

describe("visible_decode", () => {
  it("adds up steps that have reasoning tokens, visible tokens and a visible span", async () => {
    const step = (output: number, reasoning: number | null, spanMs: number): StepLiteral => ({
      provider: "codex",
      output_tokens: output,
      reasoning_output_tokens: reasoning,
      timing_events: [user(0), thought(100), text(100 + spanMs)],
    });
    const rows = await query(
      [step(30, 10, 400), step(90, 10, 600), step(50, 0, 700), step(50, null, 700), step(10, 10, 700), step(20, 10, 0)],
      "-- uses: visible_decode\nSELECT * FROM visible_decode ORDER BY scope",
    );
    const codex = { steps: 2, visible_tokens: 100, visible_ms: 1000, latency_s: 0.01 };
    expect(rows).toEqual([
      { scope: "codex", ...codex },
      { scope: "merged", ...codex },
    ]);
  });

  it("has no scope for a provider that is called merged, nor for none", async () => {
    const sql = "-- uses: visible_decode\nSELECT scope FROM visible_decode ORDER BY scope";
    expect(await query([{ provider: "a" }, { provider: null }, { provider: "" }, { provider: "merged" }], sql)).toEqual([
      { scope: "" },
      { scope: "a" },
      { scope: "merged" },
    ]);
  });

  it("has no latency without such steps", async () => {
    const sql = "-- uses: visible_decode\nSELECT steps, latency_s FROM visible_decode";
    expect(await query([{ output_tokens: 5 }], sql)).toEqual([{ steps: 0, latency_s: null }]);
  });
});
