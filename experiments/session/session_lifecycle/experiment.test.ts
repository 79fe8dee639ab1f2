import { describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { asSessions } from "../../../lib/testing/cases.ts";
import { timesAfter } from "../../../lib/testing/events.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M, POOL_M_START } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { checkedQueries, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { samplePool } from "../../../lib/testing/sample.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import type { Accounting } from "../../../lib/trace/readings.ts";
import experiment from "./experiment.ts";
import { SESSIONS } from "./measure.ts";

type Result = Awaited<ReturnType<typeof runOn>>;

const momentOf = (second: number) => (POOL_M_START + second * 1000) * 1000;
const sessionsOf = (pool: Pool, second: number, idle_s = 14_400, streak = 3) =>
  checkedQueries(experiment, pool).rows(SESSIONS, {
    ...{ as_of_us: momentOf(second), seen_until_us: momentOf(second), active_us: 300e6, idle_us: idle_s * 1e6, streak, most: null },
  });
const curveAt = (result: Result, silence: number, of = "all") =>
  known(rowsOf(result, "resume_curve").find(({ provider, silence_s }) => provider === of && silence_s === silence));

describe("pool M", () => {
  it.each<[idle: number, tiers: string[]]>([
    [14_400, ["active", "stale", "stale"]],
    [17_896, ["active", "idle", "stale"]],
    [17_911, ["active", "idle", "idle"]],
  ])("--idle-seconds %d, limits included", async (idle, tiers) => {
    const sessions = await withPool(POOL_M, (pool) => sessionsOf(pool, 20_011, idle));
    expect(sessions.map(({ session_id, silence_s, tier }) => [session_id, silence_s, tier])).toEqual([
      ["s3", 0, tiers[0]],
      ["s1", 17_896, tiers[1]],
      ["s2", 17_911, tiers[2]],
    ]);
  });

  it("has three silences of five minutes after which a session went on, and two that last", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool));
    expect(curveAt(result, 300)).toMatchObject({ resumed: 3, ended: 2, p_resume: 0.6 });
    expect(curveAt(result, 14_400)).toMatchObject({ resumed: 1, ended: 2 });
    expect(rowsOf(result, "lifecycle_summary").map(({ provider, tier, sessions }) => [provider, tier, sessions])).toEqual([
      ["claude", "active", 0],
      ["claude", "idle", 0],
      ["claude", "stale", 2],
      ["codex", "active", 1],
      ["codex", "idle", 0],
      ["codex", "stale", 0],
    ]);
  });

  it("adds up what a session took", async () => {
    const [, s1] = await withPool(POOL_M, (pool) => sessionsOf(pool, 20_011));
    expect(s1).toEqual({
      ...{ session_id: "s1", provider: "claude", relation: "main", model: "claude-opus-4-6" },
      ...{ started_at: "2026-01-05T10:00:00.000Z", last_event_at: "2026-01-05T10:35:15.000Z" },
      ...{
        wall_s: 2_115,
        active_s: 55 + 20 + 115,
        silence_s: 17_896,
        tier: "stale",
        ending: "answered",
        failing: false,
        ended_reason: null,
      },
      ...{ requests: 3, steps: 8, unpriced_steps: 0, calls: 6, errors: 2, total_input_tokens: 238_950 + 1_000, output_tokens: 1_350 },
      ...{ cost_usd: expect.closeTo(0.5253625, 9), resumes: 2, longest_gap_s: 1_325 },
    });
  });

  const [first, last] = POOL_M.filter(({ session_id }) => session_id === "s2").map((step) => [step]);
  const lastCall = (change: object) =>
    known(first).map((step) => ({ ...step, tools: known(step.tools).map((call) => ({ ...call, ...change })) }));
  const ENDINGS: [what: string, steps: StepLiteral[], ending: string][] = [
    ["no call", [...known(first), ...known(last)], "answered"],
    ["a call whose result no step saw", known(first), "cut_in_loop"],
    ["a call without a result", lastCall({ result_at: null }), "cut_in_call"],
    ["a question to a person", lastCall({ tool_name: "AskUserQuestion" }), "asked"],
  ];
  it.each(ENDINGS)("s2 with a last step with %s", async (what, _steps, ending) => {
    const sessions = await withPool(asSessions(ENDINGS), (pool) => sessionsOf(pool, 20_011));
    expect(sessions.find(({ session_id }) => session_id === what)).toMatchObject({ ending });
  });

  it("at an earlier moment, nothing later is seen", async () => {
    // In the middle of the approval of c4, before s2 and s3.
    expect(await withPool(POOL_M, (pool) => sessionsOf(pool, 100))).toMatchObject([
      {
        session_id: "s1",
        silence_s: 45,
        tier: "active",
        ending: "cut_in_call",
        steps: 4,
        calls: 4,
        requests: 1,
        resumes: 0,
        longest_gap_s: 30,
      },
    ]);
    // In the middle of the first step.
    expect(await withPool(POOL_M, (pool) => sessionsOf(pool, 4))).toMatchObject([
      { session_id: "s1", last_event_at: "2026-01-05T10:00:03.000Z", steps: 1, calls: 0, ending: "answered" },
    ]);
    const asOf = { "as-of": "2026-01-05T10:01:40" };
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool, asOf));
    expect(result.figures.map(({ name }) => name)).toEqual(["session_endings", "session_archive"]);
    expect(rowsOf(result, "session_endings")).toMatchObject([{ provider: "claude", ending: "cut_in_call", sessions: 1 }]);
  });

  it.each([
    [{ "as-of": "yesterday" }, /--as-of yesterday is not a time/],
    [{ "as-of": "2026-13-01" }, /--as-of 2026-13-01 is not a time/],
    [{ "idle-seconds": 100 }, /--idle-seconds 100 is less than --active-seconds 300/],
  ])("%o is refused", async (flags, message) => {
    await withPool(POOL_M, async (pool) => {
      const running = runOn(experiment, pool, flags);
      await expect(running).rejects.toThrow(UserError);
      await expect(running).rejects.toThrow(message);
    });
  });

  it("before all sessions there is nothing to show", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool, { "as-of": "2020-01-01" }));
    expect(result.figures).toEqual([]);
  });
});

const { at, event } = timesAfter(POOL_M_START);
const step = (session_id: string, second: number, more: StepLiteral = {}): StepLiteral => ({
  ...{ session_id, provider: "claude", model: "claude-opus-4-6", newly_append_tokens: 1_000 },
  timing_events: [event("text", second)],
  ...more,
});
const calling = (session_id: string, second: number, ...errors: boolean[]): StepLiteral =>
  step(session_id, second, {
    tools: errors.map((is_error, i) => ({
      ...{ tool_name: "Bash", tool_call_id: `${session_id}-${second}-${i}`, is_error, emitted_at: at(second), result_at: at(second + 1) },
    })),
    timing_events: [event("tool_call", second), event("tool_result", second + 1)],
  });

const FAILING: [what: string, steps: StepLiteral[], streak: number, failing: boolean][] = [
  ["three failures at the end", [calling("s", 0, false, true), calling("s", 10, true, true)], 3, true],
  ["two are too few", [calling("s", 0, true, false), calling("s", 10, true, true)], 3, false],
  ["unless the flag says so", [calling("s", 0, true, false), calling("s", 10, true, true)], 2, true],
  ["a call that worked ends the row", [calling("s", 0, true, true, true), calling("s", 10, false)], 1, false],
  ["no call at all", [step("s", 0)], 1, false],
];
it.each(FAILING)("failing: %s", async (what, _steps, streak, failing) => {
  const sessions = await withPool(asSessions(FAILING), (pool) => sessionsOf(pool, 100, 14_400, streak));
  expect(sessions.filter(({ session_id }) => session_id === what)).toMatchObject([{ failing }]);
});

describe("a session that was resumed in another file", () => {
  const steps = [calling("a", 0, false, true, true), calling("b", 1_000, true), step("c", 5_000)];
  const transcripts = [
    { session_id: "a", transcript_id: "1", relation: "main", ended_reason: "interrupt", first_at: at(-5), last_at: at(2) },
    { session_id: "b", transcript_id: "2", relation: "resume", parent_session_id: "a", first_at: at(1_000), last_at: at(1_600) },
    { session_id: "c", transcript_id: "3", relation: "fork", parent_session_id: "a", ended_reason: "end_turn" },
    { session_id: "empty", transcript_id: "4", provider: "claude", relation: "main", first_at: at(0), last_at: at(9) },
  ];

  it("is one session, with the times of its transcripts", async () => {
    const sessions = await withPool(steps, (pool) => sessionsOf(pool, 6_000), transcripts);
    expect(sessions).toMatchObject([
      { session_id: "c", relation: "fork", ended_reason: "end_turn", ending: "answered", silence_s: 1_000 },
      {
        ...{ session_id: "a", relation: "main", started_at: at(-5), last_event_at: at(1_600), silence_s: 4_400, tier: "idle" },
        ...{ ending: "cut_in_loop", failing: true, steps: 2, calls: 4, errors: 3, resumes: 1, longest_gap_s: 999 },
      },
    ]);
  });

  it.each<[Accounting]>([["published"], ["counted"]])("and what is left out is counted: %s", async (accounting) => {
    const result = await withPool(steps, (pool) => runOn(experiment, pool), transcripts, [], { accounting });
    expect(rowsOf(result, "lifecycle_summary").at(-1)).toMatchObject({ provider: "claude", tier: "empty", sessions: 1 });
    expect(result.notes).toEqual(
      expect.arrayContaining([
        "1 session without tokens and calls, or without a step, are left out.",
        "1 resumed file counts as part of the session that they go on from.",
      ]),
    );
    expect(result.figures.map(({ name }) => name)).toEqual(["session_endings", "session_archive"]);
  });
});

it("failing sessions are marked in the figure", async () => {
  const steps = Array.from({ length: 8 }, (_, i) => calling(`s${i}`, 100 * i, i % 2 === 0, true, true, true));
  const { figures } = await withPool(steps, (pool) => runOn(experiment, pool, { "as-of": "2026-01-05T12:00:00Z" }));
  for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems, name).toEqual([]);
  expect(figures.find(({ name }) => name === "session_endings")?.coverage).toContain("in 8, the last 3 calls all failed");
});

async function checkRules(pool: Pool): Promise<Result> {
  const result = await runOn(experiment, pool);
  const curve = rowsOf(result, "resume_curve");
  for (const [i, row] of curve.entries()) {
    const before = curve[i - 1];
    if (!before || before.provider !== row.provider) continue;
    expect(row.resumed).toBeLessThanOrEqual(Number(before.resumed));
    expect(row.ended).toBeLessThanOrEqual(Number(before.ended));
  }
  const total = (table: string) => sumOf(rowsOf(result, table), ({ tier, sessions }) => (tier === "empty" ? 0 : Number(sessions)));
  expect(total("lifecycle_summary")).toBe(total("session_endings"));
  return result;
}

it("on the sample, tiers and endings divide the same sessions, and counts fall with the silence", async () => {
  const pool = await samplePool();
  await checkRules(pool);
});

describe.each(REFERENCE_POOLS)("%s, as printed", (name) => {
  it.skipIf(!hasShared)("silences and endings", async () => {
    const result = await withReferencePool(name, checkRules);
    const [curve = [], endings = []] = printedRows(name, "session_lifecycle");
    const rounded = (row: ReturnType<typeof curveAt>) => ({ ...row, p_resume: Math.round(Number(row.p_resume) * 1e4) / 1e4 });
    for (const row of curve) expect(rounded(curveAt(result, Number(row.silence_s)))).toMatchObject(row);
    const found = rowsOf(result, "session_endings").map(({ provider, ending, sessions, failing }) => ({
      provider,
      ending,
      sessions,
      failing,
    }));
    const inOrder = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(inOrder(found)).toEqual(inOrder(endings));
  });
});

describe.skipIf(!hasShared).each<[Accounting]>([["published"], ["counted"]])("the transcripts, as %s", (accounting) => {
  it("leave out a session that is only repeated", async () => {
    const result = await withTranscripts("transcripts", accounting, (pool) => runOn(experiment, pool));
    expect(curveAt(result, 300)).toMatchObject({ resumed: 14, ended: 16 });
    expect(curveAt(result, 900)).toMatchObject({ resumed: 2 });
    expect(curveAt(result, 3_600)).toMatchObject({ resumed: 0 });
    expect(rowsOf(result, "session_endings").map(({ provider, ending, sessions }) => [provider, ending, sessions])).toEqual([
      ["claude", "answered", 8],
      ["claude", "cut_in_call", 1],
      ["codex", "answered", 5],
      ["codex", "cut_in_loop", 1],
      ["codex", "cut_in_call", 2],
    ]);
    expect(result.notes).toContain(
      "1 session known only from a transcript that repeats their steps are left out: their times are those of the repetition.",
    );
  });
});
