import { describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
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
import { type Analysis, measure } from "./measure.ts";
import { PAIRS } from "./replay.ts";

const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));
const analysisOf = ({ documents }: ExperimentResult) => documents?.[0]?.value as Analysis;
const step = (round_index: number | null, output_tokens: number | null, more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  session_id: "s",
  round_index,
  output_tokens,
  ...more,
});

/** What a step reads, and the input and output of the step before it. */
interface PairCase {
  readonly prefix: number;
  readonly append: number;
  readonly before: { readonly input: number; readonly output: number; readonly visible?: number };
  readonly event?: string;
  readonly chars?: number;
}

/** Each pair is a session of its own. */
const pairsOf = (cases: readonly PairCase[]): StepLiteral[] =>
  cases.flatMap(({ prefix, append, before, event = "tool_result", chars = 0 }, i) => {
    const { input, output, visible = output } = before;
    return [
      step(1, output, { session_id: `s${i}`, input_tokens_total: input, reasoning_output_tokens: output - visible }),
      step(2, 0, {
        session_id: `s${i}`,
        first_input_event_type: event,
        prefix_tokens: prefix,
        newly_append_tokens: append,
        input_tokens_total: prefix + append,
        current_tool_result_chars: chars,
      }),
    ];
  });
const analyze = async (steps: readonly StepLiteral[]) =>
  (await withPool(steps, (pool) => measure(checkedQueries(experiment, pool)))).analysis;
const sectionsOf = async (cases: readonly PairCase[]) => (await analyze(pairsOf(cases))).providers.codex;

describe("pairs", () => {
  const before = { input: 100, output: 20, visible: 5 };
  const cases: [what: string, pair: PairCase, expected: object][] = [
    [
      "a perfect replay",
      { prefix: 100, append: 50, before },
      { error: 0, error_with_output: -20, signed_append: 30, adjusted_append: 30, visible_signed_append: 45, deficit_tokens: null },
    ],
    [
      "an output that was cached too",
      { prefix: 120, append: 7, before },
      { error: 20, error_with_output: 0, signed_append: -13, adjusted_append: 0, visible_adjusted_append: 2, deficit_tokens: 13 },
    ],
    ["a miss", { prefix: 0, append: 150, before }, { error: -100, error_with_output: -120, signed_append: 130, adjusted_append: 130 }],
    [
      "an output that comes back exactly",
      { prefix: 100, append: 20, before },
      { signed_append: 0, adjusted_append: 0, is_clamped: false, deficit_tokens: null },
    ],
  ];
  it.each(cases.map(([what, , expected], i) => [what, i, expected] as const))("%s", async (_what, i, expected) => {
    const rows = await withPool(pairsOf(cases.map(([, pair]) => pair)), (pool) => checkedQueries(experiment, pool).rows(PAIRS));
    expect(rows).toHaveLength(cases.length);
    expect(rows.toSorted((a, b) => a.session_pk - b.session_pk)[i]).toMatchObject(expected);
  });

  it("takes the output out of what follows Claude and gpt-5.5 only, where the other experiment does", async () => {
    const pair = (model: string, more: StepLiteral = {}) =>
      [step(1, 20, { session_id: model, model, ...more }), step(2, 0, { session_id: model, newly_append_tokens: 50, ...more })] as const;
    const steps = [...pair("gpt-5.4"), ...pair("gpt-5.5"), ...pair("a", { provider: "claude" })];
    const rows = await withPool(steps, (pool) => checkedQueries(experiment, pool).rows(PAIRS));
    const found = rows.map(({ provider, adjusted_append, selected_adjusted_append: selected }) => [provider, adjusted_append, selected]);
    expect(found.sort()).toEqual([
      ["claude", 30, 30],
      ["codex", 30, 30],
      ["codex", 30, 50],
    ]);
  });
});

describe("sections", () => {
  const before = { input: 1000, output: 100 };
  const many = (count: number, pair: PairCase) => Array<PairCase>(count).fill(pair);

  it("relate the error to the input before, where there was one", async () => {
    const cases: PairCase[] = [
      { prefix: 990, append: 1, before },
      { prefix: 5, append: 1, before: { input: 0, output: 0 } },
    ];
    const { prefix_relationship } = await sectionsOf(cases);
    expect(prefix_relationship.relative_absolute_error).toMatchObject({ count: 1, max: 0.01 });
    expect(prefix_relationship.within_relative["1pct"]).toEqual({ count: 1, total: 1, fraction: 1 });
    expect(prefix_relationship.within_absolute[8]).toEqual({ count: 1, total: 2, fraction: 0.5 });
  });

  it("count a difference that equals the tolerance", async () => {
    const errors = [0, -1, 2, -8, 9, 32, -2048, 2049];
    const { prefix_relationship } = await sectionsOf(
      errors.map((error) => ({ prefix: 5000 + error, append: 1, before: { input: 5000, output: 0 } })),
    );
    expect(Object.values(prefix_relationship.within_absolute).map(({ count }) => count)).toEqual([1, 2, 3, 4, 6, 6, 6, 7]);
  });

  it("report first events from 20 pairs on, and all pairs on one side of clamping", async () => {
    const cases = [
      ...many(20, { prefix: 0, append: 1, before, event: "user_message" }),
      ...many(19, { prefix: 0, append: 101, before, event: "other" }),
    ];
    const { adjusted_append, clamped_cases } = await sectionsOf(cases);
    expect(Object.keys(adjusted_append.by_start_event)).toEqual(["user_message"]);
    expect(adjusted_append.adjusted_zero).toEqual({ count: 20, total: 39, fraction: 20 / 39 });
    expect(clamped_cases.clamped).toMatchObject({ count: 20, first_event: { user_message: 20 }, deficit_tokens: { count: 20, mean: 99 } });
    expect(clamped_cases.not_clamped).toMatchObject({ count: 19, first_event: { other: 19 }, deficit_tokens: { count: 0, mean: null } });
  });

  it.each([
    [10_000, 2_500, { count: 1, total: 1, fraction: 1 }],
    [10_000, 2_499, { count: 0, total: 1, fraction: 0 }],
    [9_999, 2_500, { count: 0, total: 0, fraction: null }],
  ])("set an input of %d characters against an append of %d tokens", async (chars, append, expected) => {
    const { long_current_inputs } = await sectionsOf([{ prefix: 0, append, before, chars }]);
    expect(long_current_inputs.tool_chars[10_000].append_ge_raw_chars_div_4).toEqual(expected);
  });

  it("count a long output in all limits that it reaches", async () => {
    const outputs = [999, 1000, 4000, 16_000];
    const { long_prior_visible_outputs: long } = await sectionsOf(
      outputs.map((output) => ({ prefix: 0, append: 4000, before: { input: 1, output } })),
    );
    expect(Object.values(long).map(({ pairs }) => pairs)).toEqual([3, 2, 1, 1]);
    expect(long[1000].next_append_ge_previous_output.count).toBe(2);
  });
});

it("uses pairs whose output before was logged while streaming for the input before only", async () => {
  const input = { prefix_tokens: 100, newly_append_tokens: 50, input_tokens_total: 100 };
  const steps = [1, 2, 3].map((index) => step(index, 10, { ...input, details: { output_is_placeholder: index === 1 } }));
  const result = await run(steps);
  const { prefix_relationship, adjusted_append } = analysisOf(result).providers.codex;
  expect([prefix_relationship.pairs, adjusted_append.pairs]).toEqual([2, 1]);
  expect(result.figures).toHaveLength(1);
});

it("draws and says nothing of outputs when none is final", async () => {
  const streaming = { provider: "claude", input_tokens_total: 100, prefix_tokens: 100, details: { output_is_placeholder: true } };
  const result = await run([step(1, 1, streaming), step(2, 1, streaming)]);
  expect(result.figures.map(({ name }) => name)).toEqual(["cache_replay_prefix_error"]);
  expect(result.headlines.map(({ label }) => label)).not.toContain("Claude append ≥ output");
});

describe("Claude's cache", () => {
  const parts = (uncached: number | null, creation: number, read: number): StepLiteral => ({
    provider: "claude",
    input_tokens_total: (uncached ?? 0) + creation + read,
    claude_uncached_input_tokens: uncached,
    claude_cache_creation_input_tokens: creation,
    claude_cache_read_input_tokens: read,
  });

  it("compares what is read with the input before and what is written with the output before", async () => {
    const detail = (await analyze([step(1, 30, parts(1, 99, 0)), step(2, 5, parts(3, 40, 100))])).claude_cache_detail;
    expect(detail?.next_cache_read_minus_previous_total).toMatchObject({ count: 1, median: 0 });
    expect(detail?.next_cache_creation_minus_previous_output).toMatchObject({ count: 1, median: 10 });
    expect(detail?.short_current_inputs["<=100"]).toMatchObject({
      pairs: 1,
      no_subtract: { median: 43 },
      subtract_previous_output: { median: 13 },
    });
  });

  it("has a gap where a part is unknown", async () => {
    const steps = [step(1, 30, parts(1, 99, 0)), step(2, 5, parts(null, 40, 100)), step(3, 5, parts(3, 40, 100))];
    expect((await analyze(steps)).claude_cache_detail?.stats).toEqual({
      source: "normalized_trace",
      raw_rounds: 2,
      raw_pairs: 0,
      normalized_cache_rounds: 2,
      skipped_missing_normalized_cache_fields: 1,
      skipped_non_adjacent_normalized_cache_pair: 1,
    });
  });

  it("is left out if nothing is known of it", async () => {
    const result = await run([
      step(1, 30, { provider: "claude", session_file: "b" }),
      step(2, 30, { provider: "claude", session_file: "a" }),
    ]);
    expect(analysisOf(result)).not.toHaveProperty("claude_cache_detail");
    expect(analysisOf(result).normalized_trace).toEqual({ stats: { rows: 2, pairs: 1 }, claude_source_files: ["a", "b"] });
    expect(result.texts?.[0]?.text).not.toContain("Claude Cache Creation");
  });
});

const manySteps = (count: number) => Array.from({ length: count }, (_, i) => step(i, 30, { prefix_tokens: 7, newly_append_tokens: 50 }));

it("draws the providers that have pairs", async () => {
  const steps = [...manySteps(11), step(1, 30, { provider: "claude" })];
  const { figures, notes } = await run(steps);
  expect(figures.map(({ name }) => name)).toEqual(["cache_replay_prefix_error", "cache_replay_adjusted_append"]);
  expect(figures.every(({ caption }) => caption.startsWith("Codex") && !caption.includes("Claude:"))).toBe(true);
  expect(notes.at(-1)).toMatch(/^Claude is left out/);
});

it("draws no boxes of a few pairs", async () => {
  expect((await run(manySteps(10))).figures.map(({ name }) => name)).toEqual(["cache_replay_prefix_error"]);
});

it("says whose output is taken out, and what the other experiment finds", async () => {
  const { figures } = await run(manySteps(11));
  expect(figures[1]?.caption).toContain("adjusted_prefix_append takes out that of Claude and gpt-5.5 only, and its medians are: Codex 50.");
  expect(figures[1]?.title).toBe("Median append without the output before: 20 (Codex) tokens");
});

it("has nulls and blanks for an empty pool", async () => {
  const result = await run([]);
  expect(analysisOf(result).normalized_trace).toEqual({ stats: {}, claude_source_files: [] });
  expect(analysisOf(result).providers.codex.prefix_relationship.error).toMatchObject({ count: 0, median: null });
  expect(rowsOf(result).every(({ share_within }) => share_within === null)).toBe(true);
  expect(result.headlines.map(({ value }) => value)).toEqual(["", "", "", ""]);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
});

it.skipIf(!hasShared).each(REFERENCE_POOLS)("has the published report of %s", async (name) => {
  const golden = markdownCells(published(name, experiment, "cache_replay_analysis.md"));
  const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  const plain = markdownCells(result.texts?.[0]?.text ?? "").map((row) => row.map((cell) => cell.replaceAll("\\", "")));
  expect(golden.length).toBeGreaterThan(30);
  expect(plain).toEqual(golden);
});
