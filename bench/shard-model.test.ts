import { expect, it } from "vitest";
import { lineThrough, type Measured, shardsMarkdown } from "./shard-model.ts";

it.each([
  ["on a line", [1, 2, 4], [5, 7, 11], { start: 3, perMillionSteps: 2, error: 0, measurements: 3 }],
  ["off the line", [0, 1, 2], [0, 3, 0], { start: 1, perMillionSteps: 0, error: 2, measurements: 3 }],
  ["of one size", [1, 1], [2, 4], { start: 3, perMillionSteps: 0, error: 1, measurements: 2 }],
])("measurements %s", (_, millions, values, expected) => {
  const { start, perMillionSteps, error, measurements } = lineThrough(
    millions.map((each, i) => ({ steps: each * 1e6, value: values[i] ?? 0 })),
  );
  expect(start).toBeCloseTo(expected.start);
  expect(perMillionSteps).toBeCloseTo(expected.perMillionSteps);
  expect(error).toBeCloseTo(expected.error);
  expect(measurements).toBe(expected.measurements);
});

const task = (steps: number, seconds: number): Measured => ({
  kind: "map",
  pool_steps: 10_000_000,
  steps,
  wall_ms: 1000 * seconds,
  cpu_ms: 1000 * seconds,
  peak_rss_mib: 1e9 / 2 ** 20,
  parts_bytes: 300 * steps,
});

it("says what a billion steps need, and how much more time Ray takes", () => {
  const said = shardsMarkdown(
    [task(1_000_000, 210), task(2_000_000, 410)],
    [
      { engine: "local", steps: 3_000_000, shards: 10, wall_ms: 100_000 },
      { engine: "ray", steps: 3_000_000, shards: 10, wall_ms: 125_000 },
    ],
  );
  expect(said).toContain("a shard: 66.9 processor hours, 1.0 GB of memory in each of 4,096 tasks, and 300 GB of parts.");
  expect(said).toContain(
    "3,000,000 steps in 10 shards, two tasks at once: 100.0 s by local processes, 125.0 s on two Ray nodes, 25.0 % more.",
  );
});
