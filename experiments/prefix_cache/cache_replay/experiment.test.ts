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
import type { Analysis } from "./measure.ts";
import { STEPS } from "./replay.ts";

const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));
const analysisOf = ({ documents }: ExperimentResult) => documents?.[0]?.value as Analysis;
const step = (round_index: number | null, output_tokens: number | null, more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  session_id: "s",
  round_index,
  output_tokens,
  ...more,
});

describe("neighbors", () => {
  /** [how the step before is numbered, its output, its visible output]. */
  const neighbors = (steps: readonly StepLiteral[]) =>
    withPool(steps, async (pool) => {
      const rows = await checkedQueries(experiment, pool).rows(STEPS);
      return rows.map((row) => [row.neighbor, row.previous_output_tokens, row.previous_visible_tokens]);
    });
  const cases: [rule: string, steps: StepLiteral[], expected: unknown[][]][] = [
    [
      "round index decides, not the position in the file",
      [step(2, 20), step(1, 10)],
      [
        ["adjacent", 10, 10],
        ["first", 0, 0],
      ],
    ],
    [
      "a gap separates neighbors",
      [step(1, 10), step(3, 30)],
      [
        ["first", 0, 0],
        ["apart", 10, 10],
      ],
    ],
    [
      "of copies the first follows and the last precedes",
      [step(1, 10), step(2, 20), step(2, 21), step(3, 30)],
      [
        ["first", 0, 0],
        ["adjacent", 10, 10],
        ["apart", 20, 20],
        ["adjacent", 21, 21],
      ],
    ],
    [
      "sessions of the two providers are apart",
      [step(1, 10), step(2, 20, { provider: "claude" })],
      [
        ["first", 0, 0],
        ["first", 0, 0],
      ],
    ],
    [
      "reasoning of Codex is not visible",
      [step(1, 10, { reasoning_output_tokens: 12 }), step(2, 10, { reasoning_output_tokens: 4 }), step(3, 1)],
      [
        ["first", 0, 0],
        ["adjacent", 10, 0],
        ["adjacent", 10, 6],
      ],
    ],
    [
      "unknown output is 0",
      [step(1, null, { provider: "claude" }), step(2, 1, { provider: "claude" })],
      [
        ["first", 0, 0],
        ["adjacent", 0, 0],
      ],
    ],
    [
      "other providers and steps without identity take no part",
      [step(1, 1, { provider: "other" }), step(null, 1), step(1, 1, { session_id: null })],
      [],
    ],
  ];
  it.each(cases)("%s", async (_rule, steps, expected) => expect(await neighbors(steps)).toEqual(expected));
});

it("uses pairs whose output before was logged while streaming for the input before only", async () => {
  const input = { prefix_tokens: 100, newly_append_tokens: 50, input_tokens_total: 100 };
  const steps = [1, 2, 3].map((index) => step(index, 10, { ...input, details: { output_is_placeholder: index === 1 } }));
  const result = await run(steps);
  const { prefix_relationship, adjusted_append } = analysisOf(result).providers.codex;
  expect([prefix_relationship.pairs, adjusted_append.pairs]).toEqual([2, 1]);
  expect(result.figures).toHaveLength(2);
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
    const detail = analysisOf(await run([step(1, 30, parts(1, 99, 0)), step(2, 5, parts(3, 40, 100))])).claude_cache_detail;
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
    expect(analysisOf(await run(steps)).claude_cache_detail?.stats).toEqual({
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

it("draws the providers that have pairs", async () => {
  const steps = [step(1, 30), step(2, 5, { prefix_tokens: 7 }), step(1, 30, { provider: "claude" })];
  const { figures, notes } = await run(steps);
  expect(figures.map(({ name }) => name)).toEqual(["cache_replay_prefix_error", "cache_replay_adjusted_append"]);
  expect(figures.every(({ caption }) => caption.startsWith("Codex") && !caption.includes("Claude"))).toBe(true);
  expect(notes.at(-1)).toMatch(/^Claude is left out/);
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
