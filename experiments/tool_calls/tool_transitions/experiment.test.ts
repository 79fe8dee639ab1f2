import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult, Row } from "../../../lib/experiment.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import experiment from "./experiment.ts";

type Tool = NonNullable<StepLiteral["tools"]>[number];
type Result = Awaited<ReturnType<typeof runOn<unknown>>>;

const second = (value: number) => new Date(Date.UTC(2026, 0, 5) + value * 1000).toISOString();
const tool = (name: string): Tool => {
  const [tool_name = "", mark] = name.split("!");
  return { tool_name, is_error: mark === "?" ? null : mark !== undefined, input_chars: 40, result_chars: 400 };
};

/** One request whose steps make the calls named: `["Read", "Bash! Bash"]`; `!` marks an error, `!?` an unknown status. */
const request = (steps: readonly string[], more: StepLiteral = {}): StepLiteral[] =>
  steps.map((calls, i) => ({
    session_id: "s",
    provider: "claude",
    model: "claude-opus-4-6",
    timing_events: [
      ...(i === 0 ? [{ event_type: "user_message", timestamp: second(0) }] : []),
      { event_type: "text", timestamp: second(i + 1) },
    ],
    tools: calls === "" ? [] : calls.split(" ").map(tool),
    ...more,
  }));

const run = (steps: readonly StepLiteral[], flags: object = {}) => withPool(steps, (pool) => runOn(experiment, pool, { ...flags }));
const of = (rows: readonly Row[], scope = "all") => rows.filter((row) => row.scope === scope);
/** `from > to` of the transitions of a scope and how often; `+1` for parallel ones. */
const edgesOf = (result: ExperimentResult, scope = "all") =>
  Object.fromEntries(
    of(rowsOf(result, "transitions"), scope).map(({ from, to, n, n_parallel }) => [
      `${from} > ${to}`,
      Number(n_parallel) > 0 ? `${n}+${n_parallel}` : n,
    ]),
  );

describe("pool M", () => {
  let result: Result;
  beforeAll(async () => {
    result = await run(POOL_M);
  });
  const edge = (from: string, to: string) => of(rowsOf(result, "transitions"), "claude").find((row) => row.from === from && row.to === to);

  it.each([
    ["START", "read", 2, 2 / 3],
    ["START", "agent", 1, 1 / 3],
    ["read", "shell", 1, 1 / 2],
    ["read", "END", 1, 1 / 2],
    ["shell", "shell", 1, 1 / 3],
    ["shell", "edit", 1, 1 / 3],
    ["shell", "END", 1, 1 / 3],
    ["edit", "shell", 1, 1],
    ["agent", "END", 1, 1],
  ])("%s leads to %s %d times", (from, to, n, p) => {
    expect(edge(from, to)).toMatchObject({ n, p: expect.closeTo(p), n_parallel: 0 });
  });

  it("has 7 departures of 0.9650 bits", () => {
    expect(scopeOf(result, "claude")).toMatchObject({
      departures: 7,
      entropy_rate_bits: expect.closeTo((3 * Math.log2(3) + 2) / 7, 9),
      requests: 3,
      empty_requests: 1,
      edit_to_shell_mean_calls: expect.closeTo(1),
    });
  });

  it("edits after a failure, and goes on after the failure before it", () => {
    expect(edge("shell", "edit")).toMatchObject({ p_after_error: 0.5, n_after_error: 2, p_after_ok: 0, n_after_ok: 1 });
    expect(edge("shell", "shell")).toMatchObject({ p_after_error: 0.5 });
    expect(edge("shell", "END")).toMatchObject({ p_after_error: 0, p_after_ok: 1 });
  });

  it("has states with their runs, failures and median times", () => {
    expect(of(rowsOf(result, "transition_states"), "claude").find(({ state }) => state === "shell")).toMatchObject({
      visits: 3,
      share: 3 / 7,
      starts: 0,
      ends: 1,
      run_length: expect.closeTo(1.5),
      failed: 2,
      error_rate: expect.closeTo(2 / 3),
      p50_wall_ms: 10_000,
    });
  });

  it("has paths of three", () => {
    const paths = of(rowsOf(result, "transition_motifs"), "claude").map(({ path: states, requests, support }) => [
      states,
      requests,
      support,
    ]);
    expect(paths).toEqual([
      ["read>shell>shell", 1, 1 / 3],
      ["shell>edit>shell", 1, 1 / 3],
      ["shell>shell>edit", 1, 1 / 3],
    ]);
  });
});

function scopeOf({ documents }: Result, scope: string): unknown {
  const [{ value } = { value: null }] = documents;
  const { scopes = [] }: { scopes?: readonly { scope: string }[] } = Object(value);
  return scopes.find((each) => each.scope === scope);
}

describe("parallel calls", () => {
  const steps = request(["Read Read Bash!", "Edit", "Bash Bash"]);

  it("are counted apart, and only the last one is followed by the next step", async () => {
    expect(edgesOf(await run(steps))).toEqual({
      "START > read": 1,
      "read > read": "0+1",
      "read > shell": "0+1",
      "shell > edit": 1,
      "edit > shell": 1,
      "shell > shell": "0+1",
      "shell > END": 1,
    });
  });

  it("are one visit with --parallel merge, mixed where they differ", async () => {
    const merged = await run(steps, { parallel: "merge" });
    expect(edgesOf(merged)).toEqual({ "START > mixed": 1, "mixed > edit": 1, "edit > shell": 1, "shell > END": 1 });
    expect(rowsOf(merged, "transition_states").find(({ state }) => state === "mixed")).toMatchObject({ visits: 1, failed: 1 });
  });

  it("don't make a path", async () => {
    expect(of(rowsOf(await run(steps), "transition_motifs")).map((row) => row.path)).toEqual(["shell>edit>shell"]);
    expect(rowsOf(await run(steps, { parallel: "merge" }), "transition_motifs")[0]).toMatchObject({ path: "mixed>edit>shell", support: 1 });
  });
});

describe("outcomes", () => {
  const CASES: [what: string, call: Tool, expected: object][] = [
    ["a search with the reply of no files", { tool_name: "Glob", is_error: false, result_chars: 14 }, { empty: 1 }],
    ["a search with the reply of no matches", { tool_name: "Grep", is_error: false, result_chars: 16 }, { empty: 1 }],
    ["a failed search", { tool_name: "Grep", is_error: true, result_chars: 16 }, { failed: 1 }],
    ["a search of unknown status", { tool_name: "Grep", is_error: null, result_chars: 16 }, { unknown: 1 }],
    ["a search that found a little", { tool_name: "Grep", is_error: false, result_chars: 15 }, {}],
    ["a shell command with as short a reply", { tool_name: "Bash", is_error: false, result_chars: 16 }, {}],
  ];
  it.each(CASES)("of %s", async (what, _call, expected) => {
    // A provider for each case.
    const steps = CASES.flatMap(([provider, call]) => request(["Grep"], { session_id: provider, provider, tools: [call] }));
    const states = of(rowsOf(await run(steps), "transition_states"), what);
    expect(states).toMatchObject([{ failed: 0, empty: 0, unknown: 0, visits: 1, ...expected }]);
  });
});

describe("levels", () => {
  it("tools with fewer than 20 calls are other", async () => {
    const steps = request([...Array.from({ length: 20 }, () => "Bash"), "Read"]);
    expect(edgesOf(await run(steps, { level: "tool" }))).toMatchObject({ "Bash > Bash": 19, "Bash > other": 1, "other > END": 1 });
  });

  it("verbs are known where inputs are, and categories elsewhere", async () => {
    const [first, ...rest] = request(["Bash", "Edit", "Bash"]);
    const steps = [{ ...first, inputs: [{ input_hash: "a", verb: "test", target: "x" }] }, ...rest];
    const result = await run(steps, { level: "verb" });
    expect(edgesOf(result)).toEqual({ "START > test": 1, "test > edit": 1, "edit > shell": 1, "shell > END": 1 });
  });
});

it("--by model compares models, and a request without calls is empty", async () => {
  const other = { session_id: "t", model: "claude-haiku-4-5" };
  const long = Array.from({ length: 120 }, (_, i) => (i % 2 === 0 ? "Bash" : "Edit"));
  const result = await run(
    [
      ...request(long),
      ...request(
        long.map(() => "Bash"),
        other,
      ),
      ...request([""], other),
    ],
    { by: "model" },
  );
  const compared = rowsOf(result, "transition_compare");
  expect(compared.map(({ group_a, group_b, from, to, p_a, p_b }) => [group_a, group_b, from, to, p_a, p_b])).toEqual([
    ["claude-haiku-4-5", "claude-opus-4-6", "shell", "edit", 0, 1],
    ["claude-haiku-4-5", "claude-opus-4-6", "shell", "shell", 119 / 120, 0],
    ["claude-haiku-4-5", "claude-opus-4-6", "shell", "END", 1 / 120, 0],
  ]);
  expect(scopeOf(result, "claude-haiku-4-5")).toMatchObject({ requests: 1, empty_requests: 1 });
});

it("--session chooses the session by the beginning of its id, --min-support fewer paths", async () => {
  const steps = [
    ...request(["Bash", "Bash", "Edit"]),
    ...request(["Read"], { session_id: "other" }),
    ...request(["Read"], { session_id: "third" }),
  ];
  const chosen = await run(steps, { session: "oth", "min-support": 0.5 });
  expect(chosen.figures.at(-1)?.subtitle).toContain(`Session ${shortId("other")}`);
  expect(rowsOf(chosen, "transition_motifs")).toEqual([]);
});

describe("pools of odd shape", () => {
  it.each<[what: string, steps: StepLiteral[], figures: string[]]>([
    ["no calls", request([""]), []],
    ["one call", request(["Bash"]), ["transition_matrix", "transition_session"]],
    ["calls before any request", request(["Bash"], { timing_events: [{ event_type: "text", timestamp: second(1) }] }), []],
    [
      "failures enough",
      request(Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? "Edit!" : i % 4 === 1 ? "Edit" : "Read"))),
      ["transition_matrix", "transition_flow", "transition_after_error", "transition_session"],
    ],
  ])("%s", async (_, steps, expected) => {
    const { figures } = await run(steps);
    expect(figures.map(({ name }) => name)).toEqual(expected);
    for (const figure of figures) {
      expect((await renderFigure({ name: figure.name, spec: figure.spec, scale: 1 })).problems, figure.name).toEqual([]);
      expect(unreadableNumbers(figure), figure.name).toEqual([]);
    }
  });

  it("many tools with long names, by tool", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `RunTheNightlyIntegrationSuite${i}OnEveryPlatform`);
    const steps = request(Array.from({ length: 480 }, (_, i) => String(names[(i * i) % 12])));
    const { figures } = await run(steps, { level: "tool" });
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems, name).toEqual([]);
  });
});

describe.each(REFERENCE_POOLS)("%s", (name) => {
  const skipped = name === "pool-a" && !hasShared;
  let result: Result;
  beforeAll(async () => {
    if (!skipped) result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it.skipIf(!hasShared)("transitions and entropy are as printed", () => {
    const [edges = [], rates = []] = printedRows(name, "tool_transitions");
    expect(edges.length).toBeGreaterThan(0);
    for (const { provider, a, b, n, p, lift } of edges) {
      const row = of(rowsOf(result, "transitions"), String(provider)).find(({ from, to }) => from === a && to === b);
      expect(row).toMatchObject({ n, p: expect.closeTo(Number(p), 3), lift: expect.closeTo(Number(lift), 2) });
    }
    for (const { provider, entropy_rate_bits, departures } of rates)
      expect(scopeOf(result, String(provider))).toMatchObject({
        departures,
        entropy_rate_bits: expect.closeTo(Number(entropy_rate_bits), 4),
      });
  });

  it.skipIf(skipped)("each state is left as often as it is entered, and requests begin as often as they end", () => {
    const rows = rowsOf(result, "transitions");
    for (const scope of ["all", "claude", "codex"]) {
      const own = of(rows, scope);
      const total = (column: "from" | "to", state: unknown) =>
        sumOf(
          own.filter((row) => row[column] === state),
          ({ n, n_parallel }) => Number(n) + Number(n_parallel),
        );
      for (const state of new Set(own.map(({ to }) => to))) if (state !== "END") expect(total("from", state)).toBe(total("to", state));
      expect(total("from", "START")).toBe(total("to", "END"));
    }
  });
});

describe.skipIf(!hasShared)("pool A", () => {
  it("3,402 of 15,318 arrivals are parallel, and 260 searches found nothing", async () => {
    const result = await withReferencePool("pool-a", (pool) => runOn(experiment, pool));
    const rows = of(rowsOf(result, "transitions"));
    expect(sumOf(rows, ({ n_parallel }) => Number(n_parallel))).toBe(3_402);
    const states = of(rowsOf(result, "transition_states"));
    expect(sumOf(states, ({ visits }) => Number(visits))).toBe(15_318);
    expect(sumOf(states, ({ empty }) => Number(empty))).toBe(260);
  });
});

describe.skipIf(!hasShared)("the transcripts", () => {
  it.each<[level: string, bits: object]>([["category", { claude: [226, 1.555], codex: [238, 1.224] }]])(
    "have departures and entropy by %s",
    async (level, expected) => {
      const result = await withTranscripts("transcripts", "published", (pool) => runOn(experiment, pool, { level }));
      const bits = (scope: string) => {
        const { departures, entropy_rate_bits }: { departures?: number; entropy_rate_bits?: number } = Object(scopeOf(result, scope));
        return [departures, Math.round(Number(entropy_rate_bits) * 1_000) / 1_000];
      };
      expect({ claude: bits("claude"), codex: bits("codex") }).toEqual(expected);
    },
  );
});
