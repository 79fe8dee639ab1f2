import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { SPANS, TIMEOUTS } from "./measure.ts";

const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + second * 1000).toISOString();

/** A step that a user message triggers at `second` and that answers for four seconds. */
const step = (second: number, more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  session_id: "s",
  timing_events: [
    { event_type: "user_message", timestamp: at(second) },
    { event_type: "text", timestamp: at(second + 4) },
  ],
  ...more,
});

/** [provider, kind, seconds], once for each span. */
const spans = (steps: readonly StepLiteral[]) =>
  withPool(steps, async (pool) => {
    const rows = await checkedQueries(experiment, pool).rows(SPANS);
    return rows.flatMap(({ spans: count, ...row }) => Array.from({ length: count }, () => Object.values(row)));
  });

describe("the spans", () => {
  const cases: [rule: string, steps: StepLiteral[], expected: unknown[][]][] = [
    ["a step generates", [step(0)], [["codex", "generation", 4]]],
    [
      "tool calls count each, by the latency they report if there is one, above 0",
      [
        step(0, {
          tools: [
            { tool_wall_latency_ms: 2000 },
            { tool_wall_latency_ms: 2000, tool_internal_latency_ms: 1500 },
            { tool_wall_latency_ms: 9000, tool_internal_latency_ms: 0 },
          ],
        }),
      ],
      [
        ["codex", "generation", 4],
        ["codex", "tool", 1.5],
        ["codex", "tool", 2],
      ],
    ],
    [
      "a pause belongs to the provider of the step with the message",
      [step(0), step(10, { provider: "claude" })],
      [
        ["claude", "generation", 4],
        ["claude", "human", 6],
        ["codex", "generation", 4],
      ],
    ],
    [
      "a session without an id has no pauses",
      [step(0, { session_id: "" }), step(10, { session_id: "" })],
      [
        ["codex", "generation", 4],
        ["codex", "generation", 4],
      ],
    ],
    [
      "a provider that never generates is left out",
      [step(0), step(10, { provider: "silent", timing_events: [{ event_type: "user_message", timestamp: at(10) }] })],
      [["codex", "generation", 4]],
    ],
    [
      "providers have a fixed order; `all` is left out, a missing one has a placeholder",
      [
        step(0, { provider: "zeta" }),
        step(4, { provider: null }),
        step(8, { provider: "all" }),
        step(12),
        step(16, { provider: "claude" }),
      ],
      ["claude", "codex", "<unknown-provider>", "zeta"].map((provider) => [provider, "generation", 4]),
    ],
  ];
  it.each(cases)("%s", async (_rule, steps, expected) => expect(await spans(steps)).toEqual(expected));
});

it("tries 232 timeouts between a second and an hour, exact to the last digit", async () => {
  const timeouts = await withPool([], (pool) => checkedQueries(experiment, pool).rows(TIMEOUTS));
  const seconds = timeouts.map(({ timeout_s }) => timeout_s);
  expect(seconds).toHaveLength(232);
  expect(seconds.slice(0, 3)).toEqual([1, 1.0365680487527298, 1.0744733196950416]);
  expect(seconds.slice(-2)).toEqual([3472.9991960795714, 3600]);
  expect(timeouts.filter(({ is_landmark }) => is_landmark).map(({ timeout_s }) => timeout_s)).toEqual([60, 300, 600, 1800, 3600]);
});

it("counts the waits up to each timeout", async () => {
  const result = await withPool([step(0), step(94, { tools: [{ tool_wall_latency_ms: 2000 }] })], (pool) => runOn(experiment, pool));
  const of = (timeout: number) => rowsOf(result).find((row) => row.cache_eviction_timeout_seconds === timeout);
  expect(result.figures.map(({ name }) => name)).toEqual(["kv_cache_active_ratio_by_provider"]);
  expect(of(60)).toMatchObject({
    generation_seconds: 8,
    tool_cumulative_seconds: 2,
    human_cumulative_seconds: 0,
    kv_cache_active_ratio: 0.8,
  });
  expect(of(300)).toMatchObject({ human_cumulative_seconds: 90, denominator_seconds: 100, kv_cache_active_ratio: 0.08 });
});

it("has a table without rows for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(rowsOf(result)).toEqual([]);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
});
