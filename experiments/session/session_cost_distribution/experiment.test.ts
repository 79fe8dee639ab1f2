import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { renderFigure } from "../../../lib/render/render.ts";
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
import experiment from "./experiment.ts";
import { dollars } from "./measure.ts";
import { UNITS } from "./usage.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
const asked = (second: number) => [event("user_message", second), event("text", second + 5)];
/** A step of Codex that appends as many dollars' worth of tokens: 5 USD per million. */
const step = (usd: number, timing_events: StepLiteral["timing_events"] = [], more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  model: "gpt-5.5",
  newly_append_tokens: usd * 200_000,
  timing_events: timing_events ?? [],
  ...more,
});
const CLAUDE = { provider: "claude", model: "claude-opus-4-8" };
const UNPRICED = { model: "gpt-mystery" };

async function costs(steps: readonly StepLiteral[], granularity: string, scope: string): Promise<[n: unknown, mean: unknown]> {
  const rows = rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));
  const row = rows.find(
    (each) => each.scope === scope && each.granularity === granularity && each.category === "total" && each.kind === "usd",
  );
  return [row?.n, row?.avg];
}

describe("units and their mean cost", () => {
  const MIXED = [step(1, asked(0)), step(3, asked(10), CLAUDE), step(4, asked(20), { session_id: "t" })];
  const cases: [what: string, steps: StepLiteral[], granularity: string, n: number, mean: number][] = [
    ["steps", MIXED, "step", 3, 8 / 3],
    ["sessions", MIXED, "session", 2, 4],
    ["requests", MIXED, "request", 3, 8 / 3],
    ["a request goes on until the next", [step(1, asked(0)), step(2), step(3, asked(10))], "request", 2, 3],
    ["a step before the first request is in none", [step(9), step(1, asked(0))], "request", 1, 1],
    ["… but in its session", [step(9), step(1, asked(0))], "session", 1, 10],
    ["a request answered at once is not counted", [step(1, [event("user_message", 0), event("text", 0)])], "request", 0, 0],
    ["a step without a price is not a unit", [step(1), step(9, [], UNPRICED)], "step", 1, 1],
    ["a session without a price is none", [step(1), step(9, [], { ...UNPRICED, session_id: "t" })], "session", 1, 1],
    ["a request without a price is one that costs nothing", [step(9, asked(0), UNPRICED), step(1, asked(10))], "request", 2, 0.5],
    ["an unpriced step ends a request", [step(1, asked(0)), step(9, asked(10), UNPRICED), step(3)], "request", 2, 2],
    ["the empty session is none", [step(1, asked(0), { session_id: "" })], "session", 0, 0],
    ["… and has no requests", [step(1, asked(0), { session_id: "" })], "request", 0, 0],
    ["a step of no session", [step(1, asked(0), { session_id: null })], "step", 1, 1],
    ["missing tokens cost nothing", [step(1), step(0, [], { newly_append_tokens: null })], "step", 2, 0.5],
  ];

  /** Sessions with a name have one of their own in each case, and steps know theirs. */
  const placed = cases
    .flatMap(([what, steps]) =>
      steps.map((each) => ({
        what,
        literal: { ...each, session_id: each.session_id ? `${what}: ${each.session_id}` : (each.session_id ?? null) },
      })),
    )
    .map((each, i) => ({ ...each, round_pk: i + 1 }));
  it.each(cases)("%s", async (what, _steps, granularity, n, mean) => {
    const steps = placed.map(({ literal }) => literal);
    const units = await withPool(steps, (pool) => checkedQueries(experiment, pool).rows(UNITS, { granularity }));
    const own = new Set(placed.flatMap((each) => (each.what === what ? [each.round_pk] : [])));
    const usd = units.flatMap(({ scope, unit, total_usd }) => (scope === "merged" && own.has(unit) ? [total_usd] : []));
    expect([usd.length, sumOf(usd, (each) => each) / Math.max(1, usd.length)]).toEqual([n, expect.closeTo(mean, 12)]);
  });

  it.each([
    ["step", "merged", 3, 8 / 3],
    ["session", "merged", 2, 4],
    ["request", "merged", 3, 8 / 3],
    ["session", "claude", 1, 3],
    ["session", "codex", 2, 2.5],
    ["request", "claude", 1, 3],
    ["request", "codex", 2, 2.5],
  ])("of each %s in %s", async (granularity, scope, n, mean) => {
    expect(await costs(MIXED, granularity, scope)).toEqual([n, expect.closeTo(mean, 12)]);
  });
});

it("shares the cost among append, prefix and output", async () => {
  const steps = [step(1, [], { ...CLAUDE, claude_cache_creation_input_tokens: 200_000, prefix_tokens: 1e6, output_tokens: 10_000 })];
  const rows = rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));
  const shares = rows.filter(({ scope, granularity, share }) => scope === "merged" && granularity === "session" && share !== null);
  expect(shares.map(({ category, share }) => [category, share])).toEqual([
    ["append", 1.25 / 2],
    ["prefix", 0.5 / 2],
    ["output", 0.25 / 2],
  ]);
});

it("names the models that have no price, most steps first", async () => {
  const steps = [step(1), step(1, [], UNPRICED), step(1, [], { model: null }), step(1, [], { model: "", provider: null })];
  const { notes } = await withPool(steps, (pool) => runOn(experiment, pool));
  expect(notes).toEqual([
    "List prices of 2026-06: 1 of 4 steps have a price; 600.0K tokens unpriced.",
    "Without a price and left out of all costs (steps): no model (2), gpt-mystery (1).",
  ]);
});

it("has zeros and a note for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  expect(result.headlines.map(({ value }) => value)).toEqual(["–", "–", "– / –"]);
  expect(rowsOf(result)).toHaveLength(72);
});

describe("dollars", () => {
  it.each([
    [0, "$0.00"],
    [0.00421, "$0.0042"],
    [0.125, "$0.12"],
    [9.996, "$10.00"],
    [13.44, "$13.4"],
    [99.97, "$100.0"],
    [1234.5, "$1,234"],
  ])("writes %d as %s", (usd, shown) => {
    expect(dollars(usd)).toBe(shown);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it("returns the published table", () => {
    const golden = markdownCells(published(name, experiment, "session_cost_distribution.md"));
    expect(golden).toHaveLength(15);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });

  it("returns the published headlines", () => {
    expect(asPublished(result.headlines)).toEqual(JSON.parse(published(name, experiment, "headline.json")));
  });
});

describe("figures", () => {
  const cases: [what: string, steps: StepLiteral[], names: string[]][] = [
    ["one session", [step(1)], ["session_cost_shares", "session_cost_curves"]],
    ["costs of nothing", [step(0)], []],
    ["steps without a session", [step(1, [], { session_id: null })], ["session_cost_shares"]],
    ["a session that costs less than a cent", [step(0.0045)], ["session_cost_shares", "session_cost_curves"]],
    ["other providers only", [step(0.001, [], { provider: "elsewhere" })], ["session_cost_shares", "session_cost_curves"]],
    [
      "negative tokens",
      [step(3), step(1, [], { output_tokens: -1000, session_id: "t" }), step(-0.1, [], { session_id: "u" })],
      ["session_cost_shares", "session_cost_curves"],
    ],
  ];

  it.each(cases)("of %s", async (_what, steps, names) => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map(({ name }) => name)).toEqual(names);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });
});
