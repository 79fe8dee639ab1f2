import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Row } from "../../../lib/experiment.ts";
import { asSessions } from "../../../lib/testing/cases.ts";
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

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

/** A step that a user begins at this second; the model answers a second later. 1 million tokens are 5 USD as input, 0.5 as prefix. */
const step = (second: number, prefix_tokens: number, newly_append_tokens: number, more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  model: "gpt-5.5",
  prefix_tokens,
  newly_append_tokens,
  output_tokens: 0,
  timing_events: [
    { event_type: "user_message", timestamp: at(second) },
    { event_type: "text", timestamp: at(second + 1) },
  ],
  ...more,
});
const M = 1_000_000;

async function merged(steps: readonly StepLiteral[]) {
  return rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)))[0];
}

describe("the counterfactual", () => {
  it("moves what is not growth to the cache and prices both", async () => {
    expect(await merged([step(0, 0, M), step(100, 0, 2 * M)])).toMatchObject({
      rounds: 2,
      user_rounds_with_predecessor: 1,
      user_rounds_reduced: 1,
      observed_append_tokens: 3 * M,
      counterfactual_append_tokens: 2 * M,
      user_append_reduction_pct: 0.5,
      counterfactual_prefix_tokens: M,
      observed_total_cost_usd: 15,
      counterfactual_total_cost_usd: 10.5,
      cost_saved_per_reduced_step_avg_usd: 4.5,
      idle_gap_per_reduced_step_p50_seconds: 99,
    });
  });

  it.each<[string, StepLiteral]>([
    ["that a tool result began", { timing_events: [{ event_type: "tool_result" }] }],
    ["without events", { timing_events: [] }],
    ["of another session", { session_id: "t" }],
    ["without a session", { session_id: null }],
  ])("leaves a step %s as it is", async (_what, more) => {
    const row = await merged([step(0, 0, M), step(100, 0, 2 * M, more)]);
    expect(row).toMatchObject({ rounds: 2, append_reduction_tokens: 0, total_cost_reduction_usd: 0, user_rounds_reduced: 0 });
  });

  it("counts the tokens of an unpriced model, names it, and counts no dollars for it", async () => {
    const odd = { model: "<b>odd|model</b>" };
    const result = await withPool([step(0, 0, M, odd), step(100, 0, 2 * M, odd), step(0, 0, 5, { model: null, session_id: "t" })], (pool) =>
      runOn(experiment, pool),
    );
    expect(rowsOf(result)[0]).toMatchObject({
      priced_rounds: 0,
      unpriced_rounds: 3,
      append_reduction_tokens: M,
      observed_total_cost_usd: 0,
      total_cost_reduction_pct: null,
      cost_saved_per_reduced_step_samples: 0,
      idle_gap_per_reduced_step_samples: 1,
    });
    expect(rowsOf(result, "unpriced_models")).toEqual([
      { provider: "codex", model: odd.model, rounds: 2, input_tokens: 3 * M, output_tokens: 0 },
      { provider: "codex", model: null, rounds: 1, input_tokens: 5, output_tokens: 0 },
    ]);
    expect(result.notes.join()).toContain(odd.model);
  });

  it.each<[string, StepLiteral, StepLiteral, number | null]>([
    ["from the result of the last tool", { tools: [{ emitted_at: at(1), result_at: at(40) }] }, {}, 60],
    ["unknown when the steps overlap", { tools: [{ emitted_at: at(1), result_at: at(101) }] }, {}, null],
    [
      "to the earliest time when the first event has none",
      {},
      {
        timing_events: [
          { event_type: "user_message" },
          { event_type: "text", timestamp: at(90) },
          { event_type: "text", timestamp: at(80) },
        ],
      },
      79,
    ],
  ])("measures the gap %s", async (_what, first, second, gap) => {
    const row = await merged([step(0, 0, M, first), step(100, 0, 2 * M, second)]);
    expect(row?.idle_gap_per_reduced_step_p50_seconds).toBe(gap);
  });

  it("of an empty pool has all rows", async () => {
    const result = await withPool([], (pool) => runOn(experiment, pool));
    expect(rowsOf(result)).toHaveLength(3);
    expect(rowsOf(result)[0]).toMatchObject({ rounds: 0, observed_total_cost_usd: 0, total_cost_reduction_pct: null });
    expect(result.headlines.map(({ value }) => value)).toEqual(["0 tokens", "$0.00", "--"]);
    expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  });
});

/** Millions of tokens. Of `writes` the first are for 5 minutes, the others for an hour. */
interface Split {
  readonly prefix: number;
  readonly append: number;
  readonly writes?: readonly [short: number, long: number];
}

/** A first step of this input in total, then a return, both at 5, 6.25, 10 and 0.5 USD per million. */
function returnAfter(previousTotal: number, { prefix, append, writes: [short, long] = [0, 0] }: Split): StepLiteral[] {
  const opus = { provider: "claude", model: "claude-opus-4-5" };
  const writes = { claude_cache_creation_input_tokens: (short + long) * M };
  const details = { cache_write_5m_tokens: short * M, cache_write_1h_tokens: long * M };
  return [step(0, previousTotal * M, 0, opus), step(100, prefix * M, append * M, { ...opus, ...writes, details })];
}

describe("with the cache kept", () => {
  const CASES: [what: string, Split, previousTotal: number, kept: [append: number, usd: number]][] = [
    ["append falls to the growth", { prefix: 0, append: 12 }, 10, [2, 10]],
    ["append that is growth already stays", { prefix: 10, append: 2, writes: [1, 0] }, 9, [2, 5 + 6.25]],
    ["a shrunken context appends nothing", { prefix: 0, append: 8, writes: [6, 0] }, 10, [0, 0]],
    ["written tokens move first", { prefix: 0, append: 12, writes: [11, 0] }, 10, [2, 5 + 6.25]],
    ["all that is left was written", { prefix: 0, append: 12, writes: [12, 0] }, 10, [2, 2 * 6.25]],
    ["fewer written than moved: none is left", { prefix: 0, append: 12, writes: [6, 0] }, 10, [2, 10]],
    ["writes for an hour move before those for 5 minutes", { prefix: 0, append: 12, writes: [6, 6] }, 10, [2, 2 * 6.25]],
    ["… and stay as far as nothing moves", { prefix: 9, append: 3, writes: [1, 2] }, 10, [2, 6.25 + 10]],
    ["a step before without tokens changes nothing", { prefix: 1, append: 3, writes: [1, 1] }, 0, [3, 5 + 6.25 + 10]],
  ];
  const KEPT = `-- uses: kept_cache, step_rates
    SELECT session_id, sum(kept_append_tokens) AS append, sum(cache_read_tokens + moved_tokens) AS prefix,
      sum(kept_input_nano) / 1e9 AS input_usd, sum(kept_nano) / 1e9 AS usd
    FROM rounds JOIN step_rates USING (round_pk) JOIN kept_cache USING (round_pk)
    GROUP BY session_id`;
  it.each(CASES)("%s", async (what, split, previousTotal, [append, usd]) => {
    const steps = asSessions(CASES.map(([each, given, before]) => [each, returnAfter(before, given)]));
    const kept = await withPool(steps, (pool) => pool.rows<Row>(KEPT));
    const prefix = previousTotal + split.prefix + split.append - append;
    expect(kept.find(({ session_id }) => session_id === what)).toEqual({
      session_id: what,
      append: append * M,
      prefix: prefix * M,
      input_usd: usd,
      usd: expect.closeTo(usd + 0.5 * prefix, 9),
    });
  });

  it("is what the table adds up", async () => {
    expect(await merged(returnAfter(10, { prefix: 0, append: 12, writes: [6, 6] }))).toMatchObject({
      counterfactual_append_tokens: 2 * M,
      counterfactual_prefix_tokens: 20 * M,
      counterfactual_input_cost_usd: 2 * 6.25,
      counterfactual_total_cost_usd: expect.closeTo(2 * 6.25 + 0.5 * 20, 9),
    });
  });

  it("the input stays the same, and nothing costs more", async () => {
    const tokens = fc.nat(1_000_000);
    const splits = fc.record({ prefix: tokens, append: tokens, short: tokens, long: tokens, previousTotal: tokens });
    const pairs = fc.sample(splits, { numRuns: 200, seed: 1 }).flatMap(({ prefix, append, short, long, previousTotal }, i) =>
      returnAfter(previousTotal / M, { prefix: prefix / M, append: append / M, writes: [short / M, long / M] }).map((literal) => ({
        ...literal,
        session_id: `s${i}`,
      })),
    );
    const row = await merged(pairs);
    const column = (name: string) => Number(row?.[name]);
    expect(column("counterfactual_append_tokens") + column("counterfactual_prefix_tokens")).toBe(
      column("observed_append_tokens") + column("observed_prefix_tokens"),
    );
    expect(column("user_rounds_reduced")).toBe(column("cost_saved_per_reduced_step_samples"));
    expect(row).toMatchObject({ user_rounds_with_predecessor: 200, user_rounds_increased: 0 });
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("has the published table and headlines", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const golden = markdownCells(published(name, experiment, "human_idle_cache_counterfactual.md"));
    expect(golden).toHaveLength(9);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
    expect(asPublished(result.headlines)).toEqual(JSON.parse(published(name, experiment, "headline.json")));
  });
});
