import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { madeUpSession } from "./session.ts";

describe("the session", () => {
  const steps = madeUpSession();

  it.each([
    [0, 0, 9728.692291552748],
    [17, 17, 43581.52],
    [18, 21.1, 47586.92],
    [36, 39.1, 77991.14],
    [37, 44.9, 81689.12],
    [56, 63.9, 114580.3],
  ])("has step %d at %d with %d tokens", (step, x, total) => {
    expect(steps[step]?.x).toBeCloseTo(x, 9);
    expect(steps[step]?.total).toBeCloseTo(total, 2);
  });

  it("only grows, and misses once", () => {
    for (const [i, { total }] of steps.slice(1).entries()) expect(total).toBeGreaterThan(steps[i]?.total ?? 0);
    expect(steps.filter(({ isTimeoutMiss }) => isTimeoutMiss).map(({ step, prefix }) => [step, prefix])).toEqual([[37, 0]]);
    expect(steps.filter(({ isUser }) => isUser).map(({ step }) => step)).toEqual([0, 18, 37]);
  });
});

it("is drawn completely, even for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(rowsOf(result)).toHaveLength(57);
  for (const { name, spec } of result.figures) expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
});
