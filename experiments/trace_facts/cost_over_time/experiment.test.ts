import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { labelsOf, type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { COMPONENTS } from "./costs.ts";
import experiment from "./experiment.ts";

/** A step of Claude on a day, with its earliest event there. */
const step = (day: string | null, output_tokens: number, more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "claude",
  model: "claude-opus-4-6",
  project: "atlas",
  output_tokens,
  timing_events: day === null ? [] : [{ event_type: "text", timestamp: `${day}T23:59:59.999Z` }],
  ...more,
});
const OUTPUT_USD = 25e-6;

const run = (steps: readonly StepLiteral[], flags = {}) => withPool(steps, (pool) => runOn(experiment, pool, flags));
const near = (usd: number) => expect.closeTo(usd, 9);

const STEPS: StepLiteral[] = [
  step("2026-01-04", 100),
  step("2026-01-05", 200, { project: "tools" }),
  step("2026-01-05", 300, { model: "mystery", prefix_tokens: 1_000 }),
  step("2026-01-19", 400),
  step(null, 500),
];

describe("a few days", () => {
  it("have a row where there are steps, and none where there are not", async () => {
    const result = await run(STEPS);
    const columns = ({ period, model, project, steps, unpriced_steps, unpriced_tokens, usd }: Record<string, unknown>) => [
      period,
      model,
      project,
      steps,
      unpriced_steps,
      unpriced_tokens,
      usd,
    ];
    expect(rowsOf(result).map(columns)).toEqual([
      [null, "claude-opus-4-6", "atlas", 1, 0, 0, near(500 * OUTPUT_USD)],
      ["2026-01-04", "claude-opus-4-6", "atlas", 1, 0, 0, near(100 * OUTPUT_USD)],
      ["2026-01-05", "claude-opus-4-6", "tools", 1, 0, 0, near(200 * OUTPUT_USD)],
      ["2026-01-05", "mystery", "atlas", 1, 1, 1_300, null],
      ["2026-01-19", "claude-opus-4-6", "atlas", 1, 0, 0, near(400 * OUTPUT_USD)],
    ]);
    expect(rowsOf(result, "cost_cumulative").map(({ period, cumulative_usd }) => [period, cumulative_usd])).toEqual([
      ["2026-01-04", near(100 * OUTPUT_USD)],
      ["2026-01-05", near(300 * OUTPUT_USD)],
      ["2026-01-19", near(700 * OUTPUT_USD)],
    ]);
    expect(rowsOf(result, "cost_by_model").map(({ model, project, usd }) => [model, project, usd])).toEqual([
      ["claude-opus-4-6", "atlas", near(1_000 * OUTPUT_USD)],
      ["claude-opus-4-6", "tools", near(200 * OUTPUT_USD)],
      ["mystery", "atlas", null],
    ]);
    expect(result.notes).toContain("Steps without a time are in the tables but in no period: 1 of 5, $0.01.");
    expect(result.figures.map(({ name }) => name)).toEqual([
      "cost_over_time_by_model",
      "cost_over_time_by_component",
      "cost_over_time_by_project",
      "cost_over_time_cumulative",
    ]);
  });

  it.each([
    ["day", ["2026-01-04", "2026-01-05", "2026-01-19"]],
    ["week", ["2025-12-29", "2026-01-05", "2026-01-19"]],
    ["auto", ["2026-01-04", "2026-01-05", "2026-01-19"]],
  ])("by %s", async (period, expected) => {
    const result = await run(STEPS, { period });
    expect(rowsOf(result, "cost_cumulative").map((row) => row.period)).toEqual(expected);
  });

  it("of more than four months are weeks", async () => {
    const result = await run([step("2026-01-01", 1), step("2026-05-01", 1)]);
    expect(rowsOf(result, "cost_cumulative").map((row) => row.period)).toEqual(["2025-12-29", "2026-04-27"]);
  });
});

it("pool M costs what its sessions cost, by component", async () => {
  const [row] = rowsOf(await run(POOL_M), "cost_cumulative");
  expect(row).toMatchObject({
    period: "2026-01-05",
    steps: 14,
    fresh_usd: near(0.005 + 0.4625),
    cache_write_5m_usd: near(0.3990625 + 0.09375),
    cache_write_1h_usd: 0,
    cache_read_usd: near(0.08755 + 0.0045 + 0.0375),
    output_usd: near(0.03375 + 0.015 + 0.0375),
    cumulative_usd: near(1.1761125),
    // An hour for 78,850 written tokens, and the prompt of a helper.
    cumulative_usd_hi: near(1.1761125 + 78_850 * 3.75e-6 + 0.002625),
  });
});

it("the finding names a project, also where most of the cost has none", async () => {
  const { figures } = await run([step("2026-01-01", 900, { project: null }), step("2026-01-01", 100)]);
  const projects = figures.find(({ name }) => name === "cost_over_time_by_project");
  expect(projects?.title).toBe("atlas cost the most: $0.0025");
});

describe("pools of odd shape", () => {
  const BARS = ["cost_over_time_by_model", "cost_over_time_by_component"];
  it.each<[what: string, steps: StepLiteral[], figures: string[]]>([
    ["everything unpriced", [step("2026-01-01", 9, { model: "mystery" })], []],
    ["no times", [step(null, 9)], []],
    ["one step of a fraction of a cent", [step("2026-01-01", 1)], [...BARS, "cost_over_time_cumulative"]],
    [
      "no project",
      [step("2026-01-01", 1, { project: null }), step("2026-01-02", 9, { project: "" })],
      [...BARS, "cost_over_time_cumulative"],
    ],
    [
      "many projects with long names, some unknown",
      Array.from({ length: 12 }, (_, i) =>
        step(`2026-01-${10 + i}`, 1_000 * i, { project: i === 11 ? null : `${"a long path of a project ".repeat(3)}${i}` }),
      ),
      [...BARS, "cost_over_time_by_project", "cost_over_time_cumulative"],
    ],
    ["clocks that are wrong by ages", [step("0004-05-01", 9), step("9000-01-01", 9)], [...BARS, "cost_over_time_cumulative"]],
  ])("%s", async (_, steps, expected) => {
    const { figures } = await run(steps);
    expect(figures.map(({ name }) => name)).toEqual(expected);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems, name).toEqual([]);
  });
});

describe.each(REFERENCE_POOLS)("%s", (name) => {
  it.skipIf(name === "pool-a" && !hasShared)("adds up to the cost of all steps, by any table and component", async () => {
    await withReferencePool(name, async (pool) => {
      const result = await runOn(experiment, pool);
      const [cost] = await pool.rows<{ usd: number; high: number }>(
        "-- uses: cost_range\nSELECT sum(cost_nano) / 1e9 AS usd, sum(high_nano) / 1e9 AS high FROM cost_range",
      );
      for (const table of ["cost_by_period", "cost_by_model"]) {
        const rows = rowsOf(result, table);
        const sum = (column: string) => sumOf(rows, (row) => Number(row[column] ?? 0));
        expect(sum("usd")).toBeCloseTo(Number(cost?.usd), 6);
        expect(sum("usd_hi")).toBeCloseTo(Number(cost?.high), 6);
        expect(sumOf(COMPONENTS, (component) => sum(`${component}_usd`))).toBeCloseTo(Number(cost?.usd), 6);
      }
    });
  });
});

describe("labels of the user", () => {
  const labeled = (shards: number, ...lines: readonly string[]) =>
    withPool(POOL_M, (pool) => runOn(experiment, pool), [], [], { labels: labelsOf(...lines), shards });

  it.each([1, 3])("say what their sessions cost, helpers included, with %d shards", async (shards) => {
    const result = await labeled(shards, "s1,team,search", "s3,team,ads", "s3,size,large");
    const rows = rowsOf(result, "cost_by_label");
    expect(rows.map(({ key, value, sessions, steps }) => [key, value, sessions, steps])).toEqual([
      ["size", "unlabeled", 2, 10],
      ["size", "large", 1, 4],
      ["team", "ads", 1, 4],
      ["team", "search", 2, 10],
    ]);
    const all = sumOf(rowsOf(result, "cost_by_model"), ({ usd }) => Number(usd));
    for (const key of ["size", "team"])
      expect(
        sumOf(
          rows.filter((row) => row.key === key),
          ({ usd }) => Number(usd),
        ),
      ).toBeCloseTo(all, 9);
    expect(result.figures.at(-1)?.name).toBe("cost_by_label");
    expect((await renderFigure({ name: "labels", scale: 1, spec: known(result.figures.at(-1)).spec })).problems).toEqual([]);
  });

  it("are not asked for without any", async () => {
    const { tables, figures } = await run(POOL_M);
    expect([...tables, ...figures].map(({ name }) => name)).not.toContain("cost_by_label");
  });
});
