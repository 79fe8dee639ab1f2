import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { csvOf, published, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const run = (pool: Pool, flags: Record<string, unknown> = {}) => runOn(experiment, pool, flags);

interface PairsLiteral {
  readonly count: number;
  readonly provider?: string;
  readonly model?: string;
  readonly nextInput?: string;
  readonly output?: number;
  readonly append: number;
  /** Growth of the prefix. */
  readonly delta: number;
}

/** One session with that many equal pairs, and a step of another model in between. */
function session({
  count,
  provider = "codex",
  model = "gpt-5.5",
  nextInput = "tool_result",
  output = 3000,
  append,
  delta,
}: PairsLiteral): StepLiteral[] {
  const start = Date.UTC(2026, 0, 1);
  const step = (round_index: number, columns: StepLiteral): StepLiteral => ({
    provider,
    session_id: `${provider} ${model} ${nextInput}`,
    round_index,
    timing_events: [{ event_type: "text", timestamp: new Date(start + round_index * 1000).toISOString() }],
    ...columns,
  });
  return Array.from({ length: count }, (_, i) => [
    step(2 * i, { model, input_tokens_total: 10_000, output_tokens: output }),
    step(2 * i + 1, { model: "other", first_input_event_type: nextInput, prefix_tokens: 10_000 + delta, newly_append_tokens: append }),
  ]).flat();
}

const RESENT = { append: 3500, delta: 0 };
const CACHED = { append: 200, delta: 2900 };
const POOL = [
  ...session({ ...RESENT, count: 300, provider: "claude", model: "claude-opus-4-6" }),
  ...session({ ...RESENT, count: 20, provider: "claude", nextInput: "user_message" }),
  ...session({ ...RESENT, count: 60 }),
  ...session({ ...CACHED, count: 60, nextInput: "user_message" }),
  ...session({ ...CACHED, count: 50, model: "gpt-5.4", output: 3000 }),
  ...session({ ...CACHED, count: 1, model: "gpt-5.3-codex" }),
  ...session({ ...CACHED, count: 1, model: "gpt-5.2-codex", nextInput: "user_message" }),
  ...session({ ...CACHED, count: 1, model: "gpt-5.4-mini" }),
];

const decisions = (result: ExperimentResult, table: number) =>
  rowsOf(result, result.tables[table]?.name).map((row) => [
    row.scenario ?? row.model_group,
    row.count,
    `${row.decision}, ${row.decision_strength}`,
  ]);

describe("run", () => {
  it("decides for each scenario that has pairs", async () => {
    const result = await withPool(POOL, (pool) => run(pool));
    expect(result.tables.map(({ name }) => name)).toEqual([
      "output_append_assignment_summary_min2000",
      "output_append_assignment_summary_min4000",
    ]);
    expect(decisions(result, 0)).toEqual([
      ["claude_tool_result", 300, "append_side, very_strong"],
      ["claude_user_message", 20, "not_sure, weak"],
      ["gpt55_tool_result", 60, "append_side, strong"],
      ["gpt55_user_message", 60, "prefix_side, strong"],
      ["gpt54_tool_result", 50, "prefix_side, strong"],
      ["gpt53_codex_tool_result", 1, "not_sure, weak"],
    ]);
    expect(decisions(result, 1)).toEqual([]);
    expect(result.headlines).toEqual([
      { label: "Output of Claude", value: "100% back in the append (n = 320)" },
      { label: "Output of gpt-5.5", value: "50% back in the append (n = 120)" },
      { label: "Output of gpt-5.4", value: "100% back in the prefix (n = 50)" },
    ]);
    expect(result.notes).toEqual([
      "No pairs with output >= 2,000 tokens and a gap of at most 240 s: gpt-5.4 → user message, gpt-5.2-codex → tool result.",
      "No pairs with output >= 4,000 tokens and a gap of at most 240 s, so their tables are empty and their figures are missing.",
    ]);
  });

  it.each([
    ["all outputs are final", false, 10, null],
    ["none of Claude's is", true, 5, "Claude has no final output counts: all 600 were logged while streaming."],
  ])("draws and decides by final outputs: %s", async (_which, streaming, figures, sentence) => {
    const details = (output_is_placeholder: boolean) => ({ details: { output_is_placeholder } });
    const steps = [
      ...session({ ...RESENT, count: 300, provider: "claude", output: 5000 }).map((step) => ({ ...step, ...details(streaming) })),
      ...session({ ...CACHED, count: 60 }).map((step) => ({ ...step, ...details(false) })),
    ];
    const result = await withPool(steps, (pool) => run(pool));
    const codex = ["gpt55_tool_result", 60, "prefix_side, strong"];
    expect(decisions(result, 0)).toEqual(streaming ? [codex] : [["claude_tool_result", 300, "not_sure, weak"], codex]);
    expect(result.figures).toHaveLength(figures);
    for (const { spec } of result.figures) expect(JSON.stringify(spec).includes("no final output counts")).toBe(sentence !== null);
    expect(result.notes.filter((note) => note.includes("final output counts")).map((note) => note.split(" By model:")[0])).toEqual(
      sentence === null ? [] : [sentence],
    );
  });

  it.each([
    [
      {},
      ["output_append_assignment_summary"],
      [
        "output_attribution_summary",
        "output_vs_next_append_scatter",
        "ranked_output_vs_next_append",
        "output_vs_prefix_gain_scatter",
        "ranked_output_vs_prefix_gain",
      ],
    ],
    [
      { "model-merged-figure": true },
      ["output_append_assignment_summary", "model_merged_output_attribution_summary"],
      [
        "output_attribution_summary",
        "output_vs_next_append_scatter",
        "ranked_output_vs_next_append",
        "output_vs_prefix_gain_scatter",
        "ranked_output_vs_prefix_gain",
        "model_merged_output_attribution",
      ],
    ],
    [{ "model-merged-only": true }, ["model_merged_output_attribution_summary"], ["model_merged_output_attribution"]],
  ])("writes with %j what it asks for", async (flags, tables, figures) => {
    const result = await withPool(POOL, (pool) => run(pool, { ...flags, "min-output-tokens": ["100", "100"] }));
    expect(result.tables.map(({ name }) => name)).toEqual(tables.map((name) => `${name}_min100`));
    expect(result.figures.map(({ name }) => name)).toEqual(figures.map((name) => `${name}_min100`));
  });

  it("merges what started the next step by model", async () => {
    const result = await withPool(POOL, (pool) => run(pool, { "model-merged-only": true, "min-output-tokens": ["2000"] }));
    expect(decisions(result, 0)).toEqual([
      ["Claude", 320, "append_side, very_strong"],
      ["gpt-5.5", 120, "mixed, strong"],
      ["gpt-5.4", 50, "prefix_side, strong"],
    ]);
  });

  it("rounds statistics to six significant digits, ties to even, and leaves undefined ones empty", async () => {
    const pool = session({ count: 1, output: 2_000_005, append: 1_234_565, delta: 0 });
    const [row] = rowsOf(await withPool(pool, (each) => run(each, { "min-output-tokens": ["2000"] })));
    expect(row).toMatchObject({
      median_prev_output: 2_000_000,
      median_next_append: 1_234_560,
      corr_log_output_append: null,
      prefix_reject_pct: 100,
    });
  });

  it("has tables without rows for an empty pool", async () => {
    const result = await withPool([], (pool) => run(pool, { "model-merged-figure": true, "min-output-tokens": ["2000"] }));
    expect(result.tables.map(({ rows }) => rows)).toEqual([[], []]);
    expect(result.figures).toEqual([]);
    expect(result.headlines).toEqual([]);
    expect(result.notes).toEqual([experiment.empty]);
  });
});

describe("the figures", () => {
  it.each<[what: string, steps: StepLiteral[], least: string]>([
    ["many groups", POOL, "2000"],
    ["one pair", session({ ...CACHED, count: 1 }), "0"],
    ["one pair that shows nothing of the output", session({ count: 1, output: 1, append: 0, delta: -5 }), "0"],
    ["outputs around a thousand", session({ ...RESENT, count: 3, output: 1024 }), "1024"],
  ])("of %s are drawn, and no label is cut or covers another", async (_what, steps, least) => {
    const { figures } = await withPool(steps, (pool) => run(pool, { "model-merged-figure": true, "min-output-tokens": [least] }));
    expect(figures.filter(({ name }) => !name.startsWith("output_attribution_summary"))).toHaveLength(5);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems, name).toEqual([]);
  });

  it("thin out large groups and say so", async () => {
    const steps = session({ ...RESENT, count: 40 });
    const { figures, notes, tables } = await withPool(steps, (pool) =>
      run(pool, { "max-points-per-scenario": "7", "min-output-tokens": ["2000"] }),
    );
    const dotsIn = (name: string) =>
      JSON.stringify(figures.find((figure) => figure.name === `${name}_min2000`)?.spec).match(/"verdict":"append_side"/g);
    expect(dotsIn("ranked_output_vs_next_append")).toHaveLength(7);
    // All pairs are alike, so they are one point there.
    expect(dotsIn("output_vs_next_append_scatter")).toHaveLength(1);
    expect(tables[0]?.rows).toMatchObject([{ count: 40 }]);
    expect(notes).toContain(
      "Drawn with 7 of their pairs with output >= 2,000 tokens and a gap of at most 240 s, statistics over all: gpt-5.5 → tool result.",
    );
  });
});

describe.skipIf(!hasShared)("on a real pool", () => {
  it("matches the published tables", async () => {
    const { tables } = await withReferencePool("pool-a", run);
    expect(tables).toHaveLength(2);
    for (const table of tables)
      expect(parsed(csvOf(table)), table.name).toEqual(parsed(published("pool-a", experiment, `${table.name}.csv`)));
  });
});

function parsed(csv: string): unknown[] {
  return Papa.parse<unknown>(csv, { dynamicTyping: true, skipEmptyLines: true }).data;
}
