import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { figureProblems } from "../../../lib/render/render.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { longSession, shortSession } from "../../../lib/testing/session-pools.ts";
import { timelineOf } from "../../../lib/testing/timelines.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import type { StepActivity } from "../../../lib/trace/step-activities.ts";
import sessionTimelines from "../session_timelines/experiment.ts";
import tokenSteps from "../session_token_steps/experiment.ts";
import experiment from "./experiment.ts";
import { mapOf, phasesOf } from "./map.ts";
import { trackOf } from "./track.ts";
import { squarified } from "./treemap.ts";

const ANY_SESSION = {
  "min-rounds": 0,
  "max-rounds": 9999,
  "min-user-input-rounds": 0,
  "min-tool-result-rounds": 0,
  "max-user-input-fraction": 1,
};

async function run(pool: Pool, flags: Record<string, unknown> = {}, chosen: Record<string, unknown> = ANY_SESSION) {
  const { provides: sessions } = await runOn(tokenSteps, pool, chosen);
  const { provides: timelines } = await runOn(sessionTimelines, pool, {}, { tokenSteps: sessions });
  return runOn(experiment, pool, flags, { timelines });
}

const rowOf = (result: ExperimentResult, id: string) => rowsOf(result, "session_map_summary").find(({ session_id }) => session_id === id);
const FILES = ["README.md", "lanes.ts"];

describe("pool M", () => {
  let result: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    result = await withPool(POOL_M, (pool) => run(pool, { mode: "both" }));
  });

  it("leaves out the gaps in which nothing ran", () => {
    expect(rowOf(result, "s1")).toMatchObject({ wall_s: 2115, active_s: 250, gaps: 2, gap_s: 1925, errors: 2, steps: 8, helpers: 1 });
    expect(rowOf(result, "s2")).toMatchObject({ wall_s: 93, active_s: 93, gaps: 0 });
    expect(rowOf(result, "s3")).toMatchObject({ wall_s: 17_011, active_s: 82, gaps: 1, gap_s: 16_959 });
  });

  it("splits the wall clock", () => {
    // Generation of 5, 4, 4, 5, 5, 5, 6 and 5 s; calls of 1, 30, 6, 10 and 100 s.
    expect(rowOf(result, "s1")).toMatchObject({ generation_s: 39, tool_s: 147, human_s: 600 + 1325, silent_s: 4 });
  });

  it("lists gaps, calls and steps", () => {
    const gaps = rowsOf(result, "session_map_gaps").filter(({ session_id }) => session_id === "s1");
    expect(gaps.map(({ real_s, kind, collapsed, active_at_s }) => [real_s, kind, collapsed, active_at_s])).toEqual([
      [600, "human", true, 55],
      [1325, "human", true, 105],
    ]);
    const calls = rowsOf(result, "session_map_events").filter(({ session_id }) => session_id === "s1");
    expect(calls.map((call) => [call.ordinal, call.step, call.request_no, call.category, call.is_error, call.retry_basis])).toEqual([
      [1, 1, 1, "explore", false, null],
      [2, 2, 1, "run", true, null],
      [3, 3, 1, "run", true, "size"],
      [4, 4, 1, "edit", false, null],
      [5, 5, 1, "run", false, "size"],
      [6, 7, 2, "delegate", false, null],
    ]);
    expect(calls.map(({ wall_s, human_s, active_at_s, active_len_s }) => [wall_s, human_s, active_at_s, active_len_s])).toEqual([
      [1, null, 5, 1],
      [30, null, 10, 30],
      [6, null, 44, 6],
      [600, 600, 55, 30],
      [10, null, 90, 10],
      [100, null, 141, 100],
    ]);
    const steps = rowsOf(result, "session_map_steps").filter(({ session_id }) => session_id === "s3");
    expect(steps.map(({ context_tokens, is_reset, freed_tokens }) => [context_tokens, is_reset, freed_tokens])).toEqual([
      [100_000, false, null],
      [150_000, false, null],
      [40_000, true, 110_000],
      [45_000, false, null],
    ]);
  });

  it("knows the helper and the costliest stretch", () => {
    expect(rowOf(result, "s1")).toMatchObject({ top_subagent_usd: 0.11325, cost_usd: 0.5253625, costliest_stretch_usd: 0.1959375 });
  });

  it("draws a figure per session and mode, whose numbers can be read off", () => {
    expect(result.figures).toHaveLength(6);
    expect(result.figures.flatMap(unreadableNumbers)).toEqual([]);
  });

  it("says what the gaps of the whole pool are", () => {
    expect(result.notes[0]).toBe(
      "The whole pool has 3 gaps over 5m without an event: 1 in a call that waited for a person (10m), 2 that a user message ended (5.1h). The axis keeps those in which something ran.",
    );
  });

  it("keeps a build of the same ten minutes", async () => {
    const built = POOL_M.map((step, i) =>
      i === 3 ? { ...step, tools: step.tools?.map((tool) => ({ ...tool, tool_name: "Bash" })) ?? [] } : step,
    );
    const other = await withPool(built, (pool) => run(pool));
    expect(rowOf(other, "s1")).toMatchObject({ wall_s: 2115, active_s: 820, gaps: 1 });
    expect(rowsOf(other, "session_map_gaps").filter(({ session_id }) => session_id === "s1")).toMatchObject([
      { kind: "running", collapsed: false, real_s: 600 },
      { kind: "human", collapsed: true },
    ]);
  });

  it("is the clock where no gap is long enough", async () => {
    const whole = await withPool(POOL_M, (pool) => run(pool, { "gap-seconds": 1_000_000 }));
    for (const { wall_s, active_s } of rowsOf(whole, "session_map_summary")) expect(active_s).toBe(wall_s);
  });

  it("draws the sessions that are asked for, and says which it doesn't have", async () => {
    const asked = await withPool(POOL_M, (pool) => run(pool, { "session-id": ["s3", "s1"] }));
    expect(rowsOf(asked, "session_map_summary").map(({ session_id }) => session_id)).toEqual(["s3", "s1"]);
    await withPool(POOL_M, (pool) => expect(run(pool, { "session-id": ["nope"] })).rejects.toThrow(UserError));
  });
});

describe("a session of three days with 40 helpers", () => {
  const long = longSession();
  const own = at(long.transcripts, 0).session_id;
  const drawn = (flags: Record<string, unknown>) =>
    withPool(long.steps, (pool) => run(pool, { "session-id": own, ...flags }), long.transcripts);

  it("can be read in both modes, and helpers of helpers are below these", async () => {
    const result = await drawn({ mode: "both" });
    expect(rowsOf(result, "session_map_summary")).toMatchObject([{ calls: 395, helpers: 40, retries: 12 }]);
    expect(Math.round(Number(rowsOf(result, "session_map_summary")[0]?.wall_s) / 3600)).toBe(74);
    expect(result.figures).toHaveLength(2);
    for (const { name, spec } of result.figures) expect((await figureProblems({ name, spec })).problems).toEqual([]);
    expect(result.figures.flatMap(unreadableNumbers)).toEqual([]);
  });

  it("names files only where that is asked for", async () => {
    const texts = async (flags: Record<string, unknown>) => JSON.stringify(await drawn(flags));
    const [without, withTargets] = [await texts({}), await texts({ targets: true })];
    for (const file of FILES) expect([without.includes(file), withTargets.includes(file)]).toEqual([false, true]);
    expect(withTargets).toContain("are private");
  });
});

it("draws a session of six steps", async () => {
  const result = await withPool(shortSession(), (pool) => run(pool, { mode: "both" }));
  expect(rowsOf(result, "session_map_summary")).toMatchObject([{ steps: 6, calls: 4, errors: 1, wall_s: 600, active_s: 167 }]);
  for (const { name, spec } of result.figures) expect((await figureProblems({ name, spec })).problems).toEqual([]);
});

it.each([
  ["an empty pool", []],
  ["a pool without sessions", [{ session_id: null }]],
])("has nothing to show for %s, and says so", async (_, steps) => {
  const result = await withPool(steps, (pool) => run(pool));
  expect(result.figures).toEqual([]);
  expect(result.notes).toEqual([experiment.empty]);
});

it("draws a session without times step by step", async () => {
  const result = await withPool([{ session_id: "s", provider: "claude", prefix_tokens: 5 }], (pool) => run(pool));
  expect(result.figures.map(({ name }) => name)).toEqual([expect.stringMatching(/_session_map_steps$/)]);
  expect(result.notes).toContain("1 session without times is drawn step by step.");
});

describe.skipIf(!hasShared).each(["pool-a", "pool-x"] as const)("%s", (name) => {
  it("has the printed wall clock, active time and gaps", async () => {
    const printed = at(printedRows(name, "session_map"), 0);
    const ids = printed.map(({ session_id }) => String(session_id));
    const result = await withReferencePool(name, (pool) => run(pool, { "session-id": ids }, { "session-id": ids }));
    const found = rowsOf(result, "session_map_summary").map(({ session_id, wall_s, active_s, gaps, gap_s }) => ({
      session_id,
      wall_s,
      active_s,
      gaps,
      collapsed_s: gap_s,
    }));
    expect(found).toEqual(printed);
  });
});

describe("phases", () => {
  const steps = (activities: string) =>
    [...activities].map((letter) => ({
      activity: ({ e: "explore", d: "edit", r: "run", a: "answer" } as const)[letter] ?? ("other" as StepActivity),
    }));
  it.each([
    ["a short request is one", "eedda", ["explore 0-4"]],
    ["three in a row begin another", "eeedddrr", ["explore 0-2", "edit 3-7"]],
    ["two in a row don't", "eeeddeee", ["explore 0-7"]],
    ["before the first three", "edrrrrdd", ["run 0-7"]],
    ["back again", "eeedddeee", ["explore 0-2", "edit 3-5", "explore 6-8"]],
  ])("%s", (_, activities, expected) => {
    const { steps: all } = timelineOf(steps(activities));
    const phases = phasesOf(all, { first: 0, last: all.length - 1 });
    expect(phases.map(({ activity, first, last }) => `${activity} ${first}-${last}`)).toEqual(expected);
  });
});

it.each([
  [59, 1],
  [101, 2],
  [4_200, 60],
  [90_000, 900],
])("a time axis of %d s has bins of %d s", (seconds, bin) => {
  const map = mapOf(timelineOf([{ startS: 0 }], { durationS: seconds }), { gapS: 300, collapsedS: 30 });
  expect(trackOf(map, "time").bin).toBe(bin);
});

it("boxes of a treemap fill it in proportion", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 }), (areas) => {
      const items = areas.toSorted((a, b) => b - a).map((area, file) => ({ file, area }));
      const boxes = squarified(items, { x: 0, y: 0, width: 900, height: 400 });
      const scale = (900 * 400) / sumOf(items, ({ area }) => area);
      for (const [i, { width, height }] of boxes.entries()) expect(width * height).toBeCloseTo(at(items, i).area * scale, 4);
      expect(boxes.every(({ x, y, width, height }) => x >= -1e-6 && y >= -1e-6 && x + width <= 900.001 && y + height <= 400.001)).toBe(
        true,
      );
    }),
  );
});
