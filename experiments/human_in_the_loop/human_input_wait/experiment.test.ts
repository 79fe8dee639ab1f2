import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { queriesOf } from "../../../lib/run/compute.ts";
import { at } from "../../../lib/stats/known.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import { below, providerGroups } from "../../../lib/trace/provider-groups.ts";
import experiment from "./experiment.ts";
import { CACHE_LIFETIME_S, WAITS } from "./measure.ts";

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
  const groupsOf = async (steps: readonly StepLiteral[]) =>
    rowsOf(await run(steps)).map(({ group, count, max_seconds }) => [group, count, max_seconds]);
  /** Each is a provider, and a session unless one is given. */
  const cases: [what: string, steps: StepLiteral[], max: number | null][] = [
    ["the first message has none", [step([user(0)])], null],
    ["since the last event, of whatever type", [step([user(0), event("usage_report", 9)]), step([user(11)])], 2],
    ["between messages of one step", [step([user(5), user(0)])], 5],
    ["none without time between", [step([user(0), user(0)])], null],
    ["none for a message that comes earlier", [step([event("text", 9)]), step([user(3)])], null],
    ["none without a session", [step([user(0), user(5)], { session_id: "" }), step([user(0), user(5)], { session_id: null })], null],
  ];

  it.each(cases)("%s", async (what, _steps, max) => {
    const groups = await groupsOf(
      cases.flatMap(([provider, steps]) =>
        steps.map((each) => ({ ...each, provider, session_id: each.session_id ? provider : (each.session_id ?? null) })),
      ),
    );
    expect(groups.filter(([group]) => group === what)).toEqual(max === null ? [] : [[what, 1, max]]);
  });

  it("the provider of the message, the nameless among them", async () => {
    const steps = [null, "", "zeta", "claude"].map((provider, i) => step([user(10 * i)], { provider }));
    expect(await groupsOf(steps)).toEqual([
      ["all", 3, 10],
      ["claude", 1, 10],
      ["<unknown-provider>", 1, 10],
      ["zeta", 1, 10],
    ]);
  });

  it("have interpolated quantiles", async () => {
    const [all] = rowsOf(await run([step([user(0), user(19.913)]), step([event("text", 26.246), user(44.608)])]));
    expect(all).toMatchObject({ count: 2, max_seconds: 19.913, p50_seconds: (18.362 + 19.913) / 2 });
  });
});

describe("groups", () => {
  const SECONDS = [10, 0.5, 60, 10, 4000];
  const groupsOf = (seconds: readonly number[]) => {
    const ends = seconds.map((_, i) => seconds.slice(0, i + 1).reduce((sum, wait) => sum + wait, 0));
    const steps = [step([user(0)]), ...ends.map((second) => step([user(second)]))];
    return withPool(steps, (pool) => providerGroups(queriesOf(experiment, pool), WAITS, [10, CACHE_LIFETIME_S]));
  };

  it("have bins that end with everything, and an edge at each landmark between, which opens a bin", async () => {
    const { bins } = at(await groupsOf(SECONDS), 1);
    expect(bins.at(-1)).toMatchObject({
      hi: 4000,
      cumulativeCount: 5,
      cumulativeSum: 4080.5,
      cumulativeCountShare: 1,
      cumulativeSumShare: 1,
    });
    expect(bins.filter(({ endsAtLandmark }) => endsAtLandmark).map(({ hi }) => hi)).toEqual([1, 10, 60, 600, 3600]);
    expect(bins.find(({ lo }) => lo === 10)).toMatchObject({ count: 2, sum: 20, cumulativeCount: 3 });
  });

  it("have no bins for waits of one length", async () => {
    expect((await groupsOf([3, 3])).map(({ name, bins }) => ({ name, bins }))).toEqual([
      { name: "all", bins: [] },
      { name: "codex", bins: [] },
    ]);
  });

  it.each([
    [10, 1 / 5, 0.5 / 4080.5],
    [CACHE_LIFETIME_S, 4 / 5, 80.5 / 4080.5],
  ])("know what is below %d s", async (limit, count, sum) => {
    expect(below(at(await groupsOf(SECONDS), 0), limit)).toEqual({ upTo: limit, count, sum });
  });
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
    expect(figures).toHaveLength(waits.length > 1 ? 2 : 1);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });
});
