import fs from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import type { Row } from "../../../lib/experiment.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { asSessions } from "../../../lib/testing/cases.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { checkedQueries, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import { SOURCES } from "../../../lib/trace/context.ts";
import { readTopSteps } from "./charts.ts";
import { readCompositions } from "./composition.ts";
import experiment from "./experiment.ts";

type Result = Awaited<ReturnType<typeof runOn>>;

const DELTAS = new URL("deltas.sql", import.meta.url);
const deltasOf = (pool: Pool, min_delta = 1, relation: string | null = null) =>
  pool.rows<Row>(fs.readFileSync(DELTAS, "utf8"), { min_delta, relation });
const near = (value: number) => expect.closeTo(value, 9);
const sourcesOf = (result: Result, scope: string) => rowsOf(result, "context_sources").filter((row) => row.scope === scope);
/** Without rows of single tools. */
const wholeSources = (result: Result, scope: string) => sourcesOf(result, scope).filter(({ tool }) => tool === null);

describe("pool M", () => {
  let result: Result;
  let deltas: Row[];
  beforeAll(async () => {
    await withPool(POOL_M, async (pool) => {
      result = await runOn(experiment, pool);
      deltas = await deltasOf(pool);
    });
  });

  it.each<[step: number, delta: number, driver: string, tool: string | null, tokens: number, rides: number]>([
    [1, 20_000, "session_base", null, 20_000, 7],
    [2, 10_200, "tool_result", "Read", 6_500, 6],
    [3, 500, "prior_output", null, 300, 5],
    [4, 300, "tool_result", "Bash", 130, 4],
    [5, 150, "prior_output", null, 150, 3],
    [6, 150, "tool_result", "Bash", 65, 2],
    [7, 450, "prior_output", null, 350, 1],
    [8, 2_100, "tool_result", "Task", 1_300, 0],
  ])("s1, step %i adds %i tokens, most of them %s %s", (step, delta_tokens, driver, driver_tool, driver_tokens, ride_steps) => {
    const found = deltas.find((row) => row.session_id === "s1" && row.step === step);
    expect(found).toMatchObject({ delta_tokens, driver, driver_tool, driver_tokens, ride_steps, clipped: step === 5 });
  });

  it("s1 costs its input bill, and its base most of it", () => {
    const s1 = deltas.filter(({ session_id }) => session_id === "s1");
    expect(sumOf(s1, ({ delta_tokens }) => Number(delta_tokens))).toBe(33_850);
    expect(sumOf(s1, ({ rent_usd }) => Number(rent_usd))).toEqual(near(0.4916125));
    expect(s1.find(({ step }) => step === 1)?.rent_usd).toBeCloseTo(0.359892, 6);
  });

  it("a reset frees tokens, and what is left is a base of its own", () => {
    expect(deltas.find(({ freed_tokens }) => Number(freed_tokens) > 0)).toMatchObject({
      session_id: "s3",
      step: 3,
      segment: 1,
      prior_context_tokens: 150_000,
      context_tokens: 40_000,
      delta_tokens: -110_000,
      freed_tokens: 110_000,
      driver: "after_reset",
      driver_tokens: 40_000,
      rent_usd: near(0.0975),
      one_read_usd: 0,
    });
  });

  it("one cache read of a growth is much less than its rent", () => {
    const found = deltas.find(({ session_id, step }) => session_id === "s1" && step === 2);
    expect(found?.one_read_usd).toEqual(near(10_200 * 0.5e-6));
    expect(Number(found?.rent_usd) / 10_200).toBeCloseTo(1.1807e-5, 9);
  });

  it.each([
    ["claude", { session_base: 29_000, after_reset: 0, tool_result: 12_025, prior_output: 1_775, user_message: 94, unexplained: 5_956 }],
    [
      "codex",
      { session_base: 100_000, after_reset: 40_000, tool_result: 45_000, prior_output: 1_000, user_message: 22.5, unexplained: 8_977.5 },
    ],
  ])("%s: tokens by source", (scope, expected) => {
    const tokens = Object.fromEntries(wholeSources(result, scope).map(({ source, tokens }) => [source, tokens]));
    expect(tokens).toEqual({ ...expected, client_message: 0 });
  });

  it("tools are parts of the tool results", () => {
    const tools = sourcesOf(result, "merged").filter(({ tool }) => tool !== null);
    expect(tools.map(({ tool, tokens }) => [tool, tokens])).toEqual([
      ["Read", 6_500],
      ["exec_command", 45_000],
      ["Grep", 3_900],
      ["Bash", 325],
      ["Task", 1_300],
    ]);
    const whole = wholeSources(result, "merged").find(({ source }) => source === "tool_result");
    expect(sumOf(tools, ({ rent_usd }) => Number(rent_usd))).toBeCloseTo(Number(whole?.rent_usd), 8);
  });

  it("characters per token are a guess", () => {
    expect(rowsOf(result, "context_calibration").map(({ provider, pairs, cpt, fallback }) => [provider, pairs, cpt, fallback])).toEqual([
      ["claude", 2, 4, true],
      ["codex", 1, 4, true],
    ]);
    expect(result.notes).toContain(
      "Too few pairs of steps to measure characters per token (Claude 2, Codex 1): 4 is used there, the usual guess.",
    );
  });

  it("what is in the context of a step adds up to it", () => {
    const rows = rowsOf(result, "context_composition");
    for (const row of rows) expect(sumOf(SOURCES, (source) => Number(row[`${source}_tokens`]))).toBeCloseTo(Number(row.context_tokens), 2);
    const last = rows.find(({ session_id, step }) => session_id === "s1" && step === 8);
    expect(last).toMatchObject({ context_tokens: 33_850, session_base_tokens: 20_000, tool_result_tokens: 8_125, user_message_tokens: 94 });
  });

  it("--min-delta leaves out small changes, but no reset", async () => {
    const large = await withPool(POOL_M, (pool) => deltasOf(pool, 200_000));
    expect(large.map(({ session_id, step }) => [session_id, step])).toEqual([["s3", 3]]);
  });

  it("--session-id draws these sessions, in their order", async () => {
    const drawn = await withPool(POOL_M, (pool) =>
      runOn(experiment, pool, { "session-id": ["s2", "s1"] }, { tokenSteps: [{ id: "s2" }, { id: "s1" }] }),
    );
    expect([...new Set(rowsOf(drawn, "context_composition").map(({ session_id }) => session_id))]).toEqual(["s2", "s1"]);
  });
});

/** A step of Claude whose context is read from the cache, and what the step before delivered to it. */
const step = (context: number, more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "claude",
  model: "claude-opus-4-6",
  prefix_tokens: context,
  newly_append_tokens: 0,
  timing_events: [{ event_type: "text", timestamp: "2026-06-01T00:00:00Z" }],
  ...more,
});
const result = (id: string) => ({ event_type: "tool_result", tool_call_id: id, timestamp: "2026-06-01T00:00:01Z" });
const call = (tool_call_id: string, result_chars: number, tool_name = "Read") => ({
  tool_call_id,
  tool_name,
  result_chars,
  input_chars: 0,
});

describe("growth is allocated", () => {
  const CASES: [rule: string, steps: StepLiteral[], expected: Record<string, number | boolean | null>][] = [
    [
      "to output first, at most all of it",
      [step(100, { output_tokens: 80 }), step(150)],
      { prior_output_tokens: 50, unexplained_tokens: 0, driver_tokens: 50 },
    ],
    [
      "without reasoning",
      [step(100, { output_tokens: 80, reasoning_output_tokens: 70 }), step(150)],
      { prior_output_tokens: 10, unexplained_tokens: 40 },
    ],
    [
      "to results by their characters",
      [step(100, { tools: [call("a", 400), call("b", 40, "Bash")] }), step(300, { timing_events: [result("a"), result("b")] })],
      { tool_result_tokens: 110, unexplained_tokens: 90, driver_tokens: 100, clipped: false },
    ],
    [
      "to all in the same share where there is too little",
      [step(100, { tools: [call("a", 400)] }), step(150, { timing_events: [result("a")], current_user_message_chars: 400 })],
      { tool_result_tokens: 25, user_message_tokens: 25, unexplained_tokens: 0, clipped: true },
    ],
    [
      "to nothing where the context shrinks",
      [step(100), step(60, { current_user_message_chars: 40 })],
      { user_message_tokens: 0, freed_tokens: 40, driver_tokens: 0 },
    ],
  ];
  it.each(CASES)("%s", async (rule, _steps, expected) => {
    const found = await withPool(asSessions(CASES), (pool) => deltasOf(pool));
    expect(found.find((row) => row.session_id === rule && row.step === 2)).toMatchObject(expected);
  });

  it("to messages of the client by their characters, where the transcript says who wrote", async () => {
    const message = { event_type: "user_message", content_chars: 400, timestamp: "2026-06-01T00:00:00Z" };
    const steps = [step(100), step(300, { timing_events: [message], current_user_message_chars: 400, details: { speakers: "hook" } })];
    const [found] = (await withPool(steps, (pool) => deltasOf(pool))).filter((row) => row.step === 2);
    expect(found).toMatchObject({ client_message_tokens: 100, user_message_tokens: 0, unexplained_tokens: 100, driver: "client_message" });
  });

  it("the same whatever the length of a character, where the ratio is measured", async () => {
    const pool = (times: number) =>
      Array.from({ length: 40 }, (_, i) => [
        step(1_000, { session_id: `s${i}`, tools: [call("a", times * (3_000 + 10 * i))] }),
        step(2_000 + i, { session_id: `s${i}`, timing_events: [result("a")], tools: [call("b", times * 50)] }),
        step(2_060 + i, { session_id: `s${i}`, timing_events: [result("b")], current_user_message_chars: times * 30 }),
      ]).flat();
    const [one, ten] = await Promise.all([withPool(pool(1), (each) => deltasOf(each)), withPool(pool(10), (each) => deltasOf(each))]);
    expect(ten).toEqual(one);
    expect(one?.some(({ tool_result_tokens }) => Number(tool_result_tokens) > 0)).toBe(true);
  });

  it("without prices too, and then without costs", async () => {
    const steps = [step(100, { model: "mystery" }), step(150, { model: "mystery" })];
    await withPool(steps, async (pool) => {
      const found = await runOn(experiment, pool);
      expect((await deltasOf(pool)).map(({ delta_tokens, rent_usd }) => [delta_tokens, rent_usd])).toEqual([
        [100, null],
        [50, null],
      ]);
      expect(
        wholeSources(found, "claude").map(({ tokens, unpriced_tokens, rent_usd, rent_share }) => [
          tokens,
          unpriced_tokens,
          rent_usd,
          rent_share,
        ]),
      ).toEqual(
        SOURCES.map((source) => {
          const tokens = { session_base: 100, unexplained: 50 }[String(source)] ?? 0;
          return [tokens, tokens, 0, null];
        }),
      );
    });
  });
});

it("--relation takes the steps of one kind of transcript", async () => {
  const steps = [step(100, { details: { transcript_id: "t1" } }), step(70, { session_id: "h", details: { transcript_id: "t2" } })];
  const transcripts = [
    { transcript_id: "t1", session_id: "s", relation: "main" },
    { transcript_id: "t2", session_id: "h", relation: "sub-agent", agent_type: "Explore" },
  ];
  const tokensOf = async (relation?: string) => {
    const found = await withPool(steps, (pool) => runOn(experiment, pool, relation === undefined ? {} : { relation }), transcripts);
    return [found.notes.some((note) => note.startsWith("No step")), sumOf(wholeSources(found, "merged"), ({ tokens }) => Number(tokens))];
  };
  expect(await tokensOf()).toEqual([false, 170]);
  expect(await tokensOf("sub-agent")).toEqual([false, 70]);
  expect(await tokensOf("fork")).toEqual([true, 0]);
});

it("compactions that transcripts log are counted, and those that only clear results are said", async () => {
  const events = [
    { transcript_id: "t", session_id: "s", seq: 1, kind: "compact", tokens_before: 900 },
    { transcript_id: "t", session_id: "s", seq: 2, kind: "micro_compact", tokens_before: 500, tokens_after: 300 },
    { transcript_id: "t", session_id: "s", seq: 3, kind: "hook" },
  ];
  const transcripts = [{ transcript_id: "t", session_id: "s", provider: "claude", relation: "main" }];
  const steps = [step(100, { details: { transcript_id: "t" } }), step(150, { details: { transcript_id: "t" } })];
  const found = await withPool(steps, (pool) => runOn(experiment, pool), transcripts, events);
  const counts = { logged_compactions: 1, micro_compactions: 1, micro_freed_tokens: 200 };
  expect(rowsOf(found, "context_growth")).toEqual([expect.objectContaining(counts), expect.objectContaining(counts)]);
  expect(found.notes.some((note) => note.startsWith("1 compaction cleared results of tools only, 200 tokens as logged."))).toBe(true);
});

describe("pools of odd shape", () => {
  it.each<[what: string, steps: StepLiteral[], figures: string[]]>([
    ["no session", [step(100, { session_id: null })], []],
    ["a single step", [step(100)], ["context_sources"]],
    ["steps without tokens", [step(0), step(0)], []],
    ["growth without a price", [step(100, { model: "mystery" }), step(150, { model: "mystery" })], ["context_sources", "context_deltas"]],
    ["two steps", [step(100), step(150)], ["context_sources", "context_deltas"]],
    [
      "names that are cut",
      [
        step(100, {
          provider: "a-provider-of-a-very-long-name",
          tools: [call("a", 4_000, "mcp__a_server_with_a_very_long_name__and_a_tool")],
        }),
        step(1_500, { provider: "a-provider-of-a-very-long-name", timing_events: [result("a")] }),
      ],
      ["context_sources", "context_deltas"],
    ],
  ])("%s", async (_, steps, expected) => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map(({ name }) => name).filter((name) => !name.endsWith("_composition"))).toEqual(expected);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems, name).toEqual([]);
  });
});

describe.each(REFERENCE_POOLS)("%s", (name) => {
  const skipped = name === "pool-a" && !hasShared;

  it.skipIf(skipped)("sources add up to the input bill, and tools to tool results", async () => {
    await withReferencePool(name, async (pool) => {
      const found = await runOn(experiment, pool, {}, { tokenSteps: [] });
      for (const growth of rowsOf(found, "context_growth")) {
        const scope = String(growth.scope);
        const bill = sumOf(wholeSources(found, scope), ({ rent_usd }) => Number(rent_usd));
        expect(Math.abs(bill / Number(growth.input_usd) - 1)).toBeLessThan(1e-9);
        const tools = sourcesOf(found, scope).filter(({ tool }) => tool !== null);
        const results = wholeSources(found, scope).find(({ source }) => source === "tool_result");
        expect(Math.abs(sumOf(tools, ({ tokens }) => Number(tokens)) / Number(results?.tokens) - 1)).toBeLessThan(1e-9);
      }
    });
  });

  it.skipIf(skipped)("what is in a context adds up to it, also where it shrinks", async () => {
    await withReferencePool(name, async (pool) => {
      const db = checkedQueries(experiment, pool);
      const { growth } = await readTopSteps(db, 20, null);
      const sessions = await readCompositions(db, [...new Set(growth.map(({ session_id }) => session_id))]);
      for (const { steps } of sessions)
        for (const { live, contextTokens } of steps) expect(sumOf(SOURCES, (source) => live[source])).toBeCloseTo(contextTokens, 3);
      expect(sessions.flatMap(({ steps }) => steps).some(({ freedTokens, isReset }) => freedTokens > 0 && !isReset)).toBe(true);
    });
  });
});

/** Pool X has contexts of 0 tokens, whose printed shares are of 1 token, so that the printed dollars don't add up to the bill. */
it.skipIf(!hasShared).each(REFERENCE_POOLS)("%s: tokens, dollars and steps by source are as printed", async (name) => {
  const result = await withReferencePool(name, (pool) => runOn(experiment, pool, {}, { tokenSteps: [] }));
  const [printed = []] = printedRows(name, "context_delta_attribution");
  expect(printed).toHaveLength(12);
  for (const { provider, source, tokens, rent_usd, steps } of printed) {
    const found = wholeSources(result, String(provider)).find((row) => row.source === source);
    expect(found).toMatchObject({ steps, tokens: expect.closeTo(Number(tokens), 2) });
    expect(Number(found?.rent_usd) / Number(rent_usd)).toBeCloseTo(1, name === "pool-x" ? 6 : 9);
  }
});

describe.skipIf(!hasShared)("pool A, as printed", () => {
  let result: Result;
  beforeAll(async () => {
    result = await withReferencePool("pool-a", (pool) => runOn(experiment, pool, {}, { tokenSteps: [] }));
  });

  it.each([
    ["claude", "tool_result", 0.4, 0.38],
    ["claude", "session_base", 0.29, 0.35],
  ])("%s: %s has these shares of tokens and cost", (scope, source, tokens, cost) => {
    const found = wholeSources(result, scope).find((row) => row.source === source);
    expect([Number(found?.token_share).toFixed(2), Number(found?.rent_share).toFixed(2)]).toEqual([tokens.toFixed(2), cost.toFixed(2)]);
  });

  it("the largest tool is Read", () => {
    const [first] = sourcesOf(result, "claude").filter(({ tool }) => tool !== null);
    expect([first?.tool, (Number(first?.tokens) / 1e6).toFixed(1), Number(first?.rent_usd).toFixed(0)]).toEqual(["Read", "5.3", "167"]);
  });

  it("growth rides for a median of 33 and 42 steps", () => {
    expect(rowsOf(result, "context_growth").map(({ scope, p50_ride_steps }) => [scope, p50_ride_steps])).toEqual([
      ["merged", expect.anything()],
      ["claude", 33],
      ["codex", 42],
    ]);
  });
});

describe.skipIf(!hasShared)("the shared transcripts, as published", () => {
  it("cost most before anything was done", async () => {
    const result = await withTranscripts("transcripts", "published", (pool) => runOn(experiment, pool));
    const found = ["claude", "codex"].flatMap((scope) =>
      wholeSources(result, scope).filter(({ source }) => source === "session_base" || source === "tool_result"),
    );
    expect(
      found.map(({ scope, source, tokens, rent_usd }) => [scope, source, Math.round(Number(tokens)), Number(rent_usd).toFixed(2)]),
    ).toEqual([
      ["claude", "session_base", 339_686, "8.06"],
      ["claude", "tool_result", 318_410, "6.00"],
      ["codex", "session_base", 272_075, "4.05"],
      ["codex", "tool_result", 261_136, "4.69"],
    ]);
  });
});
