import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult, Row } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import {
  asPublished,
  checkedQueries,
  markdownCells,
  published,
  REFERENCE_POOLS,
  rowsOf,
  runOn,
  withReferencePool,
} from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { durationText } from "./format.ts";
import { type Block, CALLS, GENERATIONS, SESSIONS, STEPS, WAITS } from "./measure.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number | null) => ({
  event_type,
  timestamp: second === null ? null : new Date(START + second * 1000).toISOString(),
});
const user = (second: number | null) => event("user_message", second);
const result = (second: number) => event("tool_result", second);
const text = (second: number) => event("text", second);
const step = (timing_events: StepLiteral["timing_events"], tools_s: number[] = [], more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  timing_events: timing_events ?? [],
  tools: tools_s.map((seconds) => ({ tool_wall_latency_ms: seconds * 1000 })),
  ...more,
});

const UNITS = {
  sessions: [SESSIONS, { human_cap_s: 3600 }],
  steps: [STEPS, {}],
  waits: [WAITS, {}],
  generations: [GENERATIONS, {}],
  calls: [CALLS, {}],
} as const;

/** Number, mean and share by kind of time. */
async function means(steps: readonly StepLiteral[], block: Block, scope = "merged"): Promise<Record<string, unknown[]>> {
  const rows = rowsOf(await withPool(steps, (pool) => runOn(experiment, pool))).filter((row) => row.scope === scope && row.block === block);
  return Object.fromEntries(rows.map(({ category, n, avg_s, share }) => [String(category), [n, avg_s, share]]));
}

describe("the time of", () => {
  const TURN = [step([user(0), text(5)], [2]), step([result(7), text(20)]), step([user(100), text(110)])];
  const cases: [rule: string, steps: StepLiteral[], block: Block, expected: object][] = [
    [
      "a session",
      TURN,
      "session",
      { total: [1, 110, null], human: [1, 80, 80 / 110], generation: [1, 28, 28 / 110], tool: [1, 2, 2 / 110] },
    ],
    ["its requests", TURN, "request", { total: [2, 15, null], generation: [2, 14, 28 / 30], tool: [2, 1, 2 / 30] }],
    ["its steps, zeros included", TURN, "step", { generation: [3, 28 / 3, 28 / 30], tool: [3, 2 / 3, 2 / 30] }],
    ["its single events", TURN, "individual", { human: [1, 80, null], generation: [3, 28 / 3, null], tool: [1, 2, null] }],
    [
      "a session of a single moment",
      [step([user(3)])],
      "session",
      { total: [0, 0, null], human: [0, 0, null], generation: [0, 0, null], tool: [0, 0, null] },
    ],
    [
      "tools in parallel, more than the whole",
      [step([user(0), text(10)], [20, 20])],
      "request",
      { total: [1, 10, null], generation: [1, 10, 1], tool: [1, 40, 4] },
    ],
  ];

  it.each(cases)("%s", async (_rule, steps, block, expected) => {
    expect(await means(steps, block)).toEqual(expected);
  });

  /** Each is a provider, and a session unless one is given; what is expected are the rows of queries. */
  const units: [what: string, steps: StepLiteral[], rows: Partial<Record<keyof typeof UNITS, object[]>>][] = [
    [
      "a session whose wait is cut at an hour",
      [step([user(0), text(5)]), step([user(7205), text(7210)])],
      { sessions: [{ wall_s: 7210, human_s: 7200, human_capped_s: 3600, generation_s: 10, tool_s: 0, capped_total_s: 3610 }] },
    ],
    [
      "messages in a row, which wait for each other",
      [step([user(0), user(4), text(5)])],
      { waits: [{ seconds: 4 }], generations: [{ seconds: 1 }], calls: [] },
    ],
    [
      "a step without a session, which is in no session",
      [step([user(0), text(5)], [], { session_id: "" })],
      { sessions: [], steps: [{ generation_s: 5, tool_s: 0, busy_s: 5 }] },
    ],
    ["a session of a single moment", [step([user(3)])], { sessions: [] }],
    [
      "calls that took no time, which are left out",
      [step([user(0), text(10)], [0, 3])],
      { waits: [], generations: [{ seconds: 10 }], calls: [{ seconds: 3 }] },
    ],
  ];
  it.each(units)("%s", async (what, _steps, rows) => {
    const steps = units.flatMap(([provider, own]) =>
      own.map((each) => ({ ...each, provider, session_id: each.session_id ? provider : "" })),
    );
    for (const [name, expected] of Object.entries(rows)) {
      const [query, params] = UNITS[name as keyof typeof UNITS];
      const found = await withPool(steps, (pool) => checkedQueries(experiment, pool).rows<Row>(query, params));
      expect(
        found.filter(({ provider }) => provider === what),
        name,
      ).toMatchObject(expected);
    }
  });

  it("a session belongs to the provider of its first step, waits to that of theirs", async () => {
    const mixed = [step([user(0), text(5)], [], { provider: "claude" }), step([user(15), text(20)])];
    expect((await means(mixed, "session", "claude")).human).toEqual([1, 10, 0.5]);
    expect((await means(mixed, "individual", "claude")).human).toEqual([0, 0, null]);
    expect((await means(mixed, "individual", "codex")).human).toEqual([1, 10, null]);
  });
});

it("says that not all tool calls end within five minutes where one of a thousand doesn't", async () => {
  const calls = [...Array.from({ length: 1_999 }, () => 1), 576];
  const { figures } = await withPool([step([user(0), text(5)], calls)], (pool) => runOn(experiment, pool));
  expect(JSON.stringify(figures.find(({ name }) => name === "session_timing_latencies")?.spec)).toContain(">99.9% under 5 min");
});

it("has zeros, blanks and a note for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  expect(result.headlines.map(({ value }) => value)).toEqual(["", "0 s", ""]);
  expect(rowsOf(result)).toHaveLength(48);
});

describe("durationText", () => {
  it.each([
    [0, "0.0s"],
    [-0.01, "0.0s"],
    [0.05, "0.1s"],
    [0.25, "0.2s"],
    [59.97, "60.0s"],
    [60, "1.0m"],
    [3599, "60.0m"],
    [3600, "1.0h"],
    [-7200, "-2.0h"],
    [743_400, "206.5h"],
  ])("writes %d s as %s", (seconds, shown) => {
    expect(durationText(seconds)).toBe(shown);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it("returns the published table", () => {
    const golden = markdownCells(published(name, experiment, "session_timing_distribution.md"));
    expect(golden).toHaveLength(21);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });

  it("returns the published headlines", () => {
    expect(asPublished(result.headlines)).toEqual(JSON.parse(published(name, experiment, "headline.json")));
  });

  it("returns the published statistics of each scope", () => {
    const lines = published(name, experiment, "analyze.stdout.txt").matchAll(
      / avg +(\S+) +p25 +(\S+) +p50 +(\S+) +p90 +(\S+) +p99 +(\S+)(?: +\( *(\S+)\))?/g,
    );
    const golden = [...lines].map(([, ...cells]) => cells.map((cell) => cell ?? ""));
    const ours = rowsOf(result).map(({ avg_s, p25_s, p50_s, p90_s, p99_s, share }) => [
      ...[avg_s, p25_s, p50_s, p90_s, p99_s].map((seconds) => durationText(Number(seconds))),
      share === null ? "" : percent(Number(share), 1),
    ]);
    expect(golden).toHaveLength(48);
    expect(ours).toEqual(golden);
  });

  it("counts as many units as published", () => {
    const golden = [...published(name, experiment, "analyze.stdout.txt").matchAll(/=([\d,]+)/g)].map(([, n]) => n);
    const units = [
      ["session", "total"],
      ["request", "total"],
      ["individual", "human"],
      ["individual", "generation"],
      ["individual", "tool"],
      ["step", "tool"],
    ];
    const rows = rowsOf(result);
    const ours = ["merged", "claude", "codex"].flatMap((scope) =>
      units.map(([block, category]) =>
        grouped(Number(rows.find((row) => row.scope === scope && row.block === block && row.category === category)?.n)),
      ),
    );
    expect(golden).toHaveLength(18);
    expect(ours).toEqual(golden);
  });
});
