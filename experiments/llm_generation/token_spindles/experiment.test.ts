import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import {
  checkedQueries,
  markdownCells,
  published,
  REFERENCE_POOLS,
  rowsOf,
  runOn,
  withReferencePool,
} from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { STEPS } from "./measure.ts";

const step = (round_index: number | null, more: StepLiteral = {}): StepLiteral => ({
  provider: "claude",
  session_id: "s",
  round_index,
  prefix_tokens: 1000,
  newly_append_tokens: 500,
  output_tokens: 100,
  ...more,
});
const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));
const TALLIES = ["rows", "pairs", "subtracted_pairs", "not_subtracted_pairs", "skipped_non_adjacent_pair"];
const talliesOf = (text: string) =>
  markdownCells(text)
    .slice(1)
    .map(([, count]) => Number(count?.replaceAll(",", "")));

describe("the append of the second of two steps, of 500 tokens", () => {
  const codex = { provider: "codex", model: "gpt-5.5", output_tokens: 100, reasoning_output_tokens: 30 };
  const cases: [rule: string, steps: StepLiteral[], pairs: number, append: number | null][] = [
    ["after Claude lacks its output", [step(1), step(2)], 1, 400],
    ["after gpt-5.5 lacks its visible output", [step(1, codex), step(2)], 1, 430],
    ["after another model of Codex is whole", [step(1, { ...codex, model: "gpt-5.5-mini" }), step(2)], 1, 500],
    ["after a nameless model of Codex is whole", [step(1, { ...codex, model: null }), step(2)], 1, 500],
    ["after another provider's gpt-5.5 is whole", [step(1, { ...codex, provider: "zeta" }), step(2)], 1, 500],
    ["after an unknown output is whole", [step(1, { output_tokens: null }), step(2)], 1, 500],
    ["is 0 where the output was longer", [step(1, { output_tokens: 900 }), step(2)], 1, 0],
    ["is not hurt by more reasoning than output", [step(1, { ...codex, reasoning_output_tokens: 300 }), step(2)], 1, 500],
    ["follows the round index, not the file", [step(2), step(1, { output_tokens: 50 })], 1, 450],
    ["needs consecutive indexes", [step(1), step(3)], 0, null],
    ["needs different indexes", [step(1), step(1)], 0, null],
    ["needs one session", [step(1), step(2, { session_id: "t" })], 0, null],
    ["takes a session to be its id alone", [step(1), step(2, { provider: "zeta" })], 1, 400],
    ["needs a provider and an index", [step(1), step(2, { provider: null }), step(null)], 0, null],
  ];
  /** Each case has sessions and round indexes of its own. */
  const INDEXES = 10;
  const all = cases.flatMap(([rule, steps], i) =>
    steps.map((each) => ({
      ...each,
      session_id: `${rule}: ${each.session_id}`,
      round_index: each.round_index == null ? null : INDEXES * i + Number(each.round_index),
    })),
  );
  it.each(cases.map((given, i) => [...given, i] as const))("%s", async (_rule, _steps, pairs, append, i) => {
    const rows = await withPool(all, (pool) => checkedQueries(experiment, pool).rows(STEPS));
    const own = rows.filter(({ round_index }) => Math.floor(round_index / INDEXES) === i);
    expect(own.filter(({ prefix_tokens }) => prefix_tokens !== null)).toHaveLength(pairs);
    expect(own.flatMap(({ adjusted_append_tokens }) => adjusted_append_tokens ?? [])).toEqual(append === null ? [] : [append]);
  });

  it("is what the table counts", async () => {
    const [prefix, adjusted] = rowsOf(await run([step(1), step(2), step(4)]));
    expect([prefix?.count, adjusted?.count, adjusted?.median]).toEqual([1, 1, 400]);
  });
});

describe("an output that was logged while streaming", () => {
  const streaming = { details: { output_is_placeholder: true } };
  const final = { details: { output_is_placeholder: false } };

  it.each<[rule: string, steps: StepLiteral[], counts: number[], spindles: string[]]>([
    ["is not drawn", [step(1, final), step(2, streaming)], [1, 1, 1], ["Prefix", "Adjusted append", "Output"]],
    ["is not taken off the next append", [step(1, streaming), step(2, final)], [1, 0, 1], ["Prefix", "Output"]],
    ["leaves the prefix", [step(1, streaming), step(2, streaming)], [1, 0, 0], ["Prefix"]],
  ])("%s", async (_rule, steps, counts, spindles) => {
    const result = await run(steps);
    expect(rowsOf(result).map(({ count }) => count)).toEqual(counts);
    const [spec] = result.figures.map((figure) => JSON.stringify(figure.spec));
    expect(["Prefix", "Adjusted append", "Output"].filter((name) => spec?.includes(`"${name} (`))).toEqual(spindles);
  });

  it("leaves nothing of a single step", async () => {
    expect(await run([step(1, streaming)])).toMatchObject({
      figures: [],
      notes: [experiment.empty, expect.stringContaining("no final output")],
    });
  });
});

it("takes the output of every step, 0 where it is unknown, and rounds to six digits", async () => {
  const result = await run([step(1, { output_tokens: 1_048_579 }), step(5, { output_tokens: null })]);
  expect(rowsOf(result)[2]).toMatchObject({ count: 2, positive_count: 1, zero_count: 1, min: 0, median: 524_290, max: 1_048_580 });
  expect(talliesOf(result.texts?.[0]?.text ?? "")).toEqual([2, 0, 0, 0, 1]);
  expect(result.notes).toEqual([expect.stringContaining("No two steps")]);
});

it("has counts of 0, flat outlines, no figure and a note for an empty pool", async () => {
  const result = await run([]);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  expect(rowsOf(result).map(({ count, median }) => [count, median])).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ]);
  expect(rowsOf(result, "token_spindle_density").every(({ density }) => density === 0)).toBe(true);
});

describe("the figure", () => {
  it.each<[what: string, steps: StepLiteral[]]>([
    ["single steps, with outputs only", [step(1), step(5)]],
    ["equal values, whose marks fall on one place", [step(1), step(2), step(3)]],
    ["values beyond the usual end of the axis", [step(1), step(2, { prefix_tokens: 9_000_000, newly_append_tokens: 0 })]],
    ["nothing but zeros", [step(1, { output_tokens: 0 }), step(2, { prefix_tokens: 0, newly_append_tokens: 0, output_tokens: 0 })]],
  ])("of %s is whole", async (_what, steps) => {
    const { figures } = await run(steps);
    expect(figures).toHaveLength(1);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("counts as many steps and pairs as published", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const golden = JSON.parse(/```json\n(.*?)```/s.exec(published(name, experiment, "result_analysis.md"))?.[1] ?? "");
    expect(talliesOf(result.texts?.[0]?.text ?? "")).toEqual(TALLIES.map((tally) => golden[tally] ?? 0));
  });
});
