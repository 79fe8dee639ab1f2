import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { at } from "../../../lib/stats/known.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import { providerGroups } from "../../../lib/trace/provider-groups.ts";
import experiment from "./experiment.ts";
import { curvesOf, upTo } from "./measure.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
const user = (second: number) => event("user_message", second);
const step = (timing_events: StepLiteral["timing_events"], more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  timing_events: timing_events ?? [],
  ...more,
});
const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));

describe("waits", () => {
  const cases: [what: string, steps: StepLiteral[], expected: [group: string, count: number, max: number][]][] = [
    ["the first message has none", [step([user(0)])], []],
    [
      "since the last event, of whatever type",
      [step([user(0), event("usage_report", 9)]), step([user(11)])],
      [
        ["all", 1, 2],
        ["codex", 1, 2],
      ],
    ],
    [
      "between messages of one step",
      [step([user(5), user(0)])],
      [
        ["all", 1, 5],
        ["codex", 1, 5],
      ],
    ],
    ["none without time between", [step([user(0), user(0)])], []],
    ["none for a message that comes earlier", [step([event("text", 9)]), step([user(3)])], []],
    ["none without a session", [step([user(0), user(5)], { session_id: "" }), step([user(0), user(5)], { session_id: null })], []],
    [
      "the provider of the message, the nameless among them",
      [null, "", "zeta", "claude"].map((provider, i) => step([user(10 * i)], { provider })),
      [
        ["all", 3, 10],
        ["claude", 1, 10],
        ["<unknown-provider>", 1, 10],
        ["zeta", 1, 10],
      ],
    ],
  ];

  it.each(cases)("%s", async (_what, steps, expected) => {
    expect(rowsOf(await run(steps)).map(({ group, count, max_seconds }) => [group, count, max_seconds])).toEqual(expected);
  });

  it("have interpolated quantiles", async () => {
    const [all] = rowsOf(await run([step([user(0), user(19.913)]), step([event("text", 26.246), user(44.608)])]));
    expect(all).toMatchObject({ count: 2, max_seconds: 19.913, p50_seconds: (18.362 + 19.913) / 2 });
  });
});

const SECONDS = [10, 0.5, 60, 10, 4000];
const curves = (seconds: readonly number[]) =>
  curvesOf(
    providerGroups(
      seconds.map(() => "codex"),
      seconds,
    ),
  );

describe("curvesOf", () => {
  const { bins } = at(curves(SECONDS), 0);

  it("ends with everything", () => {
    expect(bins.at(-1)).toMatchObject({
      hi: 4000,
      cumulativeCount: 5,
      cumulativeSum: 4080.5,
      cumulativeCountShare: 1,
      cumulativeSumShare: 1,
    });
  });

  it("has an edge at each landmark between, which opens a bin", () => {
    expect(bins.filter(({ endsAtLandmark }) => endsAtLandmark).map(({ hi }) => hi)).toEqual([1, 10, 60, 600, 3600]);
    expect(bins.find(({ lo }) => lo === 10)).toMatchObject({ count: 2, sum: 20, cumulativeCount: 3 });
  });

  it("has no bins for waits of one length", () => {
    expect(curves([3, 3])).toEqual([{ provider: "codex", bins: [] }]);
  });
});

it.each([
  [0.4, 0, 0],
  [10, 3, 20.5],
  [1e9, 5, 4080.5],
])("up to %d s", (limit, count, sum) => {
  expect(upTo({ seconds: SECONDS }, limit)).toEqual({ count, seconds: sum });
});

it("has headers only for an empty pool", async () => {
  const result = await run([]);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  expect(result.tables.map(({ name }) => rowsOf(result, name))).toEqual([[], [], []]);
});

describe("figures", () => {
  const cases: [what: string, waits_s: number[]][] = [
    ["a single wait", [3]],
    ["waits of more than an hour only", [7200, 90_000]],
    ["waits below a second only", [0.001, 0.25]],
    ["waits at the ends of the axes", [1, 300, 3600]],
  ];

  it.each(cases)("can show %s", async (_what, waits) => {
    const ends = waits.map((_, i) => waits.slice(0, i + 1).reduce((sum, wait) => sum + wait, 0));
    const { figures } = await run([step([user(0)]), ...ends.map((second) => step([user(second)], { provider: "<b>|other" }))]);
    expect(figures).toHaveLength(3);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });
});
