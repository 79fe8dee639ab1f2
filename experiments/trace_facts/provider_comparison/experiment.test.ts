import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import type { Cell, Row } from "../../../lib/experiment.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { markdownCells, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import waits from "../../human_in_the_loop/human_input_wait/experiment.ts";
import tokenLengths from "../../llm_generation/token_length_distribution/experiment.ts";
import hitRatio from "../../prefix_cache/cache_hit_ratio/experiment.ts";
import overview from "../overview_summary/experiment.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });

const run = (pool: Pool) => runOn(experiment, pool);

async function cellsOf(steps: readonly StepLiteral[]) {
  const result = await withPool(steps, run);
  const cell = (row: string, provider: string) => rowsOf(result).find((entry) => entry.row === row && entry.provider === provider);
  return { result, cell };
}

it("has a dash for output and speed of a provider without final counts", async () => {
  const steps = STEPS.map((step) => ({ ...step, details: { output_is_placeholder: step.provider === "claude" } }));
  const { result, cell } = await cellsOf(steps);
  for (const row of ["output", "avg_output", "decode_throughput"]) expect([row, cell(row, "claude")?.value]).toEqual([row, null]);
  expect(cell("output", "codex")?.value).not.toBeNull();
  expect(result.documents[0]?.value).toMatchObject({
    providers: [{ output_counts: "final counts of 0 of 2 steps" }, { provider: "codex" }],
  });
  expect(result.headlines).toContainEqual({ label: "Output of Claude", value: "no final count of 2 steps" });
});

const near = (value: number) => expect.closeTo(value, 12);

const STEPS: StepLiteral[] = [
  {
    session_id: "c",
    provider: "claude",
    user: "u",
    model: "claude-opus-4-7",
    prefix_tokens: 0,
    newly_append_tokens: 100,
    output_tokens: 10,
    timing_events: [event("user_message", 0), event("text", 2)],
    tools: [{ tool_wall_latency_ms: 500 }, { tool_internal_latency_ms: 1500 }],
  },
  {
    session_id: "c",
    provider: "claude",
    model: "claude-opus-4-7",
    prefix_tokens: 90,
    newly_append_tokens: 60,
    timing_events: [event("tool_result", 3), event("user_message", 3), event("text", 5)],
  },
  {
    session_id: "x",
    provider: "codex",
    model: "gpt-5.5",
    prefix_tokens: 100_000,
    newly_append_tokens: 100,
    output_tokens: 30,
    reasoning_output_tokens: 10,
    timing_events: [event("user_message", 0), event("reasoning", 4), event("text", 6)],
    tools: [{ tool_wall_latency_ms: 4000 }],
  },
  { session_id: "x", provider: "codex", prefix_tokens: 20_000, newly_append_tokens: 10, timing_events: [event("user_message", 86_406)] },
  { session_id: "y", provider: null, newly_append_tokens: 7 },
];

describe("two providers", () => {
  let found: Awaited<ReturnType<typeof cellsOf>>;
  beforeAll(async () => {
    found = await cellsOf(STEPS);
  });

  const cases: [row: string, provider: string, expected: Record<string, Cell>][] = [
    ["agent_steps", "claude", { value: 2, printed: "2", unit: "steps", better: null }],
    ["users", "codex", { value: null, printed: "—" }],
    ["window", "codex", { text: "2026-01-01T00:00:00Z/2026-01-02T00:00:06Z", printed: "Jan 1 2026 – Jan 2 2026" }],
    // A step that holds both counts in both rows, and goes by its first event in what follows.
    ["requests", "claude", { value: 2 }],
    ["tool_triggered_steps", "claude", { value: 1, share: 0.5 }],
    ["tool_context_increase", "claude", { avg: 50, p50: 50, p90: 50 }],
    ["user_context_increase", "claude", { avg: null, printed: "—" }],
    ["top_model", "codex", { text: "gpt-5.5", share: 0.5 }],
    ["user_major_compaction_share", "codex", { value: 1, printed: "100.0%" }],
    ["user_reduction_share", "codex", { value: 1 }],
    ["human_wait", "codex", { value: 24, printed: "24.0h" }],
    ["avg_total_input", "claude", { value: 125, printed: "125 tokens" }],
    ["user_avg_append", "codex", { value: 55 }],
    ["reasoning", "claude", { value: null, printed: "—" }],
    ["avg_reasoning", "codex", { value: 10 }],
    ["generation_p50", "claude", { value: 2, printed: "2.00 s", better: true }],
    ["generation_p50", "codex", { value: 6, better: false }],
    ["decode_throughput", "claude", { value: 5, better: null }],
    ["decode_throughput", "codex", { value: 5, better: null }],
    ["post_reasoning_throughput", "codex", { value: 10, better: null }],
    ["ttft", "codex", { value: 3 }],
    ["calls_per_request", "codex", { value: 0.5 }],
    ["calling_steps", "claude", { value: 1, share: 0.5 }],
    ["tool_latency_p50", "claude", { value: 1, direction: "none", better: null }],
    ["hit_rate", "codex", { value: 120_000 / 120_110, better: true }],
    ["user_hit_rate", "claude", { value: 0, better: false }],
    ["cost", "claude", { value: near(0.001095), unit: "USD", printed: "$0.0011", better: null }],
    ["cost_per_step", "claude", { value: near(0.0005475) }],
    ["cost_per_session", "claude", { value: near(0.001095) }],
    ["cost_fresh", "claude", { value: near(0.0008), share: near(0.0008 / 0.001095) }],
    ["cost_writes", "claude", { value: 0, share: 0, printed: "$0.00 (0.0%)" }],
    // Of the step with a price alone.
    ["cost_per_step", "codex", { value: near(100 * 5e-6 + 100_000 * 0.5e-6 + 30 * 30e-6) }],
    ["classified_append", "claude", { value: 160 }],
    ["classified_increase_over_append", "claude", { value: 50 / 160, better: true }],
  ];
  it.each(cases)("%s of %s", (row, provider, expected) => expect(found.cell(row, provider)).toMatchObject(expected));

  it("draws the rows that two providers have, and says which are left out and which steps are in no column", () => {
    expect(found.result.figures).toMatchObject([{ caption: expect.stringContaining("post-reasoning throughput") }]);
    expect(found.result.notes).toEqual([
      "Steps without a provider are in no column: 1.",
      "List prices of 2026-06: 3 of 5 steps have a price; 20.0K tokens unpriced.",
      "Without a price and left out of all costs (steps): no model (2).",
    ]);
    expect(found.result.documents[0]?.value).toMatchObject({
      providers: [{ provider: "claude" }, { provider: "codex", prices: "1 of 2 steps have a price; 20.0K tokens unpriced" }],
    });
  });
});

it("has the size of the widest gap in its title, and says why tool latency is not judged", async () => {
  const steps = STEPS.map((step) => ({ ...step, tools: [{ tool_internal_latency_ms: 0 }, { tool_internal_latency_ms: 9 }] }));
  const { result } = await cellsOf(steps);
  expect(result.figures).toMatchObject([
    {
      title: "Generation time, p50 differs most: Claude 2.00 s, Codex 6.00 s (3.00x)",
      caption: expect.stringContaining("calls that report 0 ms, 2 of 4 calls of Claude and 2 of 4 calls of Codex."),
    },
  ]);
});

it("names no best provider where all are nearly equal", async () => {
  const steps = ["claude", "codex"].map((provider, i) => ({
    session_id: provider,
    provider,
    prefix_tokens: 900 + i,
    newly_append_tokens: 10,
  }));
  const { result } = await cellsOf(steps);
  expect(result.figures).toMatchObject([{ title: "The providers are nearly equal in every judged row" }]);
});

describe("other pools", () => {
  it("an empty pool has the table's header, a note and nothing else", async () => {
    const { result } = await cellsOf([]);
    expect(result).toMatchObject({
      figures: [],
      headlines: [],
      notes: [experiment.empty],
      tables: [{ rows: [] }],
    });
  });

  it("one provider is not judged", async () => {
    const { result } = await cellsOf(STEPS.slice(2, 4));
    expect(rowsOf(result).filter(({ better }) => better !== null)).toEqual([]);
    expect(result).toMatchObject({ figures: [], notes: expect.arrayContaining([expect.stringContaining("one provider")]) });
  });

  it("further providers follow by name, whatever they are called", async () => {
    const named = ["zeta", "<b>bold</b>", "__proto__", "codex", "", "claude"].map((provider, i) => ({
      session_id: `s${i}`,
      provider,
      prefix_tokens: i + 1,
      newly_append_tokens: 1,
    }));
    const { result, cell } = await cellsOf(named);
    const names = [...new Set(rowsOf(result).map(({ provider }) => provider))];
    expect(names).toEqual(["claude", "codex", "<unknown-provider>", "<b>bold</b>", "__proto__", "zeta"]);
    expect(cell("hit_rate", "claude")).toMatchObject({ better: null });
    expect([cell("cost", "zeta"), cell("cost_output", "zeta")]).toMatchObject([{ printed: "—" }, { printed: "—" }]);
    expect(JSON.stringify([result.tables, result.documents])).not.toMatch(/NaN|Infinity/);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let rows: readonly Row[];
  let costs: { readonly cost: number; readonly most: number } | undefined;
  beforeAll(async () => {
    await withReferencePool(name, async (pool) => {
      rows = rowsOf(await run(pool));
      [costs] = await pool.rows("-- uses: cost_range\nSELECT sum(cost_nano) / 1e9 AS cost, sum(high_nano) / 1e9 AS most FROM cost_range");
    });
  });

  it("costs what all steps cost", () => {
    const sum = (row: string) => sumOf(PROVIDERS, (provider) => Number(cell(row, provider).value));
    expect(sum("cost")).toBeCloseTo(Number(costs?.cost), 6);
    expect(sum("cost_most")).toBeCloseTo(Number(costs?.most), 6);
    const parts = ["cost_fresh", "cost_writes", "cost_reads", "cost_output"];
    expect(sumOf(parts, sum)).toBeCloseTo(Number(costs?.cost), 6);
  });

  const cell = (row: string, provider: string) => rows.find((entry) => entry.row === row && entry.provider === provider) as Row;
  const PROVIDERS = ["claude", "codex"];

  it.each(PROVIDERS)("%s has the totals of the published summary", (provider) => {
    const { scope, tokens, generation_timing: timing, tools } = JSON.parse(published(name, overview, "summary.json"))[provider];
    const totals = {
      agent_steps: scope.llm_rounds_total,
      requests: scope.rounds_with_visible_user_message,
      total_input: tokens.input.total_input_tokens,
      output: tokens.output.total_output_tokens_including_reasoning,
      generation_p90: timing.p90_observable_generation_time_seconds,
      tool_calls: tools.total_tool_calls,
    };
    expect(Object.fromEntries(Object.keys(totals).map((row) => [row, cell(row, provider).value]))).toEqual(totals);
  });

  it("prints the hit rates of the cache's own table", () => {
    const [, ...rates] = markdownCells(published(name, hitRatio, "cache_hit_ratio_table.md"));
    expect(rates.map((cells) => cells.slice(1, 3))).toEqual(
      ["hit_rate", "user_hit_rate", "tool_hit_rate"].map((row) => PROVIDERS.map((provider) => cell(row, provider).printed)),
    );
  });

  it("prints the average tokens of their distributions", () => {
    const averages = markdownCells(published(name, tokenLengths, "token_length_distribution.md")).filter(([head]) => head !== "Tokens");
    expect(averages.slice(0, 6).map(([, average]) => `${average} tokens`)).toEqual(
      ["avg_cached_input", "avg_append_input", "avg_output"].flatMap((row) => PROVIDERS.map((provider) => cell(row, provider).printed)),
    );
  });

  it.each(PROVIDERS)("%s has the waits of their own experiment", (provider) => {
    const line = published(name, waits, "human_input_wait_summary.csv")
      .split(/\r?\n/)
      .find((row) => row.startsWith(`${provider},`));
    const [, count, mean, p50, p90] = (line as string).split(",").map(Number) as [number, number, number, number, number];
    const each = cell("human_wait_each", provider);
    expect([each.avg, each.p50, each.p90].map((value) => Number(value).toPrecision(9))).toEqual(
      [mean, p50, p90].map((value) => value.toPrecision(9)),
    );
    expect(cell("human_wait", provider).value).toBeCloseTo((count * mean) / 3600, 6);
  });
});
