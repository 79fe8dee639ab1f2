import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { asSessions } from "../../../lib/testing/cases.ts";
import { timesAfter } from "../../../lib/testing/events.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { checkedQueries, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { samplePool } from "../../../lib/testing/sample.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import experiment from "./experiment.ts";
import { MARKS } from "./measure.ts";

type Result = Awaited<ReturnType<typeof runOn>>;

const marksOf = async (pool: Pool) => {
  const params = { generating_chars: 56, tool_chars: 69, nudge_us: 60e6 };
  return checkedQueries(experiment, pool).rows(MARKS, params);
};
const S2 = { session_id: "s2", relation: "sub-agent", parent_session_id: "s1", parent_tool_call_id: "c6" };
const stepsOf = (result: Result, of: string) =>
  rowsOf(result, "autonomy_curve").filter(({ provider, unit }) => provider === of && unit === "steps");

describe("pool M", () => {
  it("has an interrupt, which cuts a request, and a steer", async () => {
    const marks = await withPool(POOL_M, marksOf);
    const shared = { provider: "claude", session_id: "s1", is_counted: true, first_in_session: 1, steps_since_request: 1 };
    expect(marks).toEqual([
      {
        ...{ ...shared, request_no: 2, step: 7, kind: "cut", at: "2026-01-05T10:35:10.000Z", evidence: "order of events" },
        ...{ active_s_since_request: 6, stopped_tokens: 31_870, stopped_usd: expect.closeTo(0.0214625, 9) },
      },
      {
        ...{ ...shared, request_no: 3, step: 8, kind: "interrupt", at: "2026-01-05T10:35:07.000Z", evidence: "length, a message follows" },
        ...{ active_s_since_request: 6, stopped_tokens: 31_870, stopped_usd: expect.closeTo(0.0214625, 9) },
      },
      {
        ...{ ...shared, request_no: 3, step: 8, kind: "steer", at: "2026-01-05T10:35:10.000Z", evidence: "order of events" },
        ...{ active_s_since_request: 6, stopped_tokens: null, stopped_usd: null },
      },
    ]);
  });

  it("three quarters of Claude's requests go on undisturbed after a step, and then all", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool));
    const curve = stepsOf(result, "claude");
    expect(curve.map(({ x }) => x)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(curve.map(({ undisturbed }) => undisturbed)).toEqual(Array(6).fill(0.75));
    expect(curve.map(({ uncut }) => uncut)).toEqual(Array(6).fill(0.75));
    expect(curve[0]).toMatchObject({ at_risk: 4, events: 1, cuts: 1 });
    expect(stepsOf(result, "codex").every(({ undisturbed }) => undisturbed === 1)).toBe(true);
  });

  it("the first message of a helper is not from a person", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool), [S2]);
    expect(rowsOf(result, "interrupted_requests")).toMatchObject([
      { provider: "claude", requests: 3, stopped: 1 },
      { provider: "codex", requests: 2, stopped: 0 },
    ]);
  });

  it("waited ten minutes for an approval, within a request", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool));
    expect(rowsOf(result, "approval_waits")).toEqual([
      {
        ...{ provider: "claude", tool: "Edit", calls: 1, waits: 1, wait_share: 1, p50_s: 600, p90_s: 600 },
        ...{ hours: 600 / 3_600, hours_over_5_min: 600 / 3_600 },
      },
    ]);
    expect(rowsOf(result, "interrupted_requests")[0]).toMatchObject({ approval_hours: 600 / 3_600, all_approval_hours: 600 / 3_600 });
    const long = await withPool(POOL_M, (pool) => runOn(experiment, pool, { "approval-seconds": 601 }));
    expect(rowsOf(long, "approval_waits")).toEqual([]);
  });

  it("is the same a month later", async () => {
    const later: StepLiteral[] = JSON.parse(JSON.stringify(POOL_M).replaceAll("2026-01-05", "2026-02-05"));
    const [now, then] = [
      await withPool(POOL_M, (pool) => runOn(experiment, pool)),
      await withPool(later, (pool) => runOn(experiment, pool)),
    ];
    for (const name of ["intervention_summary", "interrupted_requests", "autonomy_curve", "approval_waits"])
      expect(rowsOf(then, name)).toEqual(rowsOf(now, name));
  });

  it.each(["56", "56,56", "56,", "a,b", "56,69,70"])("--lengths %s is refused", async (lengths) => {
    await withPool(POOL_M, (pool) => expect(runOn(experiment, pool, { lengths })).rejects.toThrow(UserError));
  });

  it("other lengths are other texts", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool, { lengths: "120,69" }));
    expect(rowsOf(result, "intervention_summary").map(({ kind, events }) => [kind, events])).toEqual([
      ["cut", 1],
      ["steer", 1],
      ["length_only", 1],
    ]);
  });
});

const { at, event } = timesAfter(Date.UTC(2026, 0, 5));
const user = (second: number, content_chars = 100) => event("user_message", second, { content_chars });
const step = (events: NonNullable<StepLiteral["timing_events"]>, more: StepLiteral = {}): StepLiteral => ({
  ...{ session_id: "s", provider: "claude", model: "claude-opus-4-6", timing_events: events },
  ...more,
});
/** A step that begins with a request and makes a call, whose result comes after some seconds. */
const calling = (second: number, tool_name: string, wait_s: number, is_error: boolean, more: StepLiteral = {}): StepLiteral =>
  step([user(second), event("tool_call", second + 1, { tool_call_id: "c" })], {
    tools: [
      {
        ...{ tool_call_id: "c", tool_name, is_error, tool_wall_latency_ms: 1_000 * wait_s },
        ...{ emitted_at: at(second + 1), result_at: at(second + 1 + wait_s) },
      },
    ],
    ...more,
  });
const result = (second: number, is_error = false) => event("tool_result", second, { tool_call_id: "c", is_error });

const CASES: [what: string, steps: StepLiteral[], expected: [kind: string, evidence: string, is_counted: boolean][]][] = [
  ["a message half a minute after an answer", [step([user(0), event("text", 1)]), step([user(31)])], [["nudge", "time", true]]],
  ["a message two minutes after an answer", [step([user(0), event("text", 1)]), step([user(121)])], []],
  [
    "a refused edit that is reported as an interrupt is one act",
    [calling(0, "Edit", 30, true), step([result(31, true), user(200, 69), event("text", 202)])],
    [
      ["cut", "order of events", true],
      ["denied", "failed after a wait", false],
      ["interrupt", "length, after an error", true],
    ],
  ],
  ["an edit that failed at once", [calling(0, "Edit", 0.5, true), step([result(2, true), event("text", 3)])], []],
  ["a question that was refused", [calling(0, "AskUserQuestion", 0, true), step([result(1, true)])], [["denied", "failed question", true]]],
  [
    "a text that only has the length",
    [step([user(0), event("text", 1)]), step([user(300, 56), event("text", 301)])],
    [["length_only", "length", true]],
  ],
  ["not of another agent", [step([user(300, 56), user(301)], { provider: "codex" })], []],
  ["a message of the length that is known to be typed", [step([user(300, 56), user(301)], { details: { speakers: "typed typed" } })], []],
  [
    "one that is known to be an interrupt",
    [step([user(0), event("text", 1)]), step([user(300, 10)], { details: { speakers: "interrupt" } })],
    [["interrupt", "logged", true]],
  ],
];

describe.each(["published", "counted"] as const)("%s", (accounting) => {
  let marks: Awaited<ReturnType<typeof marksOf>>;
  beforeAll(async () => {
    marks = await withPool(asSessions(CASES), marksOf, [], [], { accounting });
  });

  it.each(CASES)("%s", (what, _steps, expected) => {
    const found = marks.filter(({ session_id }) => session_id === what);
    expect(found.map(({ kind, evidence, is_counted }) => [kind, evidence, is_counted])).toEqual(expected);
  });
});

it("an interrupt before the first step stopped nothing", async () => {
  const steps = [step([user(0, 56), user(3), event("text", 4)], { details: { speakers: "interrupt typed" } })];
  expect(await withPool(steps, marksOf)).toMatchObject([
    { kind: "interrupt", steps_since_request: null, active_s_since_request: null, stopped_tokens: null, stopped_usd: null },
  ]);
});

it("of Codex, turns that were aborted are interrupts", async () => {
  const steps = [step([user(0), event("text", 1)], { provider: "codex" }), step([user(500), event("text", 501)], { provider: "codex" })];
  const events = [{ session_id: "s", transcript_id: "t", seq: 1, kind: "aborted", timestamp: at(20) }];
  const marks = await withPool(steps, marksOf, [], events);
  expect(marks).toMatchObject([{ kind: "interrupt", evidence: "logged", step: 1, request_no: 1, steps_since_request: 1 }]);
  const run = await withPool(steps, (pool) => runOn(experiment, pool), [], events);
  expect(rowsOf(run, "interrupted_requests")).toMatchObject([{ requests: 2, stopped: 1 }]);
});

async function checkRules(pool: Pool): Promise<Result> {
  const found = await runOn(experiment, pool);
  const requests = sumOf(rowsOf(found, "interrupted_requests"), (row) => Number(row.requests));
  const cuts = rowsOf(found, "intervention_summary").filter(({ kind }) => kind === "cut");
  expect(sumOf(cuts, ({ events }) => Number(events))).toBeLessThanOrEqual(requests);
  const curve = rowsOf(found, "autonomy_curve");
  for (const [i, row] of curve.entries()) {
    const before = curve[i - 1];
    if (!before || before.provider !== row.provider || before.unit !== row.unit) continue;
    expect(row.undisturbed).toBeLessThanOrEqual(Number(before.undisturbed));
    expect(row.at_risk).toBeLessThanOrEqual(Number(before.at_risk));
  }
  return found;
}

it("on the sample, curves fall and no more requests are cut than there are", async () => {
  const pool = await samplePool();
  await checkRules(pool);
});

describe.each(REFERENCE_POOLS)("%s, as printed", (name) => {
  it.skipIf(!hasShared)("kinds, waits and the curve of cuts", async () => {
    const found = await withReferencePool(name, checkRules);
    const [kinds = [], waits = [], curve = []] = printedRows(name, "interruptions");
    const inOrder = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
    const counted = rowsOf(found, "intervention_summary").filter(({ kind }) => kind !== "nudge");
    expect(
      inOrder(counted.map(({ provider, kind, marks, sessions_with }) => ({ provider, kind, events: marks, sessions: sessions_with }))),
    ).toEqual(inOrder(kinds));
    const tools = rowsOf(found, "approval_waits");
    expect(tools.slice(0, waits.length)).toMatchObject(
      waits.map(({ provider, tool, waits: calls, p50_s, hours }) => ({
        ...{ provider, tool, waits: calls },
        ...{ p50_s: expect.closeTo(Number(p50_s), 9), hours: expect.closeTo(Number(hours), 9) },
      })),
    );
    const steps = stepsOf(found, "claude").map(({ provider, x, at_risk, cuts, uncut }) => ({
      ...{ provider, steps: x, at_risk, d: cuts, undisturbed: Math.round(Number(uncut) * 1e4) / 1e4 },
    }));
    expect(steps.slice(0, curve.length)).toEqual(curve);
  });
});

describe.skipIf(!hasShared)("the transcripts", () => {
  const countsOf = (found: Result) =>
    rowsOf(found, "intervention_summary").flatMap(({ provider, kind, events }) => (kind === "nudge" ? [] : [[provider, kind, events]]));

  it("as published, have an interrupt, a steer, a cut and two denials", async () => {
    const found = await withTranscripts("transcripts", "published", (pool) => runOn(experiment, pool));
    expect(countsOf(found)).toEqual([
      ["claude", "interrupt", 1],
      ["claude", "cut", 1],
      ["claude", "steer", 1],
      ["claude", "denied", 2],
    ]);
    const waits = rowsOf(found, "approval_waits");
    expect(waits[0]).toMatchObject({ tool: "Edit", waits: 11, hours: expect.closeTo(0.46, 2) });
    expect(sumOf(waits, ({ hours }) => Number(hours))).toBeCloseTo(0.49, 2);
  });

  it("as counted, the steer was a notification, not a person", async () => {
    const found = await withTranscripts("transcripts", "counted", (pool) => runOn(experiment, pool));
    expect(countsOf(found)).toEqual([
      ["claude", "interrupt", 1],
      ["claude", "denied", 2],
    ]);
  });
});
