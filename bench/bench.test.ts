import { describe, expect, it } from "vitest";
import { experimentTimes, medianTimes } from "./atlas.ts";
import { growthOf } from "./growth.ts";
import { median, medianOf, usedBy } from "./process.ts";

describe("growthOf", () => {
  const sizes = (smaller: number, larger: number) => [
    { steps: 10_000, times: { it: larger } },
    { steps: 1_000, times: { it: smaller } },
  ];
  it.each([
    ["as the data", 100, 1_000, 10, false],
    ["a tenth faster than the data", 100, 1_100, 11, false],
    ["more than that", 100, 1_101, 11.01, true],
    ["less than the data", 500, 1_000, 2, false],
  ])("time that grew %s", (_case, smaller, larger, time_factor, flagged) => {
    expect(growthOf(sizes(smaller, larger))).toEqual([
      { what: "it", from_steps: 1_000, to_steps: 10_000, data_factor: 10, time_factor, flagged },
    ]);
  });

  it.each([
    ["takes no time in the larger pool", sizes(1, 200)],
    ["takes no time in the smaller pool", sizes(0, 1_000)],
    ["was measured once", [{ steps: 1, times: {} }, ...sizes(1, 1_000).slice(0, 1)]],
    ["has one size", sizes(1, 1_000).slice(0, 1)],
  ])("says nothing of what %s", (_case, given) => expect(growthOf(given)).toEqual([]));
});

describe("experimentTimes", () => {
  it("reads the lines of experiments that ran, and no others", () => {
    const said = [
      "start   session/a",
      "ran     session/a (1/3, 1.2 s; query 300 ms, compute 20 ms, render 850 ms)",
      "fresh   session/b (2/3, 0.0 s)",
      "failed  session/c (3/3, 1.0 s): no",
      "ran     session/a      12 rows   2 figures    1.2 s",
    ].join("\n");
    expect(experimentTimes(said)).toEqual([{ id: "session/a", total_ms: 1200, query_ms: 300, compute_ms: 20, render_ms: 850 }]);
  });

  it("are put together by the median of each figure", () => {
    const times = (id: string, total_ms: number, query_ms: number) => ({ id, total_ms, query_ms, compute_ms: 0, render_ms: 0 });
    expect(medianTimes([[times("b", 1, 9), times("a", 5, 5)], [times("b", 3, 7)], [times("b", 2, 8)]])).toEqual([
      times("a", 5, 5),
      times("b", 2, 8),
    ]);
  });
});

describe("medians", () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 3],
  ])("of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

  it("leave out what could not be measured", () => {
    const measured = (wall_ms: number, cpu_ms: number | null) => ({ wall_ms, cpu_ms, peak_rss_mib: null });
    expect(medianOf([measured(1, null), measured(9, 4), measured(5, 2)])).toEqual({ wall_ms: 5, cpu_ms: 4, peak_rss_mib: null });
  });
});

it.skipIf(process.platform !== "linux")("a process is measured by what the kernel counts", () => {
  const used = usedBy("self");
  expect(used?.peak_rss_mib).toBeGreaterThan(process.memoryUsage().rss / 2 ** 20 / 2);
  expect(used?.cpu_ms).toBeGreaterThan(0);
  expect(usedBy(2 ** 30)).toBeNull();
});
