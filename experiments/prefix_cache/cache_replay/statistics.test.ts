import { expect, it } from "vitest";
import { fractionOf, summarize, valuesOf } from "./statistics.ts";

it.each([
  [[], { count: 0, mean: null, median: null, p10: null, p90: null, p95: null, p99: null, min: null, max: null }],
  [[7], { count: 1, mean: 7, median: 7, p10: 7, p90: 7, p95: 7, p99: 7, min: 7, max: 7 }],
  [[1, 2, 3, 4], { count: 4, mean: 2.5, median: 2.5, p10: 1.3, p90: 3.7, min: 1, max: 4 }],
])("summarize(%j)", (ascending, expected) => {
  const summary: Readonly<Record<string, number | null>> = summarize({
    n: ascending.length,
    sum: ascending.reduce((sum, value) => sum + value, 0),
    ascending,
  });
  for (const [key, value] of Object.entries(expected))
    if (value === null) expect(summary[key]).toBeNull();
    else expect(summary[key]).toBeCloseTo(value, 12);
});

it("finds the values of a column in a group, none where there are none", () => {
  const distributions = [
    { group: { provider: "claude" }, column: "covers", n: 3, sum: 2, ascending: [0, 1, 1] },
    { group: { provider: "codex" }, column: "covers", n: 1, sum: 0, ascending: [0] },
  ];
  const of = (name: string) => fractionOf(valuesOf(distributions, "covers", ({ provider }) => provider === name));
  expect(of("claude")).toEqual({ count: 2, total: 3, fraction: 2 / 3 });
  expect(of("other")).toEqual({ count: 0, total: 0, fraction: null });
});
