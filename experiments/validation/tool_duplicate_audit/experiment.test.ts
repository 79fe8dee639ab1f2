import { describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const CALL = {
  tool_name: "Bash",
  tool_call_id: "call",
  emitted_at: "2026-01-01T00:00:00.250Z",
  result_at: "2026-01-01T01:00:00.250Z",
  input_chars: 10,
  result_chars: 20,
  tool_wall_latency_ms: 3_600_000 as number | null,
  tool_internal_latency_ms: null as number | null,
};
type Call = Partial<typeof CALL>;

const step = (session_id: string, call: Call = {}, provider: string | null = "claude", round_id = "r"): StepLiteral => ({
  provider,
  session_id,
  round_id,
  trace_key: `${provider}:${session_id}:${round_id}`,
  tools: [{ ...CALL, ...call }],
});
const twice = (call: Call): StepLiteral[] => [step("s"), step("s", call)];

const audit = (steps: readonly StepLiteral[], flags = {}) => withPool(steps, (pool) => runOn(experiment, pool, flags));
const groupsOf = (result: ExperimentResult) => rowsOf(result, "duplicate_tool_groups");
const sumsOf = (result: ExperimentResult) => rowsOf(result, "duplicates_by_provider_and_tool")[0];
const countsOf = (result: ExperimentResult) => rowsOf(result, "checks").map(({ count }) => count);

describe("what counts as the same call", () => {
  it.each([
    ["the same row twice", twice({}), [1, 1]],
    ["three times", [step("s"), step("s"), step("s")], [2, 2]],
    ["another id", twice({ tool_call_id: "other" }), [0, 0]],
    ["another tool", twice({ tool_name: "Read" }), [0, 0]],
    ["another size", twice({ result_chars: 21 }), [0, 0]],
    ["another time", twice({ result_at: "2026-01-01T01:00:00.251Z" }), [0, 0]],
    ["another latency", twice({ tool_wall_latency_ms: 1 }), [0, 0]],
    ["the same latency from another source", twice({ tool_internal_latency_ms: 3_600_000 }), [0, 0]],
    [
      "another wall latency under the same internal one",
      [{ tool_wall_latency_ms: 1 }, { tool_wall_latency_ms: 2 }].map((wall) => step("s", { ...wall, tool_internal_latency_ms: 5 })),
      [0, 1],
    ],
    ["another step", [step("s"), step("s", {}, "claude", "r2")], [0, 0]],
    ["another session", [step("s"), step("t")], [0, 0]],
    ["a sub-agent of the session", [step("s"), step("s/subagents/agent-1")], [0, 1]],
    ["a folder of that name in another provider", [step("s", {}, "codex"), step("s/subagents/agent-1", {}, "codex")], [0, 0]],
    ["without a provider", [step("s", {}, null), step("s", {}, null)], [1, 1]],
  ])("%s", async (_, steps, counts) => {
    expect(countsOf(await audit(steps))).toEqual(counts);
  });
});

it("knows a sub-agent's session from the table of transcripts", async () => {
  const transcripts = [{ provider: "claude", session_id: "x", relation: "sub-agent", parent_session_id: "s" }];
  const result = await withPool([step("s"), step("x")], (pool) => runOn(experiment, pool), transcripts);
  expect(groupsOf(result)).toMatchObject([{ base_session_id: "s", session_count: 2, has_subagent_session: true }]);
});

describe("what it sums", () => {
  const copies = [
    step("s", { tool_call_id: "short", tool_wall_latency_ms: 1000 }),
    step("s"),
    step("s/subagents/agent-1"),
    step("s/subagents/agent-1", { tool_call_id: "short", tool_wall_latency_ms: 1000 }),
    step("t", {}, "codex"),
  ];

  it("rows, latencies and sessions", async () => {
    expect(sumsOf(await audit(copies))).toMatchObject({
      raw_rows: 5,
      duplicate_groups: 2,
      rows_in_groups: 4,
      extra_rows: 2,
      raw_latency_hours: 3 + 2000 / 3.6e6,
      overcount_latency_hours: 1 + 1000 / 3.6e6,
      deduped_latency_hours: 2 + 1000 / 3.6e6,
      multi_session_groups: 2,
      subagent_groups: 2,
      subagent_extra_rows: 2,
      single_trace_key_groups: 0,
    });
  });

  it("names the groups, most overcounted first", async () => {
    const groups = groupsOf(await audit(copies));
    expect(groups.map(({ tool_call_id }) => tool_call_id)).toEqual(["call", "short"]);
    expect(groups[0]).toMatchObject({
      base_session_id: "s",
      emitted_at: "2026-01-01T00:00:00.250Z",
      latency_source: "wall_fallback",
      latency_hours: 1,
      session_count: 2,
      has_subagent_session: true,
      sample_sessions: "s;s/subagents/agent-1",
      sample_line_numbers: "2;3",
    });
  });

  it.each([
    ["ties stay in file order", ["b", "a"], {}, ["b", "a"]],
    ["only the first are named", ["b", "a"], { "top-groups": "1" }, ["b"]],
  ])("%s", async (_, ids, flags, expected) => {
    const steps = ids.flatMap((tool_call_id) => [step("s", { tool_call_id }), step("s", { tool_call_id })]);
    expect(groupsOf(await audit(steps, flags)).map(({ tool_call_id }) => tool_call_id)).toEqual(expected);
  });

  it("a call without latency overcounts nothing", async () => {
    const unanswered = step("s", { tool_wall_latency_ms: null });
    const groups = groupsOf(await audit([unanswered, unanswered]));
    expect(groups).toMatchObject([{ latency_source: "missing", latency_ms: 0, extra_rows: 1, overcount_latency_ms: 0 }]);
  });
});

it.each([
  ["an empty pool", []],
  ["different calls", [step("s"), step("t")]],
])("has no figure for %s", async (_, steps) => {
  expect(await audit(steps)).toMatchObject({ figures: [], notes: [experiment.empty], documents: [{ value: { passed: true } }] });
});
