import { beforeAll, describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import overview from "../overview_summary/experiment.ts";
import experiment from "./experiment.ts";
import { MEASURES, sumOf, volumeOf } from "./volume.ts";

const at = (timestamp: string) => [{ event_type: "user_message", timestamp }];
const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));
const documentOf = (result: Awaited<ReturnType<typeof run>>) => result.documents?.[0]?.value as Record<string, unknown>;

const STEPS: StepLiteral[] = [
  { provider: "codex", session_id: "x", prefix_tokens: 5, output_tokens: 3, timing_events: at("2026-01-07T00:00:00Z") },
  {
    provider: "claude",
    session_id: "s",
    prefix_tokens: 100,
    newly_append_tokens: 10,
    output_tokens: 7,
    timing_events: [...at("2026-01-06T00:00:01Z"), { event_type: "text", timestamp: "2026-01-05T23:59:59.999Z" }],
    tools: [{}, {}],
  },
  { provider: "claude", session_id: "s", newly_append_tokens: 1, timing_events: at("2026-01-05T08:00:00Z") },
  { provider: "codex", session_id: "s", timing_events: at("2026-01-07T12:00:00Z") },
  { provider: "claude", session_id: null, timing_events: at("2026-01-07T12:00:00Z") },
  { provider: "claude", session_id: "late", output_tokens: 4, timing_events: [] },
];

describe("a few days", () => {
  let result: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    result = await run(STEPS);
  });

  it.each([
    ["the day of a step's earliest event", "2026-01-05", "claude", [2, 1, 111, 7, 2]],
    ["nothing between", "2026-01-06", "claude", [0, 0, 0, 0, 0]],
    ["steps without a session start none", "2026-01-07", "claude", [1, 0, 0, 0, 0]],
    ["a shared session starts for each provider", "2026-01-07", "codex", [2, 2, 5, 3, 0]],
    ["a provider's days before its first", "2026-01-05", "codex", [0, 0, 0, 0, 0]],
  ])("%s", (_, date, provider, amounts) => {
    const row = rowsOf(result).find((entry) => entry.date === date && entry.provider === provider);
    expect(MEASURES.map(({ key }) => row?.[key])).toEqual(amounts);
  });

  it("counts steps without a time apart", () => {
    expect(result.notes).toEqual(["Steps without a time are on no day: 1 of 6."]);
    expect(documentOf(result)).toMatchObject({
      unit: "day",
      starts: ["2026-01-05", "2026-01-06", "2026-01-07"],
      without_time: { steps: 1, sessions_started: 1, output_tokens: 4 },
      total: { steps: 5, tool_calls: 2 },
      providers: [
        { provider: "claude", title: "Claude", steps: [2, 0, 1] },
        { provider: "codex", sessions_started: [0, 0, 2] },
      ],
    });
    expect(result.figures).toMatchObject([
      { title: expect.stringMatching(/^The busiest day was /), caption: expect.stringContaining("Days without any step: 1 of 3") },
    ]);
  });
});

it("leaves out output counts that were logged while streaming", async () => {
  const step = (day: number, output_tokens: number, output_is_placeholder: boolean): StepLiteral => ({
    ...{ provider: "claude", session_id: "s", output_tokens, details: { output_is_placeholder } },
    timing_events: [{ event_type: "tool_result", timestamp: `2026-01-0${day}T00:00:00Z` }],
  });
  const result = await run([step(5, 1, true), step(5, 7, false), step(6, 2, true)]);
  expect(rowsOf(result).map(({ date, steps, output_tokens }) => [date, steps, output_tokens])).toEqual([
    ["2026-01-05", 2, 7],
    ["2026-01-06", 1, null],
  ]);
  expect(documentOf(result)).toMatchObject({ total: { output_tokens: 7 }, providers: [{ output_tokens: [7, null] }] });
});

describe("other pools", () => {
  it.each([
    ["an empty pool", []],
    ["steps without times", [{ provider: "claude", session_id: "s" }]],
  ])("%s has nothing to show", async (_, steps) => {
    const result = await run(steps);
    expect(rowsOf(result)).toEqual([]);
    expect(result).toMatchObject({ figures: [], headlines: [] });
    expect(result.notes[0]).toBe(experiment.empty);
  });

  it("clocks that are wrong by ages give no endless table", async () => {
    const result = await run([
      { provider: "<b>", session_id: "a", timing_events: at("0004-05-01T00:00:00Z") },
      { provider: null, session_id: "b", timing_events: at("9000-01-01T00:00:00Z") },
    ]);
    expect(rowsOf(result).map(({ date, provider, steps }) => [date, provider, steps])).toEqual(
      [
        ["0004-05-01", "<b>", 1],
        ["0004-05-01", "<unknown-provider>", 0],
        ["9000-01-01", "<b>", 0],
        ["9000-01-01", "<unknown-provider>", 1],
      ].sort(),
    );
    expect((documentOf(result).starts as string[]).length).toBeLessThan(300);
    expect(result.notes).toEqual([expect.stringContaining("ten years")]);
  });
});

describe("volumeOf", () => {
  const day = (number: number, steps: number) => ({
    provider: "p",
    day: number,
    steps,
    sessions_started: 0,
    input_tokens: 0,
    output_steps: steps,
    output_tokens: 0,
    tool_calls: 0,
  });

  it.each([
    [119, "day", 120],
    [120, "week", 18],
  ])("%i days after the first are shown by %s", (last, unit, starts) => {
    const { periods } = volumeOf([day(0, 1), day(last, 2)]);
    expect([periods?.scale.unit, periods?.starts.length]).toEqual([unit, starts]);
    expect(sumOf(periods?.series.get("p") ?? []).steps).toBe(3);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("adds up to the published totals", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const { total, without_time: rest } = documentOf(result) as { total: Record<string, number>; without_time: Record<string, number> };
    const { scope, tokens, tools } = JSON.parse(published(name, overview, "summary.json")).merged;
    const sum = (key: string) => (total[key] ?? Number.NaN) + (rest[key] ?? Number.NaN);
    expect([sum("steps"), sum("input_tokens"), sum("output_tokens"), sum("tool_calls")]).toEqual([
      scope.llm_rounds_total,
      tokens.input.total_input_tokens,
      tokens.output.total_output_tokens_including_reasoning,
      tools.total_tool_calls,
    ]);
    const rows = rowsOf(result);
    expect(rows.reduce((steps, row) => steps + Number(row.steps), 0)).toBe(total.steps);
  });
});
