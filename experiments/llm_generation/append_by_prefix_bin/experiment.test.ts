import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import {
  asPublished,
  markdownCells,
  published,
  REFERENCE_POOLS,
  rowsOf,
  runOn,
  withReferencePool,
} from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { PREFIX_BINS } from "./measure.ts";
import { tokensText } from "./tables.ts";

const step = (prefix_tokens: number | null, newly_append_tokens: number | null, provider: string | null = "claude"): StepLiteral => ({
  prefix_tokens,
  newly_append_tokens,
  provider,
});
const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));
/** Provider, bin, steps and mean append of the bins that are not empty. */
const filled = (result: ExperimentResult) =>
  rowsOf(result)
    .filter(({ steps }) => steps !== 0)
    .map(({ provider, bin, steps, avg }) => [provider, bin, steps, avg]);

describe("a step", () => {
  it("belongs to a bin from its lower edge up to the upper one", async () => {
    const steps = PREFIX_BINS.flatMap(({ lo, hi }) => [step(lo, 10), step((hi ?? 1_000_000_000) - 1, 30)]);
    expect(filled(await run(steps))).toEqual(PREFIX_BINS.map(({ label }) => ["claude", label, 2, 20]));
  });

  it.each<[rule: string, steps: StepLiteral[], expected: unknown[][]]>([
    ["without a prefix has none cached", [step(null, 5)], [["claude", "<1k", 1, 5]]],
    ["without an append appends nothing", [step(5000, null), step(5000, 3)], [["claude", "4-8k", 2, 1.5]]],
    ["with a negative prefix belongs to no bin", [step(-1, 5)], []],
    ["with a negative append counts", [step(1, -5), step(1, 15)], [["claude", "<1k", 2, 5]]],
    ["of another provider, or of none, is left out", [step(1, 1, "gemini"), step(1, 1, null)], []],
    [
      "counts for its provider",
      [step(1, 1, "codex"), step(2000, 2)],
      [
        ["claude", "1-2k", 1, 2],
        ["codex", "<1k", 1, 1],
      ],
    ],
  ])("%s", async (_rule, steps, expected) => {
    expect(filled(await run(steps))).toEqual(expected);
  });
});

describe("headlines", () => {
  it.each<[rule: string, steps: StepLiteral[], expected: string[]]>([
    ["speak of the provider with more steps", [step(1, 1), step(1, 20, "codex"), step(1, 40, "codex")], ["30", "0", "<1k (2 steps)"]],
    ["and of Claude where both have as many", [step(70_000, 7), step(70_000, 8, "codex")], ["0", "7", "64-128k (1 steps)"]],
    ["are zero for an empty pool", [], ["0", "0", "<1k (0 steps)"]],
  ])("%s", async (_rule, steps, expected) => {
    expect((await run(steps)).headlines.map(({ value }) => value)).toEqual(expected);
  });
});

it("prints all bins of an empty pool", async () => {
  const result = await run([]);
  expect(markdownCells(result.texts?.[0]?.text ?? "").filter((cells) => cells.join() === "<1k,0,--,--,--,--")).toHaveLength(2);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  expect(rowsOf(result)).toHaveLength(20);
});

describe("tokensText", () => {
  it.each([
    [0.5, "0"],
    [999.4, "999"],
    [999.6, "1000"],
    [1000, "1.0K"],
    [2250, "2.2K"],
    [2350, "2.4K"],
    [1_234_567, "1234.6K"],
  ])("writes %d as %s", (tokens, expected) => {
    expect(tokensText(tokens)).toBe(expected);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it("matches the published table", () => {
    const golden = markdownCells(published(name, experiment, "append_by_prefix_bin.md"));
    expect(golden).toHaveLength(22);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });

  it("matches the published headlines", () => {
    expect(asPublished(result.headlines)).toEqual(JSON.parse(published(name, experiment, "headline.json")));
  });
});
