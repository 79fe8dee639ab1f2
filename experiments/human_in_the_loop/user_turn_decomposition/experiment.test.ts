import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { markdownCells, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
const step = (timing_events: StepLiteral["timing_events"], more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  timing_events: timing_events ?? [],
  ...more,
});
const ANSWER = [event("user_message", 0), event("text", 5)];
const rowsFor = async (steps: readonly StepLiteral[], table?: string) =>
  rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)), table);

describe("requests", () => {
  const TURN = [
    step(ANSWER, { tools: [{ tool_wall_latency_ms: 2000 }] }),
    step([event("tool_result", 7), event("text", 20), event("usage_report", 21)], { provider: "claude" }),
  ];

  it("are taken apart for the provider that opened them", async () => {
    const expected = {
      response_trigger_rows: 1,
      turns: 1,
      e2e_s: 20,
      generation_s: 18,
      tool_effective_s: 2,
      tool_wall_s: 2,
      residual_effective_s: 0,
      residual_wall_s: 0,
      usage_gap_s: 1,
      turns_with_usage_gap: 1,
      dropped_no_end: 0,
      dropped_nonpositive: 0,
    };
    expect(await rowsFor(TURN)).toEqual(["all", "codex"].map((provider) => ({ provider, ...expected })));
  });

  const latencies: [what: string, tool: NonNullable<StepLiteral["tools"]>[number], effective: number, wall: number][] = [
    ["a reported latency goes before the wall time", { tool_internal_latency_ms: 1000, tool_wall_latency_ms: 3000 }, 1, 3],
    ["even a reported zero", { tool_internal_latency_ms: 0, tool_wall_latency_ms: 3000 }, 0, 3],
    ["a negative one adds nothing", { tool_internal_latency_ms: null, tool_wall_latency_ms: -5 }, 0, 0],
  ];

  it.each(latencies)("%s", async (_what, tool, effective, wall) => {
    const [all] = await rowsFor([step(ANSWER, { tools: [tool] })]);
    expect([all?.tool_effective_s, all?.tool_wall_s]).toEqual([effective, wall]);
  });

  it("of the empty session count, those without a session don't", async () => {
    const [all] = await rowsFor([step(ANSWER, { session_id: "" }), step(ANSWER, { session_id: null })]);
    expect(all?.turns).toBe(1);
  });

  it("come with notes on those left out and on residuals that are rounding", async () => {
    const given = [
      step([event("user_message", 0), event("text", 0)]),
      step([event("user_message", 0), event("text", 0.1)], { session_id: "t", tools: [{ tool_wall_latency_ms: 200 }] }),
      step([event("tool_result", 0.3), event("text", 0.3)], { session_id: "t" }),
    ];
    const { notes } = await withPool(given, (pool) => runOn(experiment, pool));
    expect(notes).toEqual([
      "Requests left out because they took no time: 1.",
      "Negative effective residuals below a microsecond, which are rounding errors of zero: 1.",
    ]);
  });
});

it("has the row of all for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  expect(rowsOf(result)).toEqual([expect.objectContaining({ provider: "all", turns: 0, e2e_s: 0 })]);
  expect(rowsOf(result, "user_turn_residuals")[0]).toMatchObject({ provider: "all", p50_s: null, avg_s: null, negative_turns: 0 });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it("matches the published tables", () => {
    const numbers = (rows: readonly string[][]) => rows.filter(([first]) => first !== "provider");
    const golden = numbers(markdownCells(published(name, experiment, "result_analysis.md")));
    expect(golden).toHaveLength(12);
    expect(numbers(markdownCells(result.texts?.[0]?.text ?? ""))).toEqual(golden);
  });
});
