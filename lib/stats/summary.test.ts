import { expect, it } from "vitest";
import { summarize } from "./summary.ts";

it.each([
  ["one value", [3], { n: 1, mean: 3, min: 3, p25: 3, p50: 3, p75: 3, p90: 3, p95: 3, p99: 3, max: 3 }],
  ["values in any order", [4, 1, 3, 2, 0], { n: 5, mean: 2, min: 0, p25: 1, p50: 2, p75: 3, p90: 3.6, p95: 3.8, p99: 3.96, max: 4 }],
  [
    "neighbors are interpolated",
    [0, 1],
    { n: 2, mean: 0.5, min: 0, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, max: 1 },
  ],
])("summarizes %s", (_, values, expected) => {
  expect(summarize(values, null)).toEqual(expected);
});

it.each([[0], [null]] as [0 | null][])("has %j for the statistics of no values", (none) => {
  expect(summarize([], none)).toEqual({
    n: 0,
    mean: none,
    min: none,
    p25: none,
    p50: none,
    p75: none,
    p90: none,
    p95: none,
    p99: none,
    max: none,
  });
});
