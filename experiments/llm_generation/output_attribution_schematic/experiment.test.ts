import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import { CASES, nextPrefixEnd, prefixGain, segmentsOf } from "./cases.ts";
import experiment from "./experiment.ts";

describe("the cases", () => {
  it.each([
    ["a", 16, 4],
    ["b", 12, 0],
  ])("(%s): the next prefix ends at %d, a gain of %d", (id, end, gain) => {
    const found = CASES.find((one) => one.id === id);
    expect(found && [nextPrefixEnd(found), prefixGain(found)]).toEqual([end, gain]);
  });

  it("lay segments side by side; both next steps end at 19", () => {
    for (const one of CASES) {
      for (const bar of ["prior", "next"]) {
        const segments = segmentsOf(one).filter((segment) => segment.bar === bar);
        const ends = segments.map(({ start, length }) => start + length);
        expect(segments.map(({ start }) => start)).toEqual([0, ...ends.slice(0, -1)]);
        expect(ends.at(-1)).toBe(bar === "next" ? 19 : 16);
      }
    }
  });
});

describe("the drawing", () => {
  it.each([{}, { full: true }])("with %j is whole, also for an empty pool", async (flags) => {
    const result = await withPool([], (pool) => runOn(experiment, pool, flags));
    expect(rowsOf(result).map(({ text }) => text)).toEqual(["10", "2", "4", "10 + 2 + 4", "1", "2", "10", "2", "4", "10 + 2", "4+1", "2"]);
    for (const { name, spec } of result.figures) expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });
});
