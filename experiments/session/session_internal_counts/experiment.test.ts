import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult, Row } from "../../../lib/experiment.ts";
import { toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import {
  asPublished,
  checkedQueries,
  markdownCells,
  published,
  REFERENCE_POOLS,
  rowsOf,
  runOn,
  withReferencePool,
} from "../../../lib/testing/reference-pools.ts";
import type { Scope } from "../../../lib/trace/scopes.ts";
import experiment from "./experiment.ts";
import { COUNTED, type Group, type Metric } from "./measure.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });

/** Steps of session `s`, provider codex; a step that begins with `u` answers a message, one with `t` a tool result. */
const step = (kind: "u" | "t" | "-", second: number, tools: number, more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  first_input_event_type: { u: "user_message", t: "tool_result", "-": null }[kind],
  timing_events: [event({ u: "user_message", t: "tool_result", "-": "text" }[kind], second), event("text", second + 1)],
  tools: Array.from({ length: tools }, () => ({ tool_name: "Read" })),
  ...more,
});

const countsOf = async (steps: readonly StepLiteral[]) => rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));
const count = (rows: readonly Row[], group: Group, metric: Metric, scope: Scope = "merged") => {
  const row = rows.find((each) => each.scope === scope && each.group === group && each.metric === metric);
  return [row?.n, row?.avg];
};

describe("counts", () => {
  const cases: [rule: string, steps: StepLiteral[], group: Group, metric: Metric, nAndMean: [n: number, mean: number]][] = [
    ["a request and the steps that follow it", [step("u", 0, 1), step("t", 5, 2)], "request", "tool_calls", [1, 3]],
    ["the opening step belongs to the request", [step("u", 0, 1), step("t", 5, 2)], "request", "user_steps", [1, 1]],
    ["a new message opens the next request", [step("u", 0, 1), step("u", 5, 0), step("t", 9, 1)], "request", "tool_steps", [2, 0.5]],
    ["steps before the first request belong to none", [step("t", 0, 4), step("u", 5, 1)], "request", "tool_calls", [1, 1]],
    ["but to the session", [step("t", 0, 4), step("u", 5, 1)], "session", "tool_calls", [1, 5]],
    ["a session without any request has 0", [step("t", 0, 4)], "session", "requests", [1, 0]],
    ["steps of other triggers count as neither", [step("-", 0, 0), step("u", 5, 0)], "session", "user_steps", [1, 1]],
    [
      "the trigger is a column, not the first event",
      [step("u", 0, 0, { first_input_event_type: "tool_result" })],
      "request",
      "user_steps",
      [1, 0],
    ],
    [
      "a request that lasts no time is dropped",
      [step("u", 0, 3, { timing_events: [event("user_message", 0), event("text", 0)] })],
      "request",
      "tool_calls",
      [0, 0],
    ],
    ["steps without a session count as steps", [step("u", 0, 2, { session_id: null }), step("u", 0, 1)], "step", "tool_calls", [2, 1.5]],
    ["but in no session", [step("u", 0, 2, { session_id: null }), step("u", 0, 1)], "session", "tool_calls", [1, 1]],
    ["nor does the empty session", [step("u", 0, 2, { session_id: "" })], "request", "tool_calls", [0, 0]],
  ];

  /** Each case is a provider, and has a session where its own has a name. */
  const steps = cases.flatMap(([provider, own]) =>
    own.map((each) => ({ ...each, provider, session_id: each.session_id ? provider : (each.session_id ?? null) })),
  );
  it.each(cases)("%s", async (rule, _steps, group, metric, expected) => {
    const rows = await withPool(steps, (pool) => checkedQueries(experiment, pool).rows<Row>(COUNTED[group]));
    const own = rows.filter(({ provider }) => provider === rule);
    const sum = sumOf(own, (row) => Number(row[metric]));
    expect([own.length, sum / Math.max(1, own.length)]).toEqual(expected);
  });

  it("are averaged over all", async () => {
    const rows = await countsOf([step("u", 0, 1), step("u", 5, 0), step("t", 9, 1)]);
    expect(count(rows, "request", "tool_steps")).toEqual([2, 0.5]);
    expect(count(rows, "session", "requests")).toEqual([1, 2]);
    expect(count(rows, "step", "tool_calls")).toEqual([3, 2 / 3]);
  });

  it("belong to the provider of the session's last step and of the request's first", async () => {
    const rows = await countsOf([step("u", 0, 1, { provider: "claude" }), step("t", 5, 1)]);
    expect(count(rows, "session", "requests", "codex")).toEqual([1, 1]);
    expect(count(rows, "request", "tool_calls", "claude")).toEqual([1, 2]);
    expect(count(rows, "step", "tool_calls", "codex")).toEqual([1, 1]);
  });

  it("of other providers are in merged only", async () => {
    const rows = await countsOf([step("u", 0, 1, { provider: "gemini" }), step("u", 0, 1, { provider: null, session_id: "n" })]);
    expect(count(rows, "session", "requests")).toEqual([2, 1]);
    expect(rows.filter(({ scope, n }) => scope !== "merged" && n !== 0)).toEqual([]);
  });
});

it("of an empty pool are zeros, without a figure and with a note", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  expect(result.headlines.map(({ value }) => value)).toEqual(["0.0", "0.0", "0.0"]);
  expect(markdownCells(result.texts?.[0]?.text ?? "").at(-1)).toEqual(["Tool calls", "0.0", "0", "0", "0", "0"]);
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it("returns the published table", () => {
    const golden = markdownCells(published(name, experiment, "session_internal_counts.md"));
    expect(golden).toHaveLength(11);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });

  it("returns the published headlines", () => {
    expect(asPublished(result.headlines)).toEqual(JSON.parse(published(name, experiment, "headline.json")));
  });

  it("returns the published statistics of each scope", () => {
    const lines = published(name, experiment, "analyze.stdout.txt").matchAll(/\/(session|request|step) .*/g);
    const golden = [...lines].map(([line]) => line.trim().split(/\s+/));
    const ours = rowsOf(result).map(({ group, avg, p25, p50, p90, p99 }) => [
      `/${group}`,
      toFixedHalfEven(Number(avg), 2),
      ...[p25, p50, p90, p99].map((value) => toFixedHalfEven(Number(value), 1)),
    ]);
    expect(golden).toHaveLength(24);
    expect(ours).toEqual(golden);
  });
});
