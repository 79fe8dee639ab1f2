import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const step = (output_tokens: number | null, provider: string | null = "claude", model: string | null = "m"): StepLiteral => ({
  output_tokens,
  provider,
  model,
});
const run = (steps: readonly StepLiteral[], flags = {}) => withPool(steps, (pool) => runOn(experiment, pool, flags));
const counts = async (steps: readonly StepLiteral[], flags = {}) =>
  rowsOf(await run(steps, flags)).map(({ group, count, mean }) => [group, count, mean]);

it.each<[rule: string, steps: StepLiteral[], expected: unknown[][]]>([
  [
    "zeros count",
    [step(0), step(4)],
    [
      ["all", 2, 2],
      ["claude", 2, 2],
    ],
  ],
  [
    "missing and negative numbers don't",
    [step(null), step(-1), step(4)],
    [
      ["all", 1, 4],
      ["claude", 1, 4],
    ],
  ],
  [
    "groups come in code-point order",
    [step(1, "codex"), step(2, null)],
    [
      ["all", 2, 1.5],
      ["<unknown-provider>", 1, 2],
      ["codex", 1, 1],
    ],
  ],
])("%s", async (_rule, steps, expected) => {
  expect(await counts(steps)).toEqual(expected);
});

it("interpolates quantiles between neighbors", async () => {
  expect(rowsOf(await run([0, 10, 20, 30, 40].map((tokens) => step(tokens))))[0]).toEqual({
    group: "all",
    count: 5,
    min: 0,
    p50: 20,
    p90: 36,
    p95: 38,
    p99: 39.6,
    max: 40,
    mean: 20,
    sample_count: 5,
    sampled: false,
  });
});

it("draws the largest groups and says so", async () => {
  const result = await run([step(1, "a", "x"), step(1, "b", "y"), step(2, "b", "y")], { "group-by": "provider_model", "max-groups": 1 });
  expect(new Set(rowsOf(result, "output_tokens_histogram").map(({ group }) => group))).toEqual(new Set(["b:y"]));
  expect(result.notes).toEqual([expect.stringContaining("the 1 largest of 2 groups")]);
});

it("puts every step of a drawn group into one bin", async () => {
  const bins = rowsOf(await run([0, 15, 16, 17, 900].map((tokens) => step(tokens))), "output_tokens_histogram");
  expect(bins.reduce((sum, { count }) => sum + Number(count), 0)).toBe(5);
  expect(bins[0]).toMatchObject({ lo_tokens: 0, count: 1 });
  expect(bins.at(-1)).toMatchObject({ hi_tokens: expect.closeTo(900, 9), count: 1 });
});

it("has the row of all and a note for an empty pool", async () => {
  const result = await run([]);
  expect(rowsOf(result)).toMatchObject([{ group: "all", count: 0, min: null, p50: null, mean: null }]);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
});

const streaming = { details: { output_is_placeholder: true } };
const final = { details: { output_is_placeholder: false } };

describe("outputs that were logged while streaming", () => {
  it.each<[which: string, steps: StepLiteral[], counts: unknown[][], headlines: unknown[]]>([
    [
      "all final",
      [
        { ...step(4), ...final },
        { ...step(8), ...final },
      ],
      [
        ["all", 2, 6],
        ["claude", 2, 6],
      ],
      [],
    ],
    [
      "some final",
      [
        { ...step(4), ...final },
        { ...step(1), ...streaming },
      ],
      [
        ["all", 1, 4],
        ["claude", 1, 4],
      ],
      [{ label: "Output of Claude", value: "final counts of 1 of 2 steps" }],
    ],
    [
      "none of a provider",
      [
        { ...step(1), ...streaming },
        { ...step(8, "codex"), ...final },
      ],
      [
        ["all", 1, 8],
        ["codex", 1, 8],
      ],
      [{ label: "Output of Claude", value: "no final count of 1 step" }],
    ],
  ])("%s", async (_which, steps, expected, said) => {
    const result = await run(steps);
    expect(rowsOf(result).map(({ group, count, mean }) => [group, count, mean])).toEqual(expected);
    expect(result.headlines.filter(({ label }) => label === "Output of Claude")).toEqual(said);
    expect(result.figures).toHaveLength(1);
  });

  it("draws nothing without any and says why", async () => {
    const result = await run([{ ...step(1), ...streaming }]);
    expect(result).toMatchObject({
      figures: [],
      notes: [experiment.empty, "Claude has no final output counts: its only one was logged while streaming."],
    });
  });
});
