import { beforeAll, describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });

/** Numbers of the summary by scope and path, e.g. `["claude", "tokens.input", "new_input_tokens"]`. */
async function numbersOf(steps: readonly StepLiteral[]) {
  const result = await withPool(steps, (pool) => runOn(experiment, pool));
  const rows = rowsOf(result);
  const value = (scope: string, key: string) => rows.find((row) => row.scope === scope && `${row.section}.${row.key}` === key)?.value;
  return { result, value };
}

const SHARED_SESSION: StepLiteral[] = [
  {
    session_id: "s",
    provider: "claude",
    user: "u1",
    model: "m",
    prefix_tokens: 0,
    newly_append_tokens: 100,
    output_tokens: 10,
    timing_events: [event("user_message", 0), event("text", 2)],
    tools: [
      { tool_wall_latency_ms: 500 },
      { tool_internal_latency_ms: 0, tool_wall_latency_ms: 9 },
      { tool_internal_latency_ms: 1500, tool_wall_latency_ms: 9 },
      {},
    ],
  },
  {
    session_id: "s",
    provider: "codex",
    prefix_tokens: 100,
    newly_append_tokens: 50,
    output_tokens: 30,
    reasoning_output_tokens: 10,
    timing_events: [event("tool_result", 3), event("reasoning", 7), event("text", 9), event("usage_report", 10)],
  },
  { session_id: "s", provider: "claude", prefix_tokens: 90, timing_events: [event("user_message", 20)] },
];

describe("a session that two providers share", () => {
  const cases: [scope: string, key: string, expected: unknown][] = [
    ["merged", "scope.total_sessions", 1],
    ["merged", "scope.distinct_users", 1],
    ["codex", "scope.distinct_users", null],
    ["codex", "scope.latest_observed_timestamp", "2026-01-01T00:00:10Z"],
    ["merged", "tokens.input.prefix_hit_rate", 190 / 340],
    ["merged", "tokens.input.total_context_increase_tokens", 50],
    ["merged", "tokens.input.total_input_growth_when_started_with_user_message.micro_reduction_rounds", 1],
    ["merged", "tokens.input.total_input_growth_when_started_with_user_message.max_reduction_tokens", 60],
    // The claude scope compares its second step with its first, not with the codex step between them.
    ["claude", "tokens.input.total_input_growth_when_started_with_user_message.total_raw_delta_tokens", -10],
    ["codex", "tokens.input.total_input_growth_when_started_with_tool_result.rounds", 0],
    ["merged", "generation_timing.total_observable_generation_time_seconds", 8],
    ["merged", "generation_timing.average_normalized_decoding_speed_tokens_per_second", 5],
    ["merged", "generation_timing.total_waiting_for_human_input_seconds", 10],
    ["claude", "generation_timing.total_waiting_for_human_input_seconds", 18],
    ["codex", "generation_timing.post_reasoning_tpot_estimate.average_decode_latency_seconds_per_token", 0.1],
    ["codex", "generation_timing.estimated_ttft_from_exact_reasoning_tokens.estimated_average_seconds", 3],
    ["claude", "generation_timing.estimated_ttft_from_exact_reasoning_tokens.estimated_total_seconds", null],
    ["claude", "generation_timing.estimated_ttft_from_exact_reasoning_tokens.input_to_reasoning_end_total_seconds", 0],
    ["merged", "tools.effective_latency.total_seconds", 2],
    ["merged", "tools.effective_latency.tool_calls_nonpositive_latency", 1],
    ["merged", "tools.effective_latency.tool_calls_missing_latency", 1],
    ["merged", "tools.effective_latency.tool_calls_using_internal_latency", 1],
    ["claude", "tools.tool_calls_per_visible_user_message_round", 2],
    ["merged", "rounds_by_provider.claude", 2],
    ["merged", "rounds_by_model.m", 1],
  ];

  let numbers: Awaited<ReturnType<typeof numbersOf>>;
  beforeAll(async () => {
    numbers = await numbersOf(SHARED_SESSION);
  });

  it.each(cases)("%s: %s", (scope, key, expected) => {
    expect(numbers.value(scope, key)).toEqual(expected);
  });
});

describe("steps without provider or session", () => {
  it("count in the whole pool only, and neither grow nor wait", async () => {
    const { result, value } = await numbersOf([
      { session_id: null, provider: null, newly_append_tokens: 5, timing_events: [event("user_message", 0)] },
      { session_id: null, provider: null, newly_append_tokens: 9, timing_events: [event("user_message", 4)] },
    ]);
    expect(Object.keys(result.documents[0]?.value ?? {})).toEqual(["merged"]);
    expect(value("merged", "scope.total_sessions")).toBe(0);
    expect(value("merged", "tokens.input.new_input_tokens")).toBe(14);
    expect(value("merged", "tokens.input.user_context_delta_rounds")).toBe(0);
    expect(value("merged", "generation_timing.rounds_with_user_message")).toBe(0);
  });

  it("a provider called merged does not count twice", async () => {
    const { value } = await numbersOf([{ provider: "merged", session_id: "s" }]);
    expect(value("merged", "scope.llm_rounds_total")).toBe(1);
  });
});

it("has zeros and nulls, no figure and a note for an empty pool", async () => {
  const { result, value } = await numbersOf([]);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  expect(value("merged", "scope.llm_rounds_total")).toBe(0);
  expect(value("merged", "tokens.input.prefix_hit_rate")).toBeNull();
  expect(value("merged", "generation_timing.total_observable_generation_time_seconds")).toBe(0);
  expect(JSON.stringify(result.documents)).not.toMatch(/NaN|Infinity/);
});

/** Sentences are ours; everything else must be there with the same value. */
const PROSE = /definition$|_reduction_buckets\./;

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("returns the published numbers under the published names, in their order", async () => {
    const golden = leaves(JSON.parse(published(name, experiment, "summary.json")));
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const ours = leaves(result.documents?.[0]?.value);
    expect(ours.map(([key]) => key)).toEqual(golden.map(([key]) => key));
    const found = new Map(ours);
    const wrong = golden.filter(([key, value]) => !PROSE.test(key) && !near(value, found.get(key)));
    expect(wrong).toEqual([]);
  });
});

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (value === null || typeof value !== "object") return [[path.slice(1), value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}.${key}`));
}

function near(a: unknown, b: unknown): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
