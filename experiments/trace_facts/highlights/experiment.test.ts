import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/run-on.ts";
import experiment from "./experiment.ts";
import { longestStreak } from "./highlights.ts";

const step = (session_id: string, timestamp: string, more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  model: "gpt-5.5",
  session_id,
  timing_events: [{ event_type: "text", timestamp }],
  ...more,
});

const STEPS: readonly StepLiteral[] = [
  step("a", "2026-03-01T23:59:59Z", { newly_append_tokens: 900, output_tokens: 5 }),
  step("a", "2026-03-02T00:00:00Z", { prefix_tokens: 900, newly_append_tokens: 40, output_tokens: 50 }),
  step("b", "2026-03-02T00:30:00Z", { newly_append_tokens: 940, output_tokens: 50 }),
  step("b", "2026-03-04T10:00:00Z", {
    prefix_tokens: 900,
    newly_append_tokens: 41,
    tools: [
      { tool_name: "shell", tool_call_id: "x", tool_wall_latency_ms: 9000, is_error: true },
      { tool_name: "shell", tool_call_id: "y", tool_wall_latency_ms: 9000 },
    ],
  }),
  { provider: "codex", session_id: "c", model: "gpt-5.5" },
];

const result = () => withPool(STEPS, (pool) => runOn(experiment, pool));

describe("highlights", () => {
  it("count steps, failed calls and cost by hour in UTC", async () => {
    const rows = rowsOf(await result(), "activity_by_hour").map(({ day, hour, steps, errors }) => [day, hour, steps, errors]);
    expect(rows).toEqual([
      ["2026-03-01", 23, 1, 0],
      ["2026-03-02", 0, 2, 0],
      ["2026-03-04", 10, 1, 1],
    ]);
  });

  it("are the largest of each kind with its step; of equal ones the first", async () => {
    const rows = rowsOf(await result(), "highlights").map(({ highlight, text, session_id, step: number }) => [
      highlight,
      text,
      session_id,
      number,
    ]);
    expect(rows).toEqual([
      ["busiest_day", "2 steps", null, null],
      ["streak", "2 days", null, null],
      ["busiest_hour", "00:00 UTC", null, null],
      ["session_cost", "$0.0069", "b", 1],
      ["step_cost", "$0.0062", "b", 1],
      ["call_time", "9.00 s", "b", 2],
      ["context", "941 tokens", "b", 2],
      ["new_input", "41 tokens", "b", 2],
      ["output", "50 tokens", "a", 2],
      ["session_errors", "1 call", "b", 1],
    ]);
  });

  it("say how many steps have a time", async () => {
    const { figures = [] } = await result();
    expect(figures[0]?.coverage).toEqual({ shown: 4, of: 5, what: "steps" });
  });

  it("are none for a pool that has nothing to show", async () => {
    const nothing = await withPool([{}], (pool) => runOn(experiment, pool));
    expect([rowsOf(nothing, "activity_by_hour"), rowsOf(nothing, "highlights"), nothing.figures, nothing.headlines]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});

it("finds the longest run of days, the first of equal ones", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -30, max: 30 }), { minLength: 1 }), (given) => {
      const days = given.toSorted((a, b) => a - b);
      const { first, days: length } = longestStreak(days);
      const run = (from: number) => {
        let to = from;
        while (days.includes(to)) to += 1;
        return to - from;
      };
      const longest = Math.max(...days.map(run));
      expect([length, first]).toEqual([longest, days.find((day) => run(day) === longest)]);
    }),
  );
});
