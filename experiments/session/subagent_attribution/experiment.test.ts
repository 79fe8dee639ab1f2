import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeClaudeHelpers } from "../../../lib/collect/claude-helpers-fixture.ts";
import { Home } from "../../../lib/collect/fixture.ts";
import { buildDatabase } from "../../../lib/db/build/build.ts";
import { Pool } from "../../../lib/db/open/pool.ts";
import { asSessions } from "../../../lib/testing/cases.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { checkedQueries, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { samplePool } from "../../../lib/testing/sample.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import type { Accounting } from "../../../lib/trace/readings.ts";
import experiment from "./experiment.ts";
import { HELPERS, readDelegation, TREES } from "./measure.ts";

const OPTIONS = { minUsd: 0.05, contextHeavy: 50_000, smallOutput: 2_000, maxRows: 25 };
const near = (value: number) => expect.closeTo(value, 9);

async function helpersOf(pool: Pool, options = OPTIONS) {
  const db = checkedQueries(experiment, pool);
  const { params } = await readDelegation(db, options);
  return db.rows(HELPERS, params);
}
const treesOf = (pool: Pool) => checkedQueries(experiment, pool).rows(TREES, { most: null });

const S2: TranscriptLiteral = {
  session_id: "s2",
  relation: "sub-agent",
  parent_session_id: "s1",
  parent_tool_call_id: "c6",
  agent_type: "Explore",
};

describe.each<[string, TranscriptLiteral[], string]>([
  ["declared", [S2], "declared"],
  ["nested", [], "nested"],
])("pool M, %s", (_name, transcripts, basis) => {
  it("s2 cost more than reading in s1, which ended one step later", async () => {
    const [helper, ...others] = await withPool(POOL_M, (pool) => helpersOf(pool), transcripts);
    expect(others).toEqual([]);
    expect(helper).toMatchObject({
      ...{ root_session: "s1", parent_session: "s1", session: "s2", depth: 1, link_basis: basis, call_basis: basis },
      ...{ agent_type: transcripts[0]?.agent_type ?? null, steps: 2, calls: 1, errors: 0 },
      ...{ first_context_tokens: 9_000, peak_context_tokens: 15_000, input_billed_tokens: 24_000, output_tokens: 600 },
      cost_usd: near(0.11325),
      ...{ wall_s: 93, generation_s: 92, prompt_chars: 900, returned_chars: 5_200 },
      leverage: near(24_000 / 1_300),
      rent_saved_usd: near((15_000 - 1_300) * (18_462.5 / 31_750 + 29_000 / 33_850) * 1e-6 - 0.11325),
      // 15,000 written and 9,000 read at 3.75 and 0.3, 600 of output at 15.
      one_tier_down_usd: near(0.06795),
      ...{ flags: "costlier_than_inline;premium_light", tokenjam_flags: "over_powered" },
    });
    expect(helper?.rent_saved_usd).toBeCloseTo(-0.09355, 5);
  });

  it("is s1's only one", async () => {
    expect(await withPool(POOL_M, treesOf, transcripts)).toEqual([
      {
        ...{ root_session: "s1", provider: "claude", steps: 8, helpers: 1, max_depth: 1 },
        ...{ self_usd: near(0.5253625), helpers_usd: near(0.11325), helpers_share: near(0.11325 / 0.6386125) },
        ...{ self_tokens: 239_950, helpers_tokens: 24_000, unpriced_steps: 0, max_parallel: 1 },
        ...{ spawn_calls: 1, unlinked_spawns: 0, returned_chars: 5_200 },
      },
    ]);
  });
});

it("the order of rows changes nothing", async () => {
  const placed = POOL_M.map((step, i) => ({ round_pk: i + 1, ...step }));
  const [inOrder, reversed] = await Promise.all(
    [placed, placed.toReversed()].map((steps) => withPool(steps, (pool) => helpersOf(pool), [S2])),
  );
  expect(reversed).toEqual(inOrder);
});

it("flags follow their limits", async () => {
  const flags = (options: Partial<typeof OPTIONS>) =>
    withPool(POOL_M, async (pool) => (await helpersOf(pool, { ...OPTIONS, ...options }))[0]?.flags);
  expect(await flags({ contextHeavy: 9_000 })).toBe("heavy_brief;big_read_small_answer;costlier_than_inline;premium_light");
  expect(await flags({ contextHeavy: 15_000 })).toBe("big_read_small_answer;costlier_than_inline;premium_light");
  expect(await flags({ smallOutput: 600 })).toBe("costlier_than_inline");
  expect(await flags({ minUsd: 0.2 })).toBe("premium_light");
});

/** A helper of a session by its id. */
const helperOf = (session: string) => `${session}/subagents/a`;
const step = (round: number, more: StepLiteral = {}): StepLiteral => ({
  round_index: round,
  provider: "claude",
  model: "claude-haiku-4-5",
  newly_append_tokens: 1_000,
  output_tokens: 10,
  timing_events: [{ event_type: "text", timestamp: `2026-01-01T00:00:${10 + round}Z` }],
  ...more,
});
const called = (...errors: (boolean | null)[]) => ({ tools: errors.map((is_error) => ({ tool_name: "Bash", is_error })) });

const CASES: [session: string, steps: StepLiteral[], expected: object][] = [
  ["its last three calls failed", [step(1, called(false, true)), step(2, called(true, true))], { calls: 4, errors: 3, flags: "failed" }],
  ["two calls that failed are too few", [step(1, called(true, true))], { errors: 2, flags: null }],
  ["a result that isn't known to be an error", [step(1, called(true, true, null))], { flags: null }],
  ["without a price", [step(1, { model: "mystery" })], { cost_usd: null, unpriced_steps: 1, rent_saved_usd: null, flags: null }],
];
it.each(CASES)("%s", async (what, _steps, expected) => {
  const steps = asSessions(CASES.map(([each, own]) => [helperOf(each), own]));
  const helpers = await withPool(steps, (pool) => helpersOf(pool));
  expect(helpers.filter(({ session }) => session === helperOf(what))).toMatchObject([expected]);
});

describe("made-up transcripts of Claude", () => {
  const home = new Home();
  let pool: Pool;
  beforeAll(async () => {
    writeClaudeHelpers(home);
    await home.collect();
    const db = path.join(home.root, "trace.duckdb");
    await buildDatabase({ inputs: [home.output], db });
    pool = await Pool.open(db);
  });
  afterAll(() => {
    pool.close();
    home.remove();
  });

  it("helpers have parent, type and answer at any depth", async () => {
    const found = await helpersOf(pool);
    const links = found.map(({ session, parent_session, depth, link_basis, agent_type, returned_chars }) => [
      session.slice(session.lastIndexOf("agent-")),
      parent_session.slice(parent_session.lastIndexOf("/") + 1),
      depth,
      link_basis,
      agent_type,
      returned_chars,
    ]);
    const main = "claude:33333333-3333-4333-8333-333333333333";
    expect(links.sort()).toEqual([
      ["agent-a1", main, 1, "declared", "Explore", 4_000],
      ["agent-b2", "agent-a1", 2, "declared", "Reader", 2_000],
      ["agent-c3", "agent-a1", 2, "declared", "Reader", 1_000],
      ["agent-d4", main, 1, "parent", null, null],
      ["agent-e5", main, 1, "parent", null, null],
    ]);
  });

  it("the tree costs what its sessions cost, and three helpers ran at once", async () => {
    const [tree, ...others] = await treesOf(pool);
    expect(others).toEqual([]);
    expect(tree).toMatchObject({ helpers: 5, max_depth: 2, max_parallel: 3, spawn_calls: 3, unlinked_spawns: 0, returned_chars: 7_000 });
    const [bill] = await pool.rows<{ usd: number }>("-- uses: step_cost\nSELECT sum(cost_nano) / 1e9 AS usd FROM step_cost");
    expect(Number(tree?.self_usd) + Number(tree?.helpers_usd)).toBeCloseTo(Number(bill?.usd), 9);
  });

  it("draws all figures", async () => {
    const { figures, notes } = await runOn(experiment, pool);
    expect(figures.map(({ name }) => name)).toEqual(["subagent_share", "subagent_sizing", "subagent_balance", "subagent_tree"]);
    expect(notes).toContain("Helpers are known 3 by parent and call that the transcript names, 2 by the parent that the transcript names.");
  });
});

it("on the sample, shares are shares and trees cost what their helpers cost", async () => {
  const pool = await samplePool();
  const [helpers, trees] = [await helpersOf(pool), await treesOf(pool)];
  expect(helpers.length).toBeGreaterThan(10);
  for (const { root_session, helpers_usd, helpers_share, helpers: count } of trees) {
    const own = helpers.filter((helper) => helper.root_session === root_session);
    expect(own).toHaveLength(count);
    expect(own.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0)).toBeCloseTo(helpers_usd ?? 0, 9);
    if (helpers_share !== null) expect(Math.abs(helpers_share - 0.5)).toBeLessThanOrEqual(0.5);
  }
});

it("pool X has no helpers", async () => {
  const result = await withReferencePool("pool-x", (pool) => runOn(experiment, pool));
  expect(result.figures).toEqual([]);
  expect(result.notes[0]).toBe(experiment.empty);
  expect(rowsOf(result, "subagent_coverage").map(({ spawn_calls, helpers }) => [spawn_calls, helpers])).toEqual([[1_303, 0]]);
});

describe.skipIf(!hasShared)("pool A, as printed", () => {
  it("three helpers", async () => {
    const parent = "codex:92875fe3-f06c-c111-6e30-880e6f185be7";
    const helpers = await withReferencePool("pool-a", (pool) => helpersOf(pool));
    const nested = {
      parent_session: parent,
      link_basis: "nested",
      model: "gpt-5.4",
      returned_chars: null,
      leverage: null,
      rent_saved_usd: null,
    };
    expect(helpers).toMatchObject(
      [
        ["codex:76258b3d-7247-5422-6323-cbae0d59f489", 60, 228_426, 9_320_706, 18_087, 6.083406, 464] as const,
        ["codex:d11a8aa8-cf60-74a6-0c93-9e29ea33517f", 29, 151_344, 4_275_127, 7_429, 1.5046285, 486] as const,
        ["codex:62a5c0f2-a4f7-b6ec-4988-570829c617c6", 2, 141_093, 275_339, 1_441, 0.3992105, 436] as const,
      ].map(([session, steps, peak_context_tokens, input_billed_tokens, output_tokens, usd, prompt_chars]) => ({
        ...{ ...nested, session, steps, peak_context_tokens, input_billed_tokens, output_tokens, cost_usd: near(usd), prompt_chars },
      })),
    );
  });

  it("of 128 calls", async () => {
    const result = await withReferencePool("pool-a", (pool) => runOn(experiment, pool));
    expect(
      rowsOf(result, "subagent_coverage").map(({ provider, spawn_calls, spawn_sessions, linked_calls }) => [
        ...[provider, spawn_calls, spawn_sessions, linked_calls],
      ]),
    ).toEqual([
      ["claude", 112, 53, 0],
      ["codex", 16, 3, 3],
    ]);
    expect(result.notes).toContain("3 of 128 calls that start helpers have a known helper; 3 helpers in the pool.");
    expect(result.notes).toContain("Calls that start helpers: claude 112 in 53 sessions, codex 16 in 3 sessions; 31.6h of wall time.");
  });
});

describe.skipIf(!hasShared)("the transcripts", () => {
  it.each<[Accounting]>([["published"], ["counted"]])("in the %s reading, history of the parent is not a helper's", async (accounting) => {
    const check = async (pool: Pool) => {
      const found = (await helpersOf(pool)).filter(({ provider }) => provider === "codex");
      expect(
        found.map(({ session, link_basis, steps, prompt_chars, cost_usd }) => [session, link_basis, steps, prompt_chars, cost_usd]),
      ).toEqual([
        ["codex:019ed5e8-a488-7540-817e-1092c4f756de", "orphan", 12, null, near(0.514537)],
        ["codex:019d7e2f-0041-7310-951c-94020254dfc9", "declared", 2, 436, near(0.3992105)],
      ]);
    };
    await withTranscripts("transcripts", accounting, check, "counted");
  });
});
