import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
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
import { medianPair } from "./tables.ts";

type Tokens = number | null;
const step = (
  prefix_tokens: Tokens,
  newly_append_tokens: Tokens,
  output_tokens: Tokens,
  provider: string | null = "claude",
): StepLiteral => ({
  prefix_tokens,
  newly_append_tokens,
  output_tokens,
  provider,
});
const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));

describe("the counts and means of a provider", () => {
  it.each<[rule: string, steps: StepLiteral[], expected: [number, number | null][]]>([
    [
      "zeros count",
      [step(0, 0, 0), step(2, 4, 6)],
      [
        [2, 1],
        [2, 2],
        [2, 3],
      ],
    ],
    [
      "each number may be missing",
      [step(null, 1, 2), step(8, null, 4), step(4, 3, null)],
      [
        [2, 6],
        [2, 2],
        [2, 3],
      ],
    ],
    [
      "negative ones are left out",
      [step(-1, 5, -7)],
      [
        [0, null],
        [1, 5],
        [0, null],
      ],
    ],
    [
      "other providers don't count",
      [step(1, 1, 1, "gemini"), step(1, 1, 1, null), step(1, 1, 1, "codex")],
      [
        [0, null],
        [0, null],
        [0, null],
      ],
    ],
  ])("%s", async (_rule, steps, expected) => {
    const rows = rowsOf(await run(steps)).filter(({ provider }) => provider === "claude");
    expect(rows.map(({ count, avg }) => [count, avg])).toEqual(expected);
  });
});

it("shows an absent provider as zeros", async () => {
  const { texts, headlines } = await run([step(41_358, 2129, 892)]);
  expect(markdownCells(texts?.[0]?.text ?? "")[2]).toEqual(["Codex", "0", "0", "0", "0", "0"]);
  expect(headlines.map(({ value }) => value)).toEqual(["41K / 0", "2K / 0", "892 / 0"]);
});

it("leaves out outputs that were logged while streaming", async () => {
  const streaming = { ...step(41_358, 2129, 1), details: { output_is_placeholder: true } };
  const { texts, headlines, figures } = await run([streaming, step(41_358, 2129, 892, "codex")]);
  expect(markdownCells(texts?.[0]?.text ?? "").flatMap(([title]) => (title === "Tokens" ? [] : title))).toEqual([
    ...["Claude", "Codex", "Claude", "Codex"],
    "Codex",
  ]);
  expect(asPublished(headlines)).toContainEqual({ label: "Median output tokens", value: "– / 892" });
  expect(JSON.stringify(figures[0]?.spec)).not.toContain("Output tokens, Claude");
});

it("has zeros and a note for an empty pool", async () => {
  const result = await run([]);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  expect(result.headlines.map(({ value }) => value)).toEqual(["0", "0", "0"]);
  expect(rowsOf(result)).toHaveLength(6);
});

describe("medianPair", () => {
  it.each([
    [41_358, 9600, "41K / 10K"],
    [857, 886, "857"],
    [95, 100, "95"],
    [94, 100, "94 / 100"],
    [0, 0, "0"],
    [0, 3, "0 / 3"],
    [null, 320, "– / 320"],
    [1250, null, "1K / –"],
    [1_250_000, 2_500, "1.2M / 2K"],
    [999.5, 999.5, "1000"],
  ])("shows %d and %d as %s", (claude, codex, expected) => {
    expect(medianPair(claude, codex)).toBe(expected);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it("gives the published table", () => {
    const golden = markdownCells(published(name, experiment, "token_length_distribution.md"));
    expect(golden).toHaveLength(9);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });

  it("gives the published headlines", () => {
    expect(asPublished(result.headlines)).toEqual(JSON.parse(published(name, experiment, "headline.json")));
  });

  it("counts as many steps as published", () => {
    const golden = [...published(name, experiment, "analyze.stdout.txt").matchAll(/n= *([\d,]+)/g)].map(([, n]) => n);
    const rows = rowsOf(result).toSorted((a, b) => String(a.provider).localeCompare(String(b.provider)));
    expect(golden).toHaveLength(6);
    expect(rows.map(({ count }) => grouped(Number(count)))).toEqual(golden);
  });
});
