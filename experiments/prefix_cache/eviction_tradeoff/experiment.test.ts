import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import { spaced } from "./charts.ts";
import experiment from "./experiment.ts";
import { IDLE_BINS, TIMEOUTS } from "./measure.ts";

const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + second * 1000).toISOString();

/** A step that a user message triggers at `second` and that answers within a second. */
const step = (
  round_index: number,
  second: number,
  prefix_tokens: number | null,
  newly_append_tokens: number,
  more: StepLiteral = {},
): StepLiteral => ({
  provider: "codex",
  session_id: "s",
  round_index,
  prefix_tokens,
  newly_append_tokens,
  output_tokens: 5,
  timing_events: [
    { event_type: "user_message", timestamp: at(second) },
    { event_type: "text", timestamp: at(second + 1) },
  ],
  ...more,
});

/** [place of the timeout, steps, idle seconds, prefix, append, fresh], with timeouts of 3 and 10 s. */
const binned = (steps: readonly StepLiteral[]) =>
  withPool(steps, async (pool) => {
    const rows = await checkedQueries(experiment, pool).rows(IDLE_BINS, { timeouts_s: "[3,10]" });
    return rows.map((row) => [row.place, row.steps, row.idle_us / 1e6, row.prefix_tokens, row.append_tokens, row.fresh_tokens]);
  });

describe("the steps to replay", () => {
  const cases: [rule: string, steps: StepLiteral[], expected: number[][]][] = [
    ["the first step of a session is none", [step(1, 0, 0, 100)], []],
    ["fresh is the growth less the output before", [step(1, 0, 0, 100), step(2, 11, 90, 40)], [[1, 1, 10, 90, 40, 25]]],
    ["fresh is not more than the append", [step(1, 0, 0, 100), step(2, 11, 190, 40)], [[1, 1, 10, 190, 40, 40]]],
    ["an input that shrinks has nothing fresh", [step(1, 0, 0, 100), step(2, 11, 0, 40)], [[1, 1, 10, 0, 40, 0]]],
    [
      "unknown tokens leave a step out, but it still precedes the next",
      [step(1, 0, 0, 100), step(2, 11, null, 40), step(3, 22, 40, 20)],
      [[1, 1, 10, 40, 20, 15]],
    ],
    ["steps that read nothing are left out", [step(1, 0, 0, 100), step(2, 11, 0, 0)], []],
    [
      "steps are with the first timeout that is not shorter than their wait, after the last one if all are",
      [step(1, 0, 0, 100), step(2, 61, 100, 5), step(3, 65, 105, 5), step(4, 68, 110, 5)],
      [
        [0, 2, 5, 215, 10, 0],
        [2, 1, 60, 100, 5, 0],
      ],
    ],
  ];
  it.each(cases)("%s", async (_rule, steps, expected) => expect(await binned(steps)).toEqual(expected));
});

it("tries 267 timeouts between a second and four hours, exact to the last digit", async () => {
  const timeouts = await withPool([], (pool) => checkedQueries(experiment, pool).rows(TIMEOUTS));
  expect(timeouts).toHaveLength(267);
  expect(timeouts.slice(0, 3).map(({ timeout_s }) => timeout_s)).toEqual([1, 1.0376609028754393, 1.076740149356272]);
  expect(timeouts.slice(-2)).toEqual([
    { timeout_s: 14399.999999999989, is_landmark: false },
    { timeout_s: 14400, is_landmark: true },
  ]);
  expect(timeouts.filter(({ is_landmark }) => is_landmark).map(({ timeout_s }) => timeout_s)).toEqual([
    60, 300, 600, 1800, 3600, 7200, 14400,
  ]);
});

it("counts a provider other than the two in the merged scope only, with its generation", async () => {
  const steps = [
    step(1, 0, 0, 100),
    step(2, 61, 100, 40),
    ...[step(1, 0, 0, 9), step(2, 5, 9, 9)].map((s) => ({ ...s, provider: "other" })),
  ];
  const result = await withPool(steps, (pool) => runOn(experiment, pool));
  const atAnHour = rowsOf(result).filter((row) => row.cache_eviction_timeout_seconds === 3600);
  expect(atAnHour.map(({ scope, storage_ratio_suspended_over_active }) => [scope, storage_ratio_suspended_over_active])).toEqual([
    ["merged", 64 / 4],
    ["codex", 60 / 2],
  ]);
});

it("has a table without rows and blank headlines for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(rowsOf(result)).toEqual([]);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  expect(result.headlines.map(({ value }) => value)).toEqual(["", "", ""]);
});

it("draws both figures, of the two providers only, from 20 steps on", async () => {
  const steps = (count: number, more: StepLiteral = {}) => Array.from({ length: count + 1 }, (_, i) => step(i, 61 * i, 100 * i, 40, more));
  const result = (pool: readonly StepLiteral[]) => withPool(pool, (p) => runOn(experiment, p));
  const names = async (pool: readonly StepLiteral[]) => (await result(pool)).figures.map(({ name }) => name);
  expect(await names([...steps(20), ...steps(20, { provider: "other" })])).toEqual([
    "eviction_tradeoff_by_timeout",
    "eviction_tradeoff_pareto",
  ]);
  expect(await names(steps(20, { provider: "other" }))).toEqual([]);
  const few = await result(steps(19));
  expect(few.figures).toEqual([]);
  expect(few.notes.at(-1)).toBe("Codex has only 19 timed steps and is not drawn.");
});

it.each([
  [[], []],
  [
    [0, 9, 10, 19, 21],
    [0, 10, 21],
  ],
  [[5], [5]],
])("of labels at %j those at %j stay", (places, kept) => expect(spaced(places, (place) => place, 10)).toEqual(kept));
