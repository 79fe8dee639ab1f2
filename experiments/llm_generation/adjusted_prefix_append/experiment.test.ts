import { describe, expect, it } from "vitest";
import type { ExperimentResult, SqlParams } from "../../../lib/experiment.ts";
import { queriesOf } from "../../../lib/run/compute.ts";
import { parseFlags } from "../../../lib/run/flags.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { PAIRS, readPairs } from "./measure.ts";

/** A step of Claude in session `s`: round index, append, output. */
const step = (round_index: number | null, newly_append_tokens: number | null, output_tokens: number | null, more: StepLiteral = {}) => ({
  session_id: "s",
  provider: "claude",
  model: "m",
  round_index,
  newly_append_tokens,
  output_tokens,
  ...more,
});
const codex = (model: string | null, more: StepLiteral = {}): StepLiteral => ({ provider: "codex", model, ...more });
const run = (steps: readonly StepLiteral[], flags = {}) => withPool(steps, (pool) => runOn(experiment, pool, flags));

/** Metric and maximum by provider; the cases have one pair for each provider. */
const maxima = (result: ExperimentResult) => {
  const rows = rowsOf(result);
  return Object.fromEntries(
    [...new Set(rows.map(({ provider }) => provider))].map((provider) => [
      provider,
      Object.fromEntries(rows.filter((row) => row.provider === provider).map(({ metric, max }) => [metric, max])),
    ]),
  );
};
const metricsOf = (raw: number, output: number, subtracted: 0 | 1) => ({
  raw_append: raw,
  previous_output: output,
  signed_adjusted_append: raw - output,
  adjusted_append: Math.max(0, raw - output),
  clipped_after_subtract: raw < output ? 1 : 0,
  subtracted_pair: subtracted,
});
const counts = (result: ExperimentResult) => result.documents?.[0]?.value;

it("leaves out pairs from which an output would be taken out that was logged while streaming", async () => {
  const streaming = { details: { output_is_placeholder: true } };
  const result = await run([step(0, 9, 1, streaming), step(1, 100, 30), step(2, 100, 7, streaming)]);
  expect(maxima(result)).toEqual({ claude: metricsOf(100, 30, 1) });
  expect(counts(result)).toMatchObject({ pairs: 1, skipped_unknown_output: 1, skipped_non_adjacent_pair: 0 });
});

describe("a pair", () => {
  const cases: [rule: string, steps: StepLiteral[], flags: object, expected: object][] = [
    ["is without the output of its first step", [step(0, 9, 30), step(1, 100, 7)], {}, { claude: metricsOf(100, 30, 1) }],
    ["is never below zero", [step(0, 9, 130), step(1, 100, 7)], {}, { claude: metricsOf(100, 130, 1) }],
    ["takes missing counts for zero", [step(0, 9, null), step(1, null, 7)], {}, { claude: metricsOf(0, 0, 1) }],
    ["follows the round index, not the file", [step(1, 100, 7), step(0, 9, 30)], {}, { claude: metricsOf(100, 30, 1) }],
    ["of Codex stays as it is", [step(0, 9, 30, codex("gpt-5.4")), step(1, 100, 7, codex("gpt-5.5"))], {}, { codex: metricsOf(100, 0, 0) }],
    ["of an unknown model too", [step(0, 9, 30, codex(null)), step(1, 100, 7, codex(null))], {}, { codex: metricsOf(100, 0, 0) }],
    ["after gpt-5.5 does not", [step(0, 9, 30, codex("gpt-5.5")), step(1, 100, 7, codex("x"))], {}, { codex: metricsOf(100, 30, 1) }],
    [
      "after a model with a longer name does",
      [step(0, 9, 30, codex("gpt-5.5-mini")), step(1, 100, 7, codex("x"))],
      {},
      { codex: metricsOf(100, 0, 0) },
    ],
    [
      "of any provider loses the output with --subtract-policy all",
      [step(0, 9, 30, { provider: "gemini" }), step(1, 100, 7, { provider: "gemini" })],
      { "subtract-policy": "all" },
      { gemini: metricsOf(100, 30, 1) },
    ],
    [
      "keeps the reasoning of Codex with --subtract-output visible-for-codex",
      [step(0, 9, 30, codex("gpt-5.5", { reasoning_output_tokens: 20 })), step(1, 100, 7, codex("x"))],
      { "subtract-output": "visible-for-codex" },
      { codex: metricsOf(100, 10, 1) },
    ],
    [
      "has no visible output below zero",
      [step(0, 9, 30, codex("gpt-5.5", { reasoning_output_tokens: 50 })), step(1, 100, 7, codex("x"))],
      { "subtract-output": "visible-for-codex" },
      { codex: metricsOf(100, 0, 1) },
    ],
    [
      "takes all of Claude's output also then",
      [step(0, 9, 30, { reasoning_output_tokens: 20 }), step(1, 100, 7)],
      { "subtract-output": "visible-for-codex" },
      { claude: metricsOf(100, 30, 1) },
    ],
    [
      "belongs to the provider of its second step, and may join two",
      [step(0, 9, 30), step(1, 100, 7, codex("x"))],
      {},
      { codex: metricsOf(100, 30, 1) },
    ],
  ];
  /** A session for each case. */
  const inSessions = cases.flatMap(([session_id, steps]) => steps.map((each) => ({ ...each, session_id })));
  it.each(cases.map((given, i) => [...given, i] as const))("%s", async (_rule, _steps, flags, expected, i) => {
    const { subtractPolicy, subtractOutput, seed } = parseFlags(experiment.flags, { ...flags });
    const params = { subtract_policy: subtractPolicy, subtract_output: subtractOutput, sample_offset: seed };
    const rows = await withPool(inSessions, (pool) => checkedQueries(experiment, pool).rows(PAIRS, params as SqlParams));
    expect(rows).toHaveLength(cases.length);
    const pair = rows.toSorted((a, b) => a.session_pk - b.session_pk)[i];
    expect({ [String(pair?.provider)]: pair }).toMatchObject(expected);
  });

  it.each<[flags: object, output: number]>([
    [{}, 0],
    [{ "subtract-policy": "all" }, 30],
    [{ "subtract-policy": "all", "subtract-output": "visible-for-codex" }, 20],
  ])("is in the table with %j", async (flags, output) => {
    const steps = [step(0, 9, 30, codex("gpt-5.4", { reasoning_output_tokens: 10 })), step(1, 100, 7, codex("x"))];
    expect(maxima(await run(steps, flags))).toEqual({ codex: metricsOf(100, output, output === 0 ? 0 : 1) });
  });
});

describe("pairs", () => {
  it.each<[rule: string, steps: StepLiteral[], expected: object]>([
    ["need indexes in a row", [step(0, 1, 1), step(2, 1, 1)], { pairs: 0, skipped_non_adjacent_pair: 1 }],
    ["start from the last of equal indexes", [step(0, 1, 1), step(0, 1, 1), step(1, 1, 1)], { pairs: 1, skipped_non_adjacent_pair: 1 }],
    ["stay within a session", [step(0, 1, 1), step(1, 1, 1, { session_id: "t" })], { pairs: 0, skipped_non_adjacent_pair: 0 }],
    [
      "skip what has no place",
      [step(0, 1, 1), step(null, 1, 1), step(1, 1, 1, { session_id: null }), step(null, 1, 1, { provider: null }), step(1, 1, 1)],
      { rows: 5, pairs: 1, missing_provider_or_session: 2, missing_round_index: 1, skipped_non_adjacent_pair: 0 },
    ],
    [
      "are counted by what the policy does",
      [step(0, 1, 1), step(1, 1, 1), step(0, 1, 1, codex("x", { session_id: "t" })), step(1, 1, 1, codex("x", { session_id: "t" }))],
      { pairs: 2, subtracted_pairs: 1, not_subtracted_pairs: 1 },
    ],
  ])("%s", async (_rule, steps, expected) => {
    expect(counts(await run(steps))).toMatchObject(expected);
  });
});

it("rounds statistics to six digits, ties to even", async () => {
  const rows = rowsOf(await run([0, 1_048_576, 1, 200_001].map((append, i) => step(i, append, 0))));
  expect(rows.find(({ metric }) => metric === "raw_append")).toMatchObject({ count: 3, min: 1, median: 200_001, max: 1_048_580 });
  const tie = rowsOf(await run([step(0, 0, 0), step(1, 100_000, 0), step(2, 100_001, 0)]));
  expect(tie.find(({ metric }) => metric === "raw_append")?.median).toBe(100_000);
});

it("chooses another sample with another seed", async () => {
  const steps = Array.from({ length: 40 }, (_, i) => step(i, i, 0));
  const sampled = (seed: number) =>
    withPool(steps, async (pool) => {
      const options = { subtractOutput: "total", subtractPolicy: "all", seed, pairSampleSize: 10 };
      return (await readPairs(queriesOf(experiment, pool), options)).sample.map(({ raw_append }) => raw_append);
    });
  const [first, again, other] = [await sampled(42), await sampled(42), await sampled(1234)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

it.each([
  ["an empty pool", []],
  ["a pool of single steps", [step(0, 1, 1)]],
])("has a header only for %s", async (_name, steps) => {
  const result = await run(steps);
  expect(rowsOf(result)).toEqual([]);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
});
