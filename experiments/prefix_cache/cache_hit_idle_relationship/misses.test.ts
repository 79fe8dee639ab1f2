import { describe, expect, it } from "vitest";
import { timesAfter } from "../../../lib/testing/events.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { type Limits, readMisses, readPoints } from "./misses.ts";

const LIMITS = { lowHitRatio: 0.1, idleSeconds: 300 };
const { event } = timesAfter(Date.UTC(2026, 0, 1));

interface StepCase {
  readonly hitRatio: number;
  readonly gapS: number | null;
  readonly provider?: string;
}
const step = (hitRatio: number, gapS: number | null, provider = "claude"): StepCase => ({ hitRatio, gapS, provider });

/** Each in a session of its own, after a step without known tokens. */
const stepsOf = (cases: readonly StepCase[]): StepLiteral[] =>
  cases.flatMap(({ hitRatio, gapS, provider = "claude" }, i) => {
    const base = { session_id: `s${i}`, provider };
    const second = { prefix_tokens: hitRatio * 10_000, newly_append_tokens: (1 - hitRatio) * 10_000 };
    return [
      { ...base, round_index: 0, timing_events: [event("user_message", gapS === null ? null : 0)] },
      { ...base, round_index: 1, timing_events: [event("user_message", gapS ?? 1)], ...second },
    ];
  });

async function missesOf(cases: readonly StepCase[], limits: Limits = LIMITS) {
  const groups = await withPool(stepsOf(cases), (pool) => readMisses(checkedQueries(experiment, pool), limits));
  return groups.find(({ scope, trigger }) => scope === "claude" && trigger === "user");
}

async function claude(cases: readonly StepCase[], limits?: Limits) {
  const group = await missesOf(cases, limits);
  return [group?.steps, group?.lowSteps, group?.all.steps, group?.all.long, group?.low.steps, group?.low.long, group?.others.long];
}

describe("steps, low ones; of those with a gap all, long, low, low and long, others and long", () => {
  it.each<[string, StepCase[], number[]]>([
    ["nothing", [], [0, 0, 0, 0, 0, 0, 0]],
    ["a ratio at the limit isn't low", [step(0.1, 1), step(0.0999, 1)], [2, 1, 2, 0, 1, 0, 0]],
    ["a gap at the limit isn't long", [step(0, 300), step(0, 300.001)], [2, 2, 2, 1, 2, 1, 0]],
    ["an unknown gap counts among the steps only", [step(0, null), step(1, 400)], [2, 1, 1, 1, 0, 0, 1]],
    ["a gap of zero is known", [step(0, 0)], [1, 1, 1, 0, 1, 0, 0]],
    ["other groups stay out", [step(0, 400, "codex")], [0, 0, 0, 0, 0, 0, 0]],
  ])("%s", async (_what, steps, expected) => {
    expect(await claude(steps)).toEqual(expected);
  });

  it("follow the limits", async () => {
    expect(await claude([step(0.4, 20), step(0.6, 5)], { lowHitRatio: 0.5, idleSeconds: 10 })).toEqual([2, 1, 2, 1, 1, 1, 0]);
  });

  it("have interpolated quantiles, or none", async () => {
    const group = await missesOf([step(0, 1), step(0, 2), step(1, 4)]);
    expect([group?.low.medianS, group?.all.medianS]).toEqual([1.5, 2]);
    expect((await missesOf([]))?.all).toEqual({ steps: 0, long: 0, longShare: null, medianS: null, p90S: null });
  });
});

it("counts low hits after long and short gaps by provider", async () => {
  const group = await missesOf([step(0, 400), step(1, 400), step(0, 3), step(1, null)]);
  expect(group?.byProvider).toEqual([{ provider: "claude", steps: 3, afterLong: { low: 1, steps: 2 }, afterShort: { low: 1, steps: 1 } }]);
});

it("draws at most 4,000 points, low hits as many as others", async () => {
  const cases = [step(0, 1), step(0, 2), step(0, 3), ...[4, 5, 6].map((gap) => step(1, gap)), step(1, null)];
  const points = await withPool(stepsOf(cases), (pool) => readPoints(checkedQueries(experiment, pool), LIMITS, 1_000));
  expect(points.map(({ is_low }) => is_low).sort()).toEqual([false, false, true, true]);
});
