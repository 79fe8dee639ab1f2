import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import type { Row } from "../../../lib/experiment.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
const step = (seconds: number, provider: string | null = "codex"): StepLiteral => ({
  provider,
  timing_events: [event("user_message", 0), event("text", seconds)],
});
const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));
const counts = async (steps: readonly StepLiteral[]) => {
  const rows = rowsOf(await run(steps));
  return Object.fromEntries(rows.map(({ provider, cumulative_count }) => [provider, cumulative_count]));
};

describe("the steps counted", () => {
  const cases: [rule: string, steps: StepLiteral[], expected: object][] = [
    ["those with a time above zero", [step(0), step(1), step(2)], { codex: 2 }],
    ["with or without a provider", [step(1, null), step(2, ""), step(3, "claude")], { claude: 1, "<unknown-provider>": 2 }],
    ["but none of a provider named all", [step(1, "all"), step(2, "claude"), step(3, "claude")], { claude: 2 }],
    ["and none when all times are the same", [step(2), step(2)], {}],
    [
      "input after the first output ignored",
      [step(1), { provider: "codex", timing_events: [event("tool_result", 9), event("text", 5)] }],
      {},
    ],
  ];
  it.each(cases)("%s", async (_rule, steps, expected) => {
    expect(await counts(steps)).toEqual(expected);
  });
});

it("puts a time on a landmark into the bin that begins there", async () => {
  const rows = rowsOf(await run([step(0.5), step(1), step(1.5)]));
  const atOne = rows.find((row) => row.hi_seconds === 1);
  expect(atOne).toMatchObject({ landmark_boundary: true, cumulative_count: 1, duration_threshold_seconds: 1 });
  expect(rows.at(-1)).toMatchObject({ hi_seconds: 1.5, landmark_boundary: false, cumulative_count: 3, cumulative_count_share: 1 });
});

it("adds up to all steps and all time, whatever the times are", async () => {
  const times = fc.uniqueArray(fc.integer({ min: 1, max: 1e9 }), { minLength: 2, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.array(times, { minLength: 6, maxLength: 6 }), async (pools) => {
      const steps = pools.flatMap((milliseconds, i) => milliseconds.map((time) => step(time / 1000, `provider-${i}`)));
      const rows = rowsOf(await run(steps));
      for (const [i, { length }] of pools.entries())
        expect(rows.findLast(({ provider }) => provider === `provider-${i}`)).toMatchObject({
          cumulative_count: length,
          cumulative_count_share: 1,
        });
    }),
    { numRuns: 1 },
  );
});

it.each([
  ["an empty pool", []],
  ["a single time", [step(2)]],
])("has headers only for %s", async (_what, steps: StepLiteral[]) => {
  const result = await run(steps);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  expect(result.tables.map(({ rows }) => rows)).toEqual([[], []]);
});

it.each<[what: string, steps: StepLiteral[]]>([
  ["two times close together", [step(1.1), step(1.2)]],
  ["a wide range, and odd providers", [step(0.001), step(90_000, "constructor"), step(7, null), step(8, "x".repeat(99))]],
])("draws %s whole", async (_what, steps) => {
  const { figures } = await run(steps);
  expect(figures).toHaveLength(1);
  for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems, name).toEqual([]);
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("matches the published running counts", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    for (const { name: table } of result.tables) {
      const golden = Papa.parse<Row>(published(name, experiment, `${table}.csv`), {
        header: true,
        skipEmptyLines: true,
        dynamicTyping: true,
      });
      const ours = rowsOf(result, table).map((row) => [row.provider, row.fine_bin_index, row.cumulative_count]);
      expect(golden.data.length).toBeGreaterThan(100);
      expect(ours).toEqual(golden.data.map((row) => [row.provider, row.fine_bin_index, row.cumulative_count]));
    }
  });
});
