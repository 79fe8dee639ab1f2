import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import type { Row } from "../../../lib/experiment.ts";
import { isObject } from "../../../lib/files/json.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { asSessions } from "../../../lib/testing/cases.ts";
import { hasShared, shared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

type Tool = NonNullable<StepLiteral["tools"]>[number];

const EPISODES = "-- uses: failure_episodes\nSELECT * FROM failure_episodes ORDER BY session_id, first_step, tool, kind";
const episodesOf = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => pool.rows<Row>(EPISODES));

type Episodes = (what: string) => Row[];
/** Those of each case. */
async function episodesByCase(cases: Parameters<typeof asSessions>[0]): Promise<Episodes> {
  const episodes = await episodesOf(asSessions(cases));
  return (what) => episodes.filter(({ session_id }) => session_id === what);
}

/** Session `s1` of pool M with another list of calls in one step. */
const withCalls = (step: number, tools: (calls: readonly Tool[]) => readonly Tool[]): StepLiteral[] =>
  POOL_M.filter(({ session_id }) => session_id === "s1").map((each, i) =>
    i + 1 === step ? { ...each, tools: tools(each.tools ?? []) } : each,
  );

describe("pool M", () => {
  it("has one episode: Bash fails twice and works three steps after the first failure", async () => {
    expect(await episodesOf(POOL_M)).toEqual([
      {
        kind: "error",
        session_id: "s1",
        request_no: 1,
        tool: "Bash",
        provider: "claude",
        first_step: 2,
        failures: 2,
        outcome: "recovered",
        unknown_later: false,
        next_tool: "Bash",
        next_move: "same tool, same input",
        observed_steps: 3,
        steps_to_recovery: 3,
        // From the result of c2 to c5; the approval of the edit took 600 s of it.
        to_recovery_us: 620_000_000,
        agent_us: 20_000_000,
        reads_between: 0,
        edits_between: 1,
        runs_between: 0,
        others_between: 0,
        repair_steps: 3,
        repair_tokens: 30_700 + 31_000 + 31_150 + 100 + 150 + 50,
        repair_nano: 237_637_500,
        unpriced_repair_steps: 0,
      },
    ]);
  });

  const CASES: [what: string, steps: StepLiteral[], expected: object][] = [
    ["without the call that worked, the agent switches to others", withCalls(5, () => []), { outcome: "switched", failures: 2 }],
    [
      "with an error there, the request ends after three failures",
      withCalls(5, ([call]) => [{ ...call, is_error: true }]),
      { outcome: "switched", failures: 3, steps_to_recovery: null, observed_steps: 4 },
    ],
    [
      "a call of unknown status neither fails nor works",
      withCalls(5, ([call]) => [{ ...call, is_error: null }]),
      { outcome: "switched", failures: 2, unknown_later: true },
    ],
    [
      "a call that works in the step of the failure is not a recovery",
      withCalls(2, ([call]) => [{ ...call }, { ...call, tool_call_id: "c2b", is_error: false }]),
      { first_step: 2, failures: 1, steps_to_recovery: 3 },
    ],
  ];
  let found: Episodes;
  beforeAll(async () => {
    found = await episodesByCase(CASES);
  });

  it.each(CASES)("%s", (what, _steps, expected) => expect(found(what)[0]).toMatchObject(expected));
});

/** Steps of one request: each makes one call, as `[tool, is_error, more]`. */
const request = (
  calls: readonly (readonly [tool: string, is_error: boolean | null, more?: Tool])[],
  more: StepLiteral = {},
): StepLiteral[] =>
  calls.map(([tool_name, is_error, call], i) => ({
    session_id: "s",
    provider: "claude",
    model: "claude-opus-4-6",
    prefix_tokens: 1_000,
    timing_events: [
      ...(i === 0 ? [{ event_type: "user_message", timestamp: second(0), content_chars: 9 }] : []),
      { event_type: "text", timestamp: second(10 * i + 1) },
    ],
    tools: [
      {
        tool_name,
        tool_call_id: `call-${i}`,
        is_error,
        emitted_at: second(10 * i + 2),
        result_at: second(10 * i + 4),
        tool_wall_latency_ms: 2_000,
        input_chars: 100 + i,
        result_chars: 50,
        ...call,
      },
    ],
    ...more,
  }));
const second = (value: number) => new Date(Date.UTC(2026, 0, 5) + value * 1000).toISOString();
const asked = (at: number, content_chars = 9): StepLiteral => ({
  session_id: "s",
  provider: "claude",
  model: "claude-opus-4-6",
  prefix_tokens: 1_000,
  timing_events: [
    { event_type: "user_message", timestamp: second(at), content_chars },
    { event_type: "text", timestamp: second(at + 1) },
  ],
});

/** The step after the edit answers before the note comes, so that it opens no request. */
const interruptedEdit = (provider: string): StepLiteral[] =>
  [
    ...request([["Edit", true]]),
    {
      ...asked(60),
      timing_events: [
        { event_type: "text", timestamp: second(61) },
        { event_type: "user_message", timestamp: second(62), content_chars: 69 },
      ],
    },
  ].map((step) => ({ ...step, provider }));

describe("an episode", () => {
  const CASES: [what: string, steps: StepLiteral[], expected: object[]][] = [
    ["ends with the session", request([["Bash", true]]), [{ kind: "error", outcome: "open", next_move: "end", observed_steps: 0 }]],
    ["is interrupted by a message", [...request([["Bash", true]]), asked(60)], [{ outcome: "interrupted", next_move: "user" }]],
    [
      "leads to a question",
      request([
        ["Bash", true],
        ["AskUserQuestion", false],
      ]),
      [{ outcome: "asked", next_move: "other", next_tool: "AskUserQuestion" }],
    ],
    [
      "ends without a call",
      [...request([["Bash", true]]), { ...asked(60), timing_events: [{ event_type: "text", timestamp: second(61) }] }],
      [{ outcome: "ended", next_move: "none", observed_steps: 1 }],
    ],
    [
      "is of its tool alone, and two may run at once",
      request([
        ["Bash", true],
        ["Read", true],
        ["Read", false],
        ["Bash", false],
      ]),
      [
        { tool: "Bash", steps_to_recovery: 3, next_move: "read", repair_steps: 3 },
        { tool: "Read", steps_to_recovery: 1, next_move: "same tool, altered", repair_steps: 0 },
      ],
    ],
    [
      "starts again after it worked",
      request([
        ["Bash", true],
        ["Bash", false],
        ["Bash", true],
      ]),
      [
        { first_step: 1, outcome: "recovered" },
        { first_step: 3, outcome: "open" },
      ],
    ],
    [
      "of a tool that asks a person is a denial",
      request([
        ["ExitPlanMode", true],
        ["Edit", false],
      ]),
      [{ kind: "denied", outcome: "switched", next_move: "edit" }],
    ],
    ["of an edit that waited and a message after it is a denial", [...request([["Edit", true]]), asked(60)], [{ kind: "denied" }]],
    [
      "of an edit that waited and Claude's note of an interrupt is a denial",
      interruptedEdit("claude"),
      [{ kind: "denied", outcome: "ended" }],
    ],
    ["of Codex it is not", interruptedEdit("codex"), [{ kind: "error", outcome: "ended" }]],
    [
      "of an edit that failed at once is not",
      [...request([["Edit", true, { tool_wall_latency_ms: 999 }]]), asked(60)],
      [{ kind: "error", outcome: "interrupted" }],
    ],
    [
      "of an edit that waited is not while the agent goes on",
      request([
        ["Edit", true],
        ["Edit", false],
      ]),
      [{ kind: "error", outcome: "recovered" }],
    ],
    [
      "of a wait is apart",
      request([
        ["write_stdin", true],
        ["write_stdin", false],
      ]),
      [{ kind: "poll", outcome: "recovered" }],
    ],
    ["is not where no request is", request([["Bash", true]]).map((step) => ({ ...step, timing_events: [] })), []],
  ];
  const SEARCHES = (
    [
      ["Grep", 16, true],
      ["Grep", 14, true],
      ["Glob", 14, true],
      ["Glob", 16, false],
      ["Grep", 15, false],
      ["Read", 14, false],
    ] as const
  ).map(([tool, result_chars, expected]): [string, StepLiteral[], boolean] => [
    `${tool} with ${result_chars} characters is an empty search: ${expected}`,
    request([
      [tool, false, { result_chars }],
      [tool, false],
    ]),
    expected,
  ]);
  let found: Episodes;
  beforeAll(async () => {
    found = await episodesByCase([...CASES, ...SEARCHES]);
  });

  it.each(CASES)("%s", (what, _steps, expected) => {
    expect(found(what)).toHaveLength(expected.length);
    expect(found(what)).toMatchObject(expected);
  });

  it.each(SEARCHES)("%s", (what, _steps, expected) => {
    expect(found(what).map(({ kind, outcome }) => [kind, outcome])).toEqual(expected ? [["empty search", "recovered"]] : []);
  });

  it("repeats the same input only if its hash is the same, where hashes are known", async () => {
    const steps = request([
      ["Bash", true, { input_chars: 20 }],
      ["Bash", false, { input_chars: 20 }],
    ]);
    const withHashes = (hashes: readonly string[]) => steps.map((step, i) => ({ ...step, inputs: [{ input_hash: at(hashes, i) }] }));
    const moves = await episodesByCase([
      ["no hashes", steps],
      ["the same", withHashes(["a", "a"])],
      ["others", withHashes(["a", "b"])],
    ]);
    expect(["no hashes", "the same", "others"].map((what) => moves(what)[0]?.next_move)).toEqual([
      "same tool, same input",
      "same tool, same input",
      "same tool, altered",
    ]);
  });
});

describe("pools of odd shape", () => {
  const failing = (provider: string, tools: readonly string[]) =>
    tools.flatMap((tool, i) =>
      request(
        [
          [tool, true],
          [tool, i % 2 === 0 ? false : null],
        ],
        { session_id: `s${i}`, provider },
      ),
    );
  it.each<[what: string, steps: StepLiteral[], figures: string[]]>([
    ["no failure", request([["Bash", false]]), []],
    ["one failure", request([["Bash", true]]), ["error_next_moves"]],
    ["one empty search", request([["Grep", false, { result_chars: 16 }]]), ["error_next_moves"]],
    [
      "30 failures of one tool, two in three without a name",
      failing(
        "",
        Array.from({ length: 30 }, () => ""),
      ),
      ["error_recovery_curves", "error_next_moves", "error_cost"],
    ],
    [
      "many tools with long names",
      failing(
        "codex",
        Array.from({ length: 300 }, (_, i) => `RunTheWholeNightlySuiteOnEveryPlatform${i % 20}`),
      ),
      ["error_recovery_curves", "error_next_moves", "error_cost"],
    ],
    [
      "no price",
      failing("claude", Array(25).fill("Bash")).map((step) => ({ ...step, model: "mystery" })),
      ["error_recovery_curves", "error_next_moves"],
    ],
  ])("%s", async (_, steps, expected) => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map(({ name }) => name)).toEqual(expected);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems, name).toEqual([]);
  });

  it("--horizon-steps ends the curves", async () => {
    const steps = request([["Bash", true], ...Array.from({ length: 9 }, () => ["Read", false] as const), ["Bash", false]]);
    const result = await withPool(steps, (pool) => runOn(experiment, pool, { "horizon-steps": 4 }));
    const curve = rowsOf(result, "error_survival").filter(({ kind, tool }) => kind === "failed" && tool === null);
    expect(curve.map(({ steps, at_risk, recovered }) => [steps, at_risk, recovered])).toEqual([0, 1, 2, 3, 4].map((step) => [step, 1, 0]));
  });
});

describe.each(REFERENCE_POOLS)("%s", (name) => {
  const skipped = name === "pool-a" && !hasShared;
  const run = () => withReferencePool(name, (pool) => runOn(experiment, pool));

  it.skipIf(skipped)("failures of episodes are the errors in requests, and outcomes and moves add up to episodes", async () => {
    const result = await run();
    const errors = await withReferencePool(name, (pool) => count(pool, "count_if(is_error)"));
    for (const group of rowsOf(result).filter(({ tool, kind }) => tool === null && kind === "failed")) {
      const own = (table: string) =>
        rowsOf(result, table).filter((row) => row.provider === group.provider && row.tool === null && row.kind === "failed");
      if (group.provider === "all") expect(group.errors).toBe(errors);
      expect(sumOf(own("error_outcomes"), ({ episodes }) => Number(episodes))).toBe(group.episodes);
      expect(sumOf(own("error_next_moves"), ({ episodes }) => Number(episodes))).toBe(group.episodes);
      if (group.provider !== "all") expect(own("error_survival")[0]).toMatchObject({ steps: 0, at_risk: group.episodes, survival: 1 });
    }
  });

  it.skipIf(skipped)("curves only fall", async () => {
    const curve = rowsOf(await run(), "error_survival");
    for (const [i, { steps, survival, lo95, hi95 }] of curve.entries()) {
      expect(Number(lo95)).toBeLessThanOrEqual(Number(survival));
      expect(Number(survival)).toBeLessThanOrEqual(Number(hi95));
      if (Number(steps) > 0) expect(Number(survival)).toBeLessThanOrEqual(Number(at(curve, i - 1).survival));
    }
  });

  it.skipIf(!hasShared)("outcomes and tools are as printed", async () => {
    const [outcomes = [], tools = []] = printedRows(name, "error_recovery");
    const result = await run();
    const found = rowsOf(result, "error_outcomes").filter(
      ({ provider, tool, kind }) => provider !== "all" && tool === null && kind === "failed",
    );
    const summary = rowsOf(result).filter(({ kind, tool, provider }) => kind === "failed" && (tool !== null || provider !== "all"));
    const times = (provider: unknown, tool: unknown = null) => summary.find((row) => row.provider === provider && row.tool === tool);
    expect(outcomes.length).toBeGreaterThan(0);
    for (const { provider, outcome, episodes, p50_steps, p50_s } of outcomes) {
      expect(found.find((row) => row.provider === provider && row.outcome === outcome)?.episodes).toBe(episodes);
      if (outcome === "recovered") expect(times(provider)).toMatchObject({ p50_steps, p50_seconds: expect.closeTo(Number(p50_s), 6) });
    }
    expect(sumOf(found, ({ episodes }) => Number(episodes))).toBe(sumOf(outcomes, ({ episodes }) => Number(episodes)));
    for (const { provider, tool, episodes, recovered, p50_steps } of tools)
      expect(times(provider, tool)).toMatchObject({ episodes, recovered_share: expect.closeTo(Number(recovered), 3), p50_steps });
  });

  it.skipIf(!hasShared)("90 % of the recovered episodes of a tool, and tools called again next, are as printed", async () => {
    const [, tools = []] = printedRows(name, "error_recovery");
    const episodes = await withReferencePool(name, (pool) => pool.rows<Row>(EPISODES));
    for (const { provider, tool, p90_steps, same_tool_next } of tools) {
      const own = episodes.filter((row) => row.provider === provider && row.tool === tool && row.kind !== "empty search");
      const steps = own.flatMap(({ steps_to_recovery }) => steps_to_recovery ?? []).map(Number);
      const next = own.flatMap(({ next_tool }) => next_tool ?? []);
      expect(quantileNumpy(Float64Array.from(steps).sort(), 0.9)).toBeCloseTo(Number(p90_steps), 9);
      expect(Number((next.filter((each) => each === tool).length / next.length).toFixed(3))).toBe(same_tool_next);
    }
  });

  it.skipIf(!hasShared)("repairs and requests with an error cost as printed of request phases", async () => {
    const [costs = []] = printedRows(name, "request_phases");
    const summary = rowsOf(await run()).filter(({ tool, kind }) => tool === null && kind === "failed");
    for (const { provider, with_error, touched_usd, repair_usd } of costs)
      expect(summary.find((row) => row.provider === provider)).toMatchObject({
        touched_requests: with_error,
        touched_usd: expect.closeTo(Number(touched_usd), 9),
        repair_usd: expect.closeTo(Number(repair_usd), 9),
      });
  });
});

function count(pool: Pool, what: string): Promise<number> {
  const sql = `-- uses: calls\nSELECT ${what} AS n FROM calls WHERE request_no > 0`;
  return pool.rows<{ n: number }>(sql).then(([row]) => Number(row?.n));
}

describe.skipIf(!hasShared)("pool A", () => {
  let rows: readonly Row[];
  beforeAll(async () => {
    rows = rowsOf(await withReferencePool("pool-a", (pool) => runOn(experiment, pool)));
  });

  it.each([
    [
      { provider: "all", tool: null, kind: "failed" },
      { errors: 666, episodes: 544 },
    ],
    [{ provider: "all", tool: null, kind: "empty search" }, { errors: 260 }],
    [{ provider: "claude", tool: "Grep", kind: "empty search" }, { errors: 230 }],
    [{ provider: "claude", tool: "Glob", kind: "empty search" }, { errors: 30 }],
    [
      { provider: "codex", tool: null, kind: "poll" },
      { episodes: 24, p50_steps: 7 },
    ],
    [
      { provider: "claude", tool: "ExitPlanMode", kind: "failed" },
      { calls: 29, errors: 24, episodes: 13 },
    ],
  ])("%o: %o", (group, expected) => {
    const found = rows.find(({ provider, tool, kind }) => provider === group.provider && tool === group.tool && kind === group.kind);
    expect(found).toMatchObject(expected);
  });
});

/**
 * Texts of the transcripts are masked, but words keep their lengths: `xx xxxxxxx xxxxx` is `No matches found`.
 * So these show whether the length of a result is enough to know an empty search.
 */
it.skipIf(!hasShared)("in transcripts with text, results of these lengths are the fixed replies, and no others are", () => {
  const results = ["transcripts", "transcripts-2026"].flatMap((folder) => searchResults(shared(folder, "home")));
  const byLength = results.filter(({ tool, text }) => text.length === 14 || (tool === "Grep" && text.length === 16));
  const byText = results.filter(({ text }) => /^\w{2} (\w{7}|\w{5}) \w{5}$/.test(text));
  expect(byLength).toHaveLength(9);
  expect(byText).toEqual(byLength);
});

/** Of Grep and Glob in Claude's transcripts of a folder. */
function searchResults(folder: string): { tool: string; text: string }[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".jsonl"));
  return files.flatMap((file) => {
    const lines = fs.readFileSync(path.join(folder, file), "utf8").split("\n").filter(Boolean);
    const blocks = lines.flatMap(blocksOf);
    const tools = new Map(blocks.map(({ id, name }) => [id, name]));
    return blocks.flatMap(({ type, tool_use_id, content }) => {
      const tool = tools.get(tool_use_id);
      return type === "tool_result" && (tool === "Grep" || tool === "Glob") && typeof content === "string" ? [{ tool, text: content }] : [];
    });
  });
}

function blocksOf(line: string): Record<string, unknown>[] {
  const record: unknown = JSON.parse(line);
  const message = isObject(record) && isObject(record.message) ? record.message : {};
  return Array.isArray(message.content) ? message.content.filter(isObject) : [];
}
