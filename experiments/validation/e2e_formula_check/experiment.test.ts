import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { checksOf, formulaOf, type Sums } from "./formula.ts";
import { durationText } from "./tables.ts";

const event = (event_type: string, second: number) => ({
  event_type,
  timestamp: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
});
const user = (second: number) => event("user_message", second);
const text = (second: number) => event("text", second);
const call = (wall_s: number | null, internal_s: number | null = null) => ({
  tool_wall_latency_ms: wall_s === null ? null : wall_s * 1000,
  tool_internal_latency_ms: internal_s === null ? null : internal_s * 1000,
});
const step = (
  timing_events: StepLiteral["timing_events"],
  tools: StepLiteral["tools"] = [],
  provider: string | null = "codex",
): StepLiteral => ({
  session_id: String(provider),
  provider,
  timing_events: timing_events ?? [],
  tools: tools ?? [],
});

const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));

describe("sums", () => {
  const sums = async (steps: readonly StepLiteral[]) => rowsOf(await run(steps), "e2e_sums");

  it("are taken over steps and calls of requests", async () => {
    const steps = [
      step([text(0)]),
      step([user(10), text(12)], [call(3, 2), call(4, 0), call(null)]),
      step([text(20)], [call(1)]),
      step([user(30), text(31)]),
    ];
    expect(await sums(steps)).toMatchObject([
      {
        provider: "all",
        turns: 2,
        dropped: 0,
        e2e_s: 11,
        rows: 3,
        generation_rows: 2,
        generation_s: 3,
        tool_calls: 4,
        effective_calls: 2,
        effective_s: 3,
        wall_calls: 3,
        wall_s: 8,
      },
      { provider: "codex", turns: 2 },
    ]);
  });

  it("leave out requests that took no time", async () => {
    expect(await sums([step([user(1), text(1)], [call(9)]), step([user(5), text(9)])])).toMatchObject([
      { turns: 1, dropped: 1, wall_s: 0, e2e_s: 4 },
      {},
    ]);
  });

  it("come for all, Claude, Codex and others", async () => {
    const steps = ["other", "codex", null, "claude"].map((provider) => step([user(0), text(1)], [], provider));
    expect((await sums(steps)).map(({ provider }) => provider)).toEqual(["all", "claude", "codex", "<unknown-provider>", "other"]);
  });
});

const SUMS: Sums = {
  provider: "all",
  turns: 2,
  dropped: 0,
  e2e_s: 30,
  rows: 4,
  generation_rows: 3,
  generation_s: 12,
  tool_calls: 7,
  effective_calls: 5,
  effective_s: 10,
  wall_calls: 6,
  wall_s: 24,
};

describe("formulaOf", () => {
  it("rebuilds the mean in two ways", () => {
    expect(formulaOf(SUMS, "wall")).toMatchObject({
      e2e_per_turn_s: 15,
      rows_per_turn: 2,
      generation_per_row_s: 3,
      tool_per_row_s: 6,
      row_formula_s: 18,
      row_error_s: 3,
      generation_rows_per_turn: 1.5,
      generation_per_generation_row_s: 4,
      calls_per_turn: 3,
      tool_per_call_s: 4,
      component_formula_s: 18,
      component_error_s: 3,
    });
    expect(formulaOf(SUMS, "effective")).toMatchObject({ row_error_s: -4, component_error_s: -4 });
  });

  it.each<[string, Partial<Sums>, object]>([
    [
      "calls",
      { effective_calls: 0, effective_s: 0 },
      { row_error_s: -9, tool_per_call_s: null, component_formula_s: null, component_error_s: null },
    ],
    [
      "generating steps",
      { generation_rows: 0, generation_s: 0 },
      { row_error_s: -10, generation_per_generation_row_s: null, component_error_s: null },
    ],
    ["requests", { turns: 0, rows: 0 }, { e2e_per_turn_s: null, row_formula_s: null, row_error_s: null, component_error_s: null }],
  ])("is blank without %s", (_, change, expected) => {
    expect(formulaOf({ ...SUMS, ...change }, "effective")).toMatchObject(expected);
  });
});

describe("checks", () => {
  const offended = (...sums: Sums[]) =>
    checksOf(sums)
      .filter(({ count }) => count > 0)
      .map(({ name }) => name);

  it.each<[string, Sums[], string[]]>([
    ["hold", [SUMS, { ...SUMS, provider: "codex" }], []],
    ["see a provider too few", [SUMS, { ...SUMS, provider: "codex", wall_s: 23 }], ["providers_add_up"]],
    ["see time without steps", [{ ...SUMS, rows: 1, generation_s: Number.NaN }], ["row_formula", "component_formula", "providers_add_up"]],
    ["hold for nothing", [], []],
  ])("%s", (_, sums, expected) => {
    expect(offended(...sums)).toEqual(expected);
  });

  it("hold for any sums", () => {
    const seconds = fc.double({ min: 0, max: 1e9, noNaN: true });
    const count = fc.integer({ min: 1, max: 1e6 });
    const any = fc.record({
      turns: count,
      e2e_s: seconds,
      rows: count,
      generation_rows: count,
      generation_s: seconds,
      effective_calls: count,
      effective_s: seconds,
      wall_calls: count,
      wall_s: seconds,
    });
    fc.assert(
      fc.property(any, (values) => {
        expect(offended({ ...SUMS, ...values }, { ...SUMS, ...values })).toEqual([]);
      }),
    );
  });
});

it.each([
  [0, "0.0 s"],
  [59.94, "59.9 s"],
  [-2.04, "-2.0 s"],
  [60, "1.00 m"],
  [-90, "-1.50 m"],
  [3600, "1.00 h"],
  [null, ""],
])("durationText writes %s as %s", (seconds, shown) => {
  expect(durationText(seconds)).toBe(shown);
});

it("says of each provider how much generation and tools add up to, where the average of both looks right", async () => {
  const result = await run([
    step([user(0), text(10)], [call(5)], "claude"),
    step([user(0), text(5)], [], "codex"),
    step([text(10)], [], "codex"),
  ]);
  expect(result.figures).toMatchObject([
    { title: "Generation and tools add up to 150.0% (Claude) and 50.0% (Codex) of the response time" },
  ]);
  expect(result.headlines.slice(0, 2)).toEqual([
    { label: "Error of the formula per request, Claude", value: "5.00 s" },
    { label: "Error of the formula per request, Codex", value: "−5.00 s" },
  ]);
});

it("has headers only for an empty pool", async () => {
  const result = await run([]);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  expect(rowsOf(result, "e2e_formulas")).toEqual([]);
});

it("draws nothing when all response times are 0", async () => {
  const result = await run([step([user(1), text(1)])]);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty], documents: [{ value: { passed: true } }] });
  expect(result.texts?.[0]?.text).not.toMatch(/NaN|Infinity/);
});

it.skipIf(!hasShared).each(REFERENCE_POOLS)("finds no violation in %s", async (name) => {
  const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  expect(result.documents).toMatchObject([{ value: { passed: true } }]);
});
