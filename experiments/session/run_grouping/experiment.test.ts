import { describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { timesAfter } from "../../../lib/testing/events.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { checkedQueries, type ReferencePool, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { samplePool } from "../../../lib/testing/sample.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import type { Accounting } from "../../../lib/trace/readings.ts";
import experiment from "./experiment.ts";
import { MEMBERS, PARALLELISM, RUNS } from "./measure.ts";

const PARAMS = { gap_us: 300e6, with_bursts: true, burst_us: 60e6 };
const near = (value: number) => expect.closeTo(value, 9);

const runsOf = (pool: Pool, params = PARAMS) => checkedQueries(experiment, pool).rows(RUNS, { ...params, most: null });
const membersOf = (pool: Pool) =>
  checkedQueries(experiment, pool).rows(MEMBERS, { with_bursts: true, burst_us: 60e6, runs: null, most: null });
const levelsOf = (pool: Pool, params = PARAMS) => checkedQueries(experiment, pool).rows(PARALLELISM, params);

const S2: TranscriptLiteral = { session_id: "s2", relation: "sub-agent", parent_session_id: "s1", parent_tool_call_id: "c6" };

describe("pool M", () => {
  it("s1 and its helper are a run, not a burst", async () => {
    expect(await withPool(POOL_M, (pool) => runsOf(pool), [S2])).toEqual([
      {
        ...{ run: "s1", basis: "lineage", sessions: 2, roots: 1, max_depth: 1 },
        ...{ started_at: "2026-01-05T10:00:00.000Z", ended_at: "2026-01-05T10:35:15.000Z" },
        ...{ span_s: 190, work_s: 283, speedup: near(283 / 190), max_parallel: 2 },
        ...{ steps: 10, calls: 7, errors: 2, input_tokens: 263_950, output_tokens: 1_950, cache_write_tokens: 78_850 },
        ...{ tokenjam_tokens: 263_950 - 78_850 + 1_950, cost_usd: near(0.5253625 + 0.11325), unpriced_steps: 0 },
        ...{ base_usd: near(0.12375 + 0.05625), replayed_steps: 0, replayed_usd: null },
        ...{ models: "claude-opus-4-6", providers: "claude" },
      },
    ]);
  });

  it("has members", async () => {
    const members = await withPool(POOL_M, membersOf, [S2]);
    expect(
      members.map(({ session_id, edge, depth, kind, from_s, to_s, called_s }) => [session_id, edge, depth, kind, from_s, to_s, called_s]),
    ).toEqual([
      ["s1", null, 0, "main", 0, 2115, null],
      ["s2", "declared", 1, "sub-agent", 2007, 2100, 2006],
    ]);
  });

  it.each([
    [
      300,
      [
        ["run", null, 1, 97],
        ["run", null, 2, 93],
      ],
      [1, 149 / 3600, 93 / 3600],
    ],
    // The silence of 600 s ends in an approval; that of 1,325 s does not.
    [
      1000,
      [
        ["run", null, 1, 697],
        ["run", null, 2, 93],
      ],
      [1, 749 / 3600, 93 / 3600],
    ],
  ])("at most %d s of silence", async (gap, ofRun, [, one, two]) => {
    const levels = await withPool(POOL_M, (pool) => levelsOf(pool, { ...PARAMS, gap_us: Number(gap) * 1e6 }), [S2]);
    const seconds = levels.map(({ scope, provider, agents_at_once, hours }) => [scope, provider, agents_at_once, Math.round(hours * 3600)]);
    expect(seconds.filter(([scope]) => scope === "run")).toEqual(ofRun);
    const person = levels.filter(({ scope, provider }) => scope === "person" && provider === null);
    expect(person.map(({ agents_at_once, hours }) => [agents_at_once, hours])).toEqual([
      [1, near(Number(one))],
      [2, near(Number(two))],
    ]);
  });

  it("--run draws a run, and refuses what isn't one", async () => {
    const drawn = await withPool(POOL_M, (pool) => runOn(experiment, pool, { run: "s1" }), [S2]);
    expect(drawn.figures.map(({ name }) => name)).toEqual(["runs", "run_timeline", "agents_at_once"]);
    await withPool(POOL_M, (pool) => expect(runOn(experiment, pool, { run: "s3" })).rejects.toThrow(UserError), [S2]);
  });
});

const { event } = timesAfter(Date.UTC(2026, 0, 5));
const step = (session_id: string, second: number, more: StepLiteral = {}): StepLiteral => ({
  ...{ session_id, provider: "codex", model: "gpt-5.4", user: "person-1", newly_append_tokens: 1_000_000 },
  timing_events: [event("text", second), event("text", second + 10)],
  ...more,
});
const sessionsOf = ({ basis, run, sessions, cost_usd }: Awaited<ReturnType<typeof runsOf>>[number]) => [basis, run, sessions, cost_usd];

const CASES: [what: string, steps: StepLiteral[], expected: ReturnType<typeof sessionsOf>[]][] = [
  [
    "starts within a minute of one another are a burst, however long it gets",
    [step("a", 0), step("b", 60), step("c", 120)],
    [["burst", "a", 3, 7.5]],
  ],
  ["a second later they are not", [step("a", 0), step("b", 61)], []],
  ["nor of another person", [step("a", 0), step("b", 1, { user: "person-2" })], []],
  ["nor of another provider", [step("a", 0), step("b", 1, { provider: "claude" })], []],
  ["nor in another project", [step("a", 0, { project: "p" }), step("b", 1, { project: "q" })], []],
  [
    "a helper is not in the burst of the session that started it",
    [step("a", 0), step("a/subagents/h", 5), step("b", 20)],
    [
      ["burst", "a", 2, 5],
      ["lineage", "a", 2, 5],
    ],
  ],
];
it.each(CASES)("%s", async (what, _steps, expected) => {
  // Each case has sessions and persons of its own.
  const steps = CASES.flatMap(([owner, own]) =>
    own.map((each) => ({ ...each, session_id: `${owner}: ${each.session_id}`, user: `${owner}: ${each.user}` })),
  );
  const runs = (await withPool(steps, (pool) => runsOf(pool))).filter(({ run }) => run.startsWith(`${what}: `));
  expect(runs.map((each) => sessionsOf({ ...each, run: each.run.slice(what.length + 2) }))).toEqual(expected);
});

it("a response that a resumed session repeats counts once", async () => {
  const details = { response_id: "r1" };
  const steps = [step("a", 0, { details }), step("b", 1_000, { details }), step("b", 1_010, { details: { response_id: "r2" } })];
  const transcripts = [{ session_id: "b", relation: "resume", parent_session_id: "a" }];
  for (const [accounting, replayed_usd] of [["published", 2.5] as const, ["counted", null] as const]) {
    const found = await withPool(steps, (pool) => runsOf(pool), transcripts, [], { accounting });
    expect(found).toMatchObject([{ run: "a", sessions: 2, steps: 2, replayed_steps: 1, replayed_usd }]);
  }
});

it("sessions whose parent is not in the pool are one run", async () => {
  const steps = ["h", "i"].map((name, i) => step(`gone/subagents/${name}`, 100 * i));
  const members = await withPool(steps, membersOf);
  expect(members.map(({ run, edge }) => [run, edge])).toEqual([
    ["gone/subagents/h", "parent (outside)"],
    ["gone/subagents/h", "parent (outside)"],
  ]);
});

async function checkRules(pool: Pool): Promise<void> {
  const runs = await runsOf(pool);
  for (const { speedup, max_parallel } of runs) {
    if (speedup === null || max_parallel === null) continue;
    expect(speedup).toBeGreaterThanOrEqual(1);
    expect(speedup).toBeLessThanOrEqual(max_parallel);
  }
  const levels = await levelsOf(pool);
  for (const { run, basis, span_s } of runs) {
    const own = levels.filter(({ scope, key }) => scope === (basis === "lineage" ? "run" : "burst") && key === run);
    expect(sumOf(own, ({ hours }) => hours * 3600)).toBeCloseTo(span_s ?? 0, 6);
  }
  const without = await runsOf(pool, { ...PARAMS, with_bursts: false });
  expect(without).toEqual(runs.filter(({ basis }) => basis === "lineage"));
}

it("on the sample, speedups are possible and bursts change no other run", async () => {
  const pool = await samplePool();
  await checkRules(pool);
});

describe.each<[ReferencePool, number, number, [number, number][]]>([
  [
    "pool-a",
    530,
    1,
    [
      [1, 116.1497],
      [2, 4.3598],
    ],
  ],
  [
    "pool-x",
    3_680,
    0,
    [
      [1, 3_061.1778],
      [2, 345.8652],
      [3, 21.3239],
      [4, 1.809],
      [5, 0.254],
    ],
  ],
])("%s, as printed", (name, episodes, bursts, hours) => {
  it.skipIf(name === "pool-a" && !hasShared)("episodes, bursts and hours", async () => {
    await withReferencePool(name, async (pool) => {
      const [found] = await pool.rows<{ n: number }>(`-- uses: spells
        SELECT count(*) AS n FROM (
          SELECT from_us - lag(to_us) OVER (PARTITION BY session_id ORDER BY from_us) AS silence_us FROM spells
        ) WHERE silence_us IS NULL OR silence_us > 300000000`);
      expect(found?.n).toBe(episodes);
      const burstRuns = (await runsOf(pool)).filter(({ basis }) => basis === "burst");
      expect(burstRuns.map(({ sessions }) => sessions)).toEqual(Array(bursts).fill(2));
      const persons = (await levelsOf(pool)).filter(({ scope, provider }) => scope === "person" && provider === null);
      const sums = hours.map(([agents]) => sumOf(persons, (level) => (level.agents_at_once === agents ? level.hours : 0)));
      expect(sums.map((sum) => Math.round(sum * 1e4) / 1e4)).toEqual(hours.map(([, sum]) => sum));
      expect(Math.max(...persons.map(({ agents_at_once }) => agents_at_once))).toBe(hours.length);
      await checkRules(pool);
    });
  });
});

describe.skipIf(!hasShared)("the transcripts", () => {
  it.each<[Accounting]>([["published"], ["counted"]])(
    "in the %s reading, a child and the history that it replays are not a burst",
    async (accounting) => {
      const check = async (pool: Pool) => {
        const runs = await runsOf(pool);
        expect(runs.map(({ run, basis, sessions, replayed_steps }) => [run.slice(0, 14), basis, sessions, replayed_steps])).toEqual([
          ["codex:019d7d08", "lineage", 2, 0],
          ["claude:70c88cf", "lineage", 2, 0],
          ["claude:61cb3ba", "lineage", 2, 0],
        ]);
        expect(runs[0]?.cost_usd).toBeCloseTo(3.276458 + 0.3992105, 9);
        const { tables } = await runOn(experiment, pool, { "with-bursts": true });
        expect(rowsOf({ tables }, "run_summary")).toMatchObject([{ basis: "lineage", runs: 3, sessions: 6, median_sessions: 2 }]);
      };
      await withTranscripts("transcripts", accounting, check, "counted");
    },
  );
});
