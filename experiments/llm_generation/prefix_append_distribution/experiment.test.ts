import { describe, expect, it } from "vitest";
import { queriesOf } from "../../../lib/run/compute.ts";
import { known } from "../../../lib/stats/known.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { readAppendBins } from "./measure.ts";

type Tokens = number | null;
const step = (prefix_tokens: Tokens, newly_append_tokens: Tokens, more: StepLiteral = {}): StepLiteral => ({
  prefix_tokens,
  newly_append_tokens,
  provider: "claude",
  ...more,
});
const run = (steps: readonly StepLiteral[], flags = {}) => withPool(steps, (pool) => runOn(experiment, pool, flags));

describe("lengths", () => {
  it("count what is missing and what is negative", async () => {
    const rows = rowsOf(await run([step(4, null), step(-1, 2), step(8, 0)]));
    expect(
      rows.map(({ group, metric, rows: all, count, missing, invalid, mean }) => [group, metric, all, count, missing, invalid, mean]),
    ).toEqual([
      ["all", "prefix_tokens", 3, 2, 0, 1, 6],
      ["all", "newly_append_tokens", 3, 2, 1, 0, 1],
      ["claude", "prefix_tokens", 3, 2, 0, 1, 6],
      ["claude", "newly_append_tokens", 3, 2, 1, 0, 1],
    ]);
  });

  it.each([
    ["provider", ["all", "<unknown-provider>", "a", "b"]],
    ["model", ["all", "<unknown-model>", "x"]],
    ["provider_model", ["all", "<unknown-provider>:x", "a:<unknown-model>", "b:x"]],
  ])("by %s come in code-point order", async (groupBy, expected) => {
    const steps = [step(1, 1, { provider: "b", model: "x" }), step(1, 1, { provider: "a" }), step(1, 1, { provider: null, model: "x" })];
    const rows = rowsOf(await run(steps, { "group-by": groupBy }));
    expect([...new Set(rows.map(({ group }) => group))]).toEqual(expected);
  });

  it("keep a group without any value", async () => {
    expect(rowsOf(await run([step(null, null)])).at(-1)).toEqual({
      group: "claude",
      metric: "newly_append_tokens",
      ...{ rows: 1, count: 0, missing: 1, invalid: 0, sample_count: 0, sampled: false },
      ...{ mean: null, min: null, p50: null, p90: null, p99: null, max: null },
    });
  });
});

describe("bins", () => {
  const filled = async (steps: readonly StepLiteral[], table = "append_tokens_weighted_bins") =>
    rowsOf(await run(steps), table).filter(({ rounds }) => rounds !== 0);

  it("include their lower edge", async () => {
    const tokens = [0, 1, 9, 10, 99_999, 100_000, 499_999, 500_000, 4_000_000_000];
    const rows = await filled(tokens.map((append) => step(0, append)));
    expect(rows.map(({ label, rounds, total_append_tokens }) => [label, rounds, total_append_tokens])).toEqual([
      ["0", 1, 0],
      ["1-10", 2, 10],
      ["10-100", 1, 10],
      ["10k-100k", 1, 99_999],
      ["100k-500k", 2, 599_999],
      [">=500k", 2, 4_000_500_000],
    ]);
  });

  it("need both numbers, neither negative", async () => {
    expect(await filled([step(null, 5), step(5, null), step(-1, 5), step(5, -1)])).toEqual([]);
  });

  it("have shares of all steps and of the provider's", async () => {
    const steps = [step(1, 5), step(1, 15), step(1, 20, { provider: "codex" })];
    expect((await filled(steps)).map((row) => [row.label, row.token_share, row.round_share])).toEqual([
      ["1-10", 5 / 40, 1 / 3],
      ["10-100", 35 / 40, 2 / 3],
    ]);
    const own = await filled(steps, "append_tokens_weighted_bins_by_provider");
    expect(own.map((row) => [row.provider, row.label, row.token_share, row.round_share])).toEqual([
      ["claude", "1-10", 0.25, 0.5],
      ["claude", "10-100", 0.75, 0.5],
      ["codex", "10-100", 1, 1],
    ]);
  });
});

describe("intervals of the shares of a range", () => {
  /** Of steps and tokens in appends of 1 to 10. */
  const shortOf = (appends: (session: number) => readonly number[]) => {
    const steps = Array.from({ length: 40 }, (_, i) => appends(i).map((append) => step(0, append, { session_id: `s${i}` }))).flat();
    return withPool(steps, async (pool) => {
      const bins = await readAppendBins(queriesOf(experiment, pool));
      return known(bins.find(({ provider, label }) => provider === "claude" && label === "1-10"));
    });
  };

  it("have no width where sessions are alike", async () => {
    const { stepInterval, tokenInterval } = await shortOf(() => [5, 45]);
    for (const [interval, share] of [[stepInterval, 0.5] as const, [tokenInterval, 0.1] as const]) {
      expect(interval?.lo).toBeCloseTo(share, 12);
      expect(interval?.hi).toBeCloseTo(share, 12);
    }
  });

  it("reach from below to above the share where they differ", async () => {
    const { stepInterval, tokenInterval } = await shortOf((session) => (session % 2 === 0 ? [5] : [45]));
    for (const [interval, share] of [[stepInterval, 0.5] as const, [tokenInterval, 0.1] as const]) {
      expect(interval?.lo).toBeLessThan(share);
      expect(interval?.hi).toBeGreaterThan(share);
    }
  });
});

describe("the scatter plot", () => {
  const scatter = async (size: number) => {
    const steps = Array.from({ length: 9 }, (_, i) => step(100 * i, i));
    const { figures } = await run(steps, { "pair-sample-size": size });
    return figures.find(({ name }) => name === "prefix_vs_append_sample");
  };

  it.each([
    [4, { shown: 4, of: 9 }, "a sample of the steps"],
    [9, { shown: 9, of: 9 }, "all steps"],
  ])("with room for %i of 9 steps says how many it shows", async (size, coverage, said) => {
    expect(await scatter(size)).toMatchObject({ coverage, caption: expect.stringContaining(said) });
  });
});

describe("figures", () => {
  const names = async (steps: readonly StepLiteral[]) => (await run(steps)).figures.map(({ name }) => name);
  const lengths = ["prefix_append_distribution"];
  it.each<[rule: string, steps: StepLiteral[], expected: string[]]>([
    ["all three", [step(5, 1)], [...lengths, "prefix_vs_append_sample", "append_tokens_weighted_bins"]],
    ["one number alone has lengths only", [step(5, null)], lengths],
    ["none for an empty pool", [], []],
  ])("%s", async (_rule, steps, expected) => {
    expect(await names(steps)).toEqual(expected);
  });
});

it("gives a group the same color in both columns, also where another one lacks the number", async () => {
  const { figures } = await run([
    step(4, 2, { provider: "aider" }),
    step(null, 2, { provider: "zeta" }),
    step(4, null, { provider: "other" }),
  ]);
  const scales = figures
    .slice(0, 1)
    .flatMap(({ spec }) => JSON.stringify(spec).match(/"domain":\["aider"[^\]]*\],"range":[^\]]*\]/g) ?? []);
  expect(scales).toHaveLength(2);
  expect(new Set(scales).size).toBe(1);
});

it("has tables and a note for an empty pool", async () => {
  const result = await run([]);
  expect(rowsOf(result)).toHaveLength(2);
  expect(rowsOf(result, "append_tokens_weighted_bins").map((row) => [row.rounds, row.token_share])).toEqual(Array(8).fill([0, 0]));
  expect(rowsOf(result, "append_tokens_weighted_bins_by_provider")).toEqual([]);
  expect(result).toMatchObject({ headlines: [], notes: [experiment.empty] });
});
