import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import type { Row } from "../../../lib/experiment.ts";
import { queriesOf } from "../../../lib/run/compute.ts";
import { known } from "../../../lib/stats/known.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { providerGroups } from "../../../lib/trace/provider-groups.ts";
import experiment from "./experiment.ts";
import { LIMITS_S, longIntervals, RESPONSES, sharesByLength } from "./measure.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
const user = (second: number) => event("user_message", second);
const text = (second: number) => event("text", second);
const step = (timing_events: StepLiteral["timing_events"], more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  timing_events: timing_events ?? [],
  ...more,
});
const rowsFor = async (steps: readonly StepLiteral[]) => rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));

describe("response times", () => {
  const TWO = [
    step([user(0), text(5)]),
    step([event("tool_result", 7), text(20), event("usage_report", 21)]),
    step([user(60), user(62), event("reasoning", 63), text(69)]),
  ];

  it("run from the message to the last output before the next request", async () => {
    expect(await rowsFor(TWO)).toEqual(
      ["all", "codex"].map((group) => ({
        group,
        count: 2,
        mean_seconds: 13.5,
        p25_seconds: 10.25,
        p50_seconds: 13.5,
        p90_seconds: 18.7,
        p99_seconds: 19.87,
        max_seconds: 20,
      })),
    );
  });

  const groups: [what: string, steps: StepLiteral[], expected: [group: string, count: number][]][] = [
    [
      "the empty session is one",
      [step([user(0), text(5)], { session_id: "" })],
      [
        ["all", 1],
        ["codex", 1],
      ],
    ],
    ["a missing one is not", [step([user(0), text(5)], { session_id: null })], []],
    [
      "a request belongs to the provider that opened it",
      [step([user(0), text(5)], { provider: "claude" }), step([text(9)])],
      [
        ["all", 1],
        ["claude", 1],
      ],
    ],
    [
      "others come by name, the nameless among them",
      [null, "zeta", "", "alpha", "codex"].map((provider, i) => step([user(0), text(5)], { provider, session_id: `${i}` })),
      [
        ["all", 5],
        ["codex", 1],
        ["<unknown-provider>", 2],
        ["alpha", 1],
        ["zeta", 1],
      ],
    ],
    ["answers at once are dropped", [step([user(0), text(0)])], []],
  ];

  it.each(groups)("%s", async (_what, steps, expected) => {
    expect((await rowsFor(steps)).map(({ group, count }) => [group, count])).toEqual(expected);
  });
});

it("puts a boundary into the longer range", async () => {
  const requests = [5, 10, 60, 600, 3600].map((seconds, i) => step([user(0), text(seconds)], { session_id: `${i}` }));
  const [all] = await withPool(requests, (pool) => providerGroups(queriesOf(experiment, pool), RESPONSES, LIMITS_S));
  const shares = sharesByLength(known(all));
  expect(shares.map(({ requests }) => requests)).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  expect(shares.map(({ time }) => time * 4275)).toEqual([5, 10, 60, 600, 3600].map((seconds) => expect.closeTo(seconds, 9)));
});

it("has a header only for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  expect(rowsOf(result)).toEqual([]);
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("matches the published table", async () => {
    const golden = Papa.parse<Row>(published(name, experiment, "user_turn_response_time_summary.csv"), {
      header: true,
      skipEmptyLines: true,
      dynamicTyping: true,
    });
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    expect(golden.data.length).toBeGreaterThan(1);
    expect(rowsOf(result)).toEqual(golden.data);
    expect(Object.keys(rowsOf(result)[0] ?? {})).toEqual(golden.meta.fields);
  });
});

it("shares of requests from ten minutes on have intervals", async () => {
  const steps = Array.from({ length: 40 }, (_, i) => step([user(0), text(i % 2 === 0 ? 600 : 599)], { session_id: `s${i}` }));
  const { requests, time } = await withPool(steps, async (pool) => (await longIntervals(queriesOf(experiment, pool)))("codex"));
  for (const [interval, share] of [[requests, 0.5] as const, [time, 600 / 1199] as const]) {
    expect(interval?.lo).toBeLessThan(share);
    expect(interval?.hi).toBeGreaterThan(share);
  }
});
