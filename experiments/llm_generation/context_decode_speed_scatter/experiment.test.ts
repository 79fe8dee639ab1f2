import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { known } from "../../../lib/stats/known.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { STEPS } from "./measure.ts";

const SUMMARY = "context_decode_speed_summary";
const TIMING = "context_decode_speed_codex_timing_summary";
const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
const input = (second: number) => event("tool_result", second);
const reasoning = (second: number) => event("reasoning", second);
const text = (second: number) => event("text", second);
/** Reads 8,000 tokens and writes 100 of them in 4 s by default. */
const step = (more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  input_tokens_total: 8000,
  output_tokens: 100,
  timing_events: [input(0), text(4)],
  ...more,
});
const run = (steps: readonly StepLiteral[], flags = {}) => withPool(steps, (pool) => runOn(experiment, pool, flags));

describe("the steps measured", () => {
  const speedsOf = async (steps: readonly StepLiteral[]) =>
    rowsOf(await run(steps), SUMMARY).map((row) => [row.provider, row.rows, row.median_normalized_decode_tokens_per_second]);
  const cases: [provider: string, steps: StepLiteral[], speed: number | null][] = [
    ["tokens over seconds", [step()], 25],
    ["no output, no speed", [step({ output_tokens: 0 }), step({ output_tokens: null })], null],
    ["no context, no place", [step({ input_tokens_total: 0 })], null],
    ["prefix and append replace a missing total", [step({ input_tokens_total: null, prefix_tokens: 5, newly_append_tokens: null })], 25],
    ["no time, no speed", [step({ timing_events: [input(4), text(4)] })], null],
  ];
  it.each(cases)("%s", async (what, _steps, speed) => {
    const speeds = await speedsOf(cases.flatMap(([provider, steps]) => steps.map((each) => ({ ...each, provider }))));
    expect(speeds.filter(([provider]) => provider === what)).toEqual(speed === null ? [] : [[what, 1, speed]]);
  });

  it("Claude, Codex, then the others", async () => {
    const steps = [step({ provider: "" }), step({ provider: "zeta" }), step(), step({ provider: "claude" })];
    expect(await speedsOf(steps)).toEqual(["claude", "codex", "<unknown-provider>", "zeta"].map((provider) => [provider, 1, 25]));
  });
});

describe("outputs that were logged while streaming", () => {
  const claude = (output_is_placeholder: boolean) => step({ provider: "claude", details: { output_is_placeholder } });

  it.each<[which: string, steps: StepLiteral[], providers: unknown[], line: string | null]>([
    ["all final", [claude(false), step()], ["claude", "codex"], null],
    ["some final", [claude(false), claude(true), step()], ["claude", "codex"], "Output of Claude: final counts of 1 of 2 steps."],
    ["none", [claude(true), claude(true), step()], ["codex"], "Claude has no final output counts: all 2 were logged while streaming."],
  ])("%s", async (_which, steps, providers, line) => {
    const result = await run(steps);
    expect(rowsOf(result, SUMMARY).map(({ provider, rows }) => [provider, rows])).toEqual(providers.map((provider) => [provider, 1]));
    const [spec] = result.figures.map((figure) => JSON.stringify(figure.spec));
    expect(spec?.includes("Output of Claude") || spec?.includes("Claude has no")).toBe(line !== null);
    if (line !== null) expect(spec).toContain(JSON.stringify(line));
    expect(spec?.includes('"text":"Claude"')).toBe(providers.includes("claude"));
  });
});

describe("Codex around its last reasoning", () => {
  const split = (timing_events: StepLiteral["timing_events"], more: StepLiteral = {}) =>
    step({ output_tokens: 100, reasoning_output_tokens: 60, timing_events: timing_events ?? [], ...more });
  const cases: [rule: string, step: StepLiteral, decode: number | null, firstToken: number | null][] = [
    ["visible tokens after it; the wait before it less its tokens", split([input(0), reasoning(10), text(14)]), 10, 4],
    ["the wait may come out negative", split([input(0), reasoning(5), text(9)]), 10, -1],
    ["the tail after the last of several", split([input(0), reasoning(1), text(2), reasoning(10), text(14)]), 10, 4],
    ["an input between counts as the start", split([input(0), reasoning(1), input(8), reasoning(10), text(14)]), 10, -4],
    ["too short a tail", split([input(0), reasoning(10), text(10.05)]), null, null],
    ["nothing after it", split([input(0), text(4), reasoning(10)]), null, null],
    ["nothing visible", split([input(0), reasoning(10), text(14)], { reasoning_output_tokens: 100 }), null, null],
    ["no exact tokens", split([input(0), reasoning(10), text(14)], { reasoning_output_tokens: null }), null, null],
    ["Claude", split([input(0), reasoning(10), text(14)], { provider: "claude" }), null, null],
  ];
  it.each(cases.map(([rule, , ...expected], i) => [rule, i, ...expected] as const))("%s", async (_rule, i, decode, firstToken) => {
    // Each case has a context of its own. All that can be measured write 10 tokens per second.
    const steps = cases.map(([, only], place) => ({ ...only, input_tokens_total: 8000 + place }));
    const rows = await withPool(steps, (pool) => checkedQueries(experiment, pool).rows(STEPS, { least_seconds: 0.1, decode_speed: 10 }));
    expect(rows.find(({ context_tokens }) => context_tokens === 8000 + i)).toMatchObject({
      decode_speed: decode,
      first_token_s: firstToken,
    });
  });

  it.each([0, cases.length - 1].map((i) => known(cases[i])))("in the table: %s", async (_rule, only, decode, firstToken) => {
    const rows = rowsOf(await run([only]), TIMING);
    expect(rows.map(({ metric, rows: n, average, median }) => [metric, n, average, median])).toEqual([
      ["codex_pure_decode_tokens_per_second", decode === null ? 0 : 1, decode, decode],
      ["codex_ttft_seconds", firstToken === null ? 0 : 1, firstToken, firstToken],
    ]);
  });
});

it("counts speeds above the cap, and takes them as the cap", async () => {
  const rows = rowsOf(
    await run([step(), step({ output_tokens: 4000 })], { "max-speed-tokens-per-second": 160.5 }),
    "context_decode_speed_variance",
  );
  expect(
    rows.map((row) => [row.provider, row.speed_view, row.rows, row.mean_normalized_decode_tokens_per_second, row.share_above_display_cap]),
  ).toEqual([
    ["claude", "raw", 0, null, null],
    ["claude", "display_capped_160.5", 0, null, null],
    ["codex", "raw", 2, 512.5, 0.5],
    ["codex", "display_capped_160.5", 2, 92.75, 0.5],
  ]);
});

it("has headers or blanks for an empty pool", async () => {
  const result = await run([]);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  expect(result.tables.map(({ name }) => rowsOf(result, name).length)).toEqual([0, 0, 2, 0, 4]);
});

describe("the figure", () => {
  const codex = { output_tokens: 100, reasoning_output_tokens: 60, timing_events: [input(0), reasoning(5), text(9)] };
  it.each<[what: string, steps: StepLiteral[], panels: number]>([
    ["one step", [step()], 1],
    ["steps without a provider, and with an odd one", [step({ provider: null }), step({ provider: "constructor" })], 2],
    ["Codex taken apart", [step(codex), step({ ...codex, input_tokens_total: 900_000 })], 3],
    ["speeds beyond the axes", [step({ ...codex, output_tokens: 1_000_000 }), step({ output_tokens: 2_000_000 })], 3],
  ])("of %s is whole", async (_what, steps, panels) => {
    const { figures } = await run(steps, { "min-bin-count": 1 });
    expect(figures).toHaveLength(1);
    for (const { name, spec } of figures) {
      expect("concat" in spec && spec.concat).toHaveLength(panels);
      expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
    }
  });

  it("is left out, with a note, when the axis begins beyond all steps", async () => {
    const result = await run([step()], { "min-context-tokens": 8001 });
    expect(result).toMatchObject({ figures: [], notes: [expect.stringContaining("--min-context-tokens")] });
    expect(rowsOf(result, SUMMARY)).toHaveLength(1);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it("matches the published variances", () => {
    const golden = [
      ...published(name, experiment, "variance.stdout.txt").matchAll(
        /^(\w+): n=(\d+), population variance=(\S+), sample variance=(\S+)$/gm,
      ),
    ];
    const raw = rowsOf(result, "context_decode_speed_variance").filter((row) => row.speed_view === "raw");
    const six = (value: unknown) => toFixedHalfEven(Number(value), 6);
    expect(golden).toHaveLength(2);
    expect(
      raw.map((row) => [
        row.provider,
        String(row.rows),
        six(row.population_variance_normalized_decode_tokens_per_second_squared),
        six(row.sample_variance_normalized_decode_tokens_per_second_squared),
      ]),
    ).toEqual(golden.map(([, ...cells]) => cells));
  });
});
