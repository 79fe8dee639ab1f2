import { describe, expect, it } from "vitest";
import type { Row, Table } from "../../../lib/experiment.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { readQuery } from "../../../lib/run/compute.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { markdownCells, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { BUCKETS, type Bucket, bucketRanges } from "./measure.ts";

const AT = "2026-01-01T00:00:00.123987Z";
const step = (prefix: number | null, append: number | null, trigger = "tool_result", more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  prefix_tokens: prefix,
  newly_append_tokens: append,
  timing_events: [{ event_type: trigger, timestamp: AT }],
  ...more,
});

describe("bucketRanges", () => {
  const ranges = bucketRanges({ microMax: 1024, majorMin: 64_000 });

  it.each<[delta: number, bucket: Bucket]>([
    [1, "positive"],
    [900_000, "positive"],
    [0, "zero"],
    [-1, "micro_reduction"],
    [-1024, "micro_reduction"],
    [-1025, "ordinary_reduction"],
    [-63_999, "ordinary_reduction"],
    [-64_000, "major_reduction"],
    [-2_000_000, "major_reduction"],
  ])("calls %d tokens %s and nothing else", (delta, bucket) => {
    expect(BUCKETS.filter((name) => delta >= ranges[name].lowest && delta <= ranges[name].highest)).toEqual([bucket]);
  });

  it("leaves nothing ordinary where the thresholds meet", () => {
    const { ordinary_reduction: ordinary } = bucketRanges({ microMax: 10, majorMin: 11 });
    expect(ordinary.lowest).toBeGreaterThan(ordinary.highest);
  });

  it.each([10, 9])("refuses a major threshold of %d with a micro threshold of 10", (majorMin) => {
    expect(() => bucketRanges({ microMax: 10, majorMin })).toThrow(/--major-reduction-min-tokens must be larger .*not \d+/);
  });
});

describe("the summary", () => {
  const cases: [what: string, steps: StepLiteral[], expected: object][] = [
    ["growth", [step(0, 10), step(10, 5, "user_message")], { rounds: 1, positive: 1, positive_pct: "100.00%", avg_positive_growth: 5 }],
    [
      "missing tokens are none",
      [step(50, 10), step(null, null), step(60, 1)],
      { rounds: 2, micro_reduction: 1, positive: 1, avg_raw_delta: 0.5 },
    ],
    [
      "a step of another kind is compared with, but not counted",
      [step(0, 100), step(0, 40, "text"), step(0, 30)],
      { rounds: 1, max_reduction: 10, avg_reduction: 10 },
    ],
    [
      "the empty session is one",
      [step(0, 1, "tool_result", { session_id: "" }), step(0, 1, "tool_result", { session_id: "" })],
      { rounds: 1, zero: 1 },
    ],
    [
      "quantiles over all changes",
      [step(0, 100), step(0, 0), step(0, 10), step(0, 30)],
      { p10_raw_delta: -78, median_raw_delta: 10, p90_raw_delta: 18, avg_clipped_growth: 10 },
    ],
  ];

  it.each(cases)("%s", async (what, _steps, expected) => {
    // A provider for each case, and a session where it has one with a name.
    const steps = cases.flatMap(([provider, own]) =>
      own.map((each) => ({ ...each, provider, session_id: each.session_id ? provider : (each.session_id ?? null) })),
    );
    const rows = rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));
    expect(rows.find(({ scope, trigger }) => scope === what && trigger === "all")).toMatchObject(expected);
  });

  it("a first step has nothing to compare with, and a step without a session is in none", async () => {
    const alone = step(0, 1, "tool_result", { session_id: null });
    const rows = rowsOf(await withPool([step(0, 10), alone, alone], (pool) => runOn(experiment, pool)));
    expect(rows[0]).toMatchObject({ scope: "merged", trigger: "all", rounds: 0 });
    expect(rows[0]).toMatchObject({ positive_pct: null, total_context_increase: 0, avg_raw_delta: null });
  });

  it("has a row for each provider and trigger, also without steps", async () => {
    const steps = [step(0, 1, "tool_result", { provider: "zeta" }), step(0, 2, "tool_result", { provider: "" })];
    const rows = rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));
    expect(rows.map(({ scope, trigger, rounds }) => [scope, trigger, rounds])).toEqual(
      ["merged", "unknown"].flatMap((scope) => [
        [scope, "all", 1],
        [scope, "user", 0],
        [scope, "tool_result", 1],
      ]),
    );
  });
});

describe("the tables of single steps", () => {
  const STEPS = [
    step(0, 100_000, "user_message", { session_id: "b" }),
    step(0, 10, "tool_result", { session_id: "b", round_index: 7 }),
    step(0, 20, "tool_result", { session_id: "a" }),
    step(0, 15, "tool_result", { session_id: "a" }),
    step(0, 30, "tool_result", { session_id: "a" }),
  ];

  /** Rows by table. */
  async function streamed(flags: Record<string, unknown> = {}): Promise<Record<string, readonly Row[]>> {
    return withPool(STEPS, async (pool) => {
      const { tables } = await runOn(experiment, pool, flags);
      const read = async ({ name, rows, columns }: Table) => {
        if (!("query" in rows)) return [];
        const found = await pool.rows<Row>(readQuery(experiment, rows.query), rows.params);
        for (const row of found) expect(Object.keys(row)).toEqual(columns.map(({ name }) => name));
        return [[name, found] as const];
      };
      return Object.fromEntries((await Promise.all(tables.map(read))).flat());
    });
  }

  it.each([
    ["all of them", {}, [2, 4, 5], [4, 2], [4]],
    ["one row each", { "limit-events": 1 }, [2], [4], [4]],
    ["no rows", { "limit-events": 0 }, [], [], []],
    ["other thresholds", { "micro-reduction-max-tokens": 4 }, [2, 4, 5], [4, 2], []],
  ])("hold %s", async (_what, flags, events, reductions, micro) => {
    const tables = Object.entries(await streamed(flags));
    expect(Object.fromEntries(tables.map(([name, rows]) => [name, rows.map((row) => row.current_line_number)]))).toEqual({
      total_input_growth_events: events,
      total_input_reductions: reductions,
      total_input_micro_reductions: micro,
    });
  });

  it("are left out on demand", async () => {
    expect(await streamed({ drilldowns: false })).toEqual({});
  });

  it("cut times to milliseconds", async () => {
    const { total_input_growth_events: rows } = await streamed();
    expect(rows?.[0]).toMatchObject({
      current_timestamp: "2026-01-01T00:00:00.123Z",
      reduction_tokens: 99_990,
      previous_line_number: 1,
      current_round_index: 7,
    });
  });
});

it("has zeros, dashes and a note for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  expect(rowsOf(result).map(({ rounds, max_reduction }) => [rounds, max_reduction])).toEqual([0, 0, 0].map((n) => [n, null]));
  expect(markdownCells(result.texts?.[0]?.text ?? "")[1]).toEqual(["Steps", "--", "--"]);
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("returns the published table for readers", async () => {
    const golden = markdownCells(published(name, experiment, "total_input_growth.md"));
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    expect(golden).toHaveLength(24);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });
});

describe("figures", () => {
  const cases: [what: string, steps: StepLiteral[], flags: Record<string, unknown>, figures: string[]][] = [
    ["growth only", [step(0, 1), step(0, 9)], {}, ["total_input_change_sizes"]],
    ["reductions only", [step(0, 9), step(0, 1, "user_message")], {}, ["total_input_reductions"]],
    ["no change", [step(0, 9), step(0, 9)], {}, []],
    [
      "odd names and limits beyond the axis",
      ["<b>|x", "a-provider-with-a-name-that-does-not-end", ""].flatMap((provider, i) =>
        [0, 300_000, 7, 90].map((tokens) => step(tokens, 1, "tool_result", { provider, session_id: `${i}` })),
      ),
      { "major-reduction-min-tokens": 5_000_000 },
      ["total_input_reductions", "total_input_change_sizes"],
    ],
  ];

  it.each(cases)("of %s", async (_what, steps, flags, names) => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool, flags));
    expect(figures.map(({ name }) => name)).toEqual(names);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });
});
