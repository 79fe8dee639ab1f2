import { describe, expect, it } from "vitest";
import { countTick } from "./counts.ts";
import { durationCompact, durationTick, hoursCompact, hoursTick, latencyCompact, latencySeconds, latencyTick } from "./durations.ts";
import { shortLabel, wrapped } from "./labels.ts";
import { tokenLabel } from "./tokens.ts";

const TABLES: Record<string, [format: (value: number) => string, cases: [number, string][]]> = {
  latencyTick: [
    latencyTick,
    [
      [-1, ""],
      [0, ""],
      [0.1, "0.1ms"],
      [999, "999ms"],
      [1_000, "1s"],
      [59_999, "59.999s"],
      [60_000, "1min"],
      [600_000, "10min"],
      [3_600_000, "1h"],
      [86_400_000, "24h"],
    ],
  ],
  latencyCompact: [
    latencyCompact,
    [
      [0, "0.0ms"],
      [9.96, "10.0ms"],
      [10, "10ms"],
      [12.5, "12ms"],
      [999.6, "1000ms"],
      [1_000, "1.00s"],
      [10_000, "10.0s"],
      [59_990, "60.0s"],
      [91_200, "1.52m"],
      [599_000, "9.98m"],
      [600_000, "10.0m"],
      [3_600_000, "1.00h"],
      [36_000_000, "10.0h"],
      [864_000_000, "240.0h"],
    ],
  ],
  latencySeconds: [
    latencySeconds,
    [
      [0.4, "0ms"],
      [999, "999ms"],
      [1_000, "1.00s"],
      [658_000, "658.00s"],
    ],
  ],
  durationTick: [
    durationTick,
    [
      [0.001, "0.001s"],
      [1, "1s"],
      [60, "1m"],
      [90, "1.5m"],
      [3_600, "1h"],
      [21_600, "6h"],
      [86_400, "1d"],
      [604_800, "7d"],
    ],
  ],
  durationCompact: [
    durationCompact,
    [
      [0.0125, "12ms"],
      [0.9996, "1000ms"],
      [1, "1.00s"],
      [35.06, "35.1s"],
      [300, "5.00m"],
      [3_600, "1.00h"],
      [86_399, "24.0h"],
      [86_400, "1.0d"],
      [1_296_000, "15.0d"],
    ],
  ],
  hoursTick: [
    hoursTick,
    [
      [0, "0"],
      [0.5, "30m"],
      [1, "1h"],
      [250, "250h"],
      [1_200, "1.2k h"],
    ],
  ],
  hoursCompact: [
    hoursCompact,
    [
      [0.165, "9.9m"],
      [1, "1.0h"],
      [77.75, "77.8h"],
      [999.96, "1000.0h"],
      [1_300, "1.3k h"],
    ],
  ],
  countTick: [
    countTick,
    [
      [0, "0"],
      [1e-12, "0"],
      [0.5, ""],
      [1, "1"],
      [999, "999"],
      [1_000, "1k"],
      [1_500, "1.5k"],
      [20_000, "20k"],
      [3_000_000, "3M"],
    ],
  ],
  tokenLabel: [
    tokenLabel,
    [
      [0, "0"],
      [1, "1"],
      [512, "512"],
      [1_000, "1000"],
      [1_023, "1023"],
      [1_024, "1k"],
      [1_536, "1.5k"],
      [65_536, "64k"],
      [1_048_576, "1M"],
      [1_572_864, "1.5M"],
    ],
  ],
};

describe.each(Object.entries(TABLES))("%s", (_name, [format, cases]) => {
  it.each(cases)("%d is '%s'", (value, expected) => expect(format(value)).toBe(expected));
});

describe("labels", () => {
  it.each([
    ["short", 36, "short"],
    ["x".repeat(36), 36, "x".repeat(36)],
    ["x".repeat(37), 36, `${"x".repeat(33)}...`],
    ["😀".repeat(5), 4, "😀..."],
  ])("shortLabel(%s, %i)", (text, limit, expected) => expect(shortLabel(text, limit)).toBe(expected));

  it.each([
    ["one two three", 7, ["one two", "three"]],
    ["unbreakable word", 5, ["unbreakable", "word"]],
    ["", 5, [""]],
  ])("wrapped(%s, %i)", (text, limit, expected) => expect(wrapped(text, limit)).toEqual(expected));
});
