import { describe, expect, it } from "vitest";
import { countTick } from "./counts.ts";
import { durationCompact, durationTick, hoursCompact, hoursTick, latencyCompact, latencySeconds, latencyTick } from "./durations.ts";
import { shortLabel, shortLabels, wrapped } from "./labels.ts";
import { durationShort } from "./published.ts";
import { tokenLabel } from "./tokens.ts";

const TABLES: Record<string, [format: (value: number) => string, cases: [number, string][]]> = {
  latencyTick: [
    latencyTick,
    [
      [-1, ""],
      [0, ""],
      [0.1, "0.1 ms"],
      [999, "999 ms"],
      [1_000, "1 s"],
      [60_000, "1m"],
      [600_000, "10m"],
      [3_600_000, "1h"],
      [86_400_000, "1d"],
    ],
  ],
  latencyCompact: [
    latencyCompact,
    [
      [0, "0 ms"],
      [0.04, "<0.1 ms"],
      [0.5, "0.5 ms"],
      [9.96, "10 ms"],
      [12.5, "12 ms"],
      [999.4, "999 ms"],
      [999.6, "1.00 s"],
      [10_000, "10.0 s"],
      [59_940, "59.9 s"],
      [59_990, "1m"],
      [91_200, "1m 31s"],
      [600_000, "10m"],
      [3_599_600, "1h"],
      [36_000_000, "10h"],
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
      [0.001, "1 ms"],
      [0.1, "100 ms"],
      [1, "1 s"],
      [60, "1m"],
      [90, "1m 30s"],
      [3_600, "1h"],
      [21_600, "6h"],
      [86_400, "1d"],
      [604_800, "7d"],
    ],
  ],
  durationCompact: [
    durationCompact,
    [
      [0, "0 s"],
      [0.0125, "12 ms"],
      [0.9996, "1.00 s"],
      [8.25, "8.25 s"],
      [35.06, "35.1 s"],
      [300, "5m"],
      [-300, "\u22125m"],
      [3_600, "1h"],
      [15_000, "4h 10m"],
      [86_399, "1d"],
      [129_600, "1d 12h"],
      [1_296_000, "15d"],
      [86_400_000, "1,000d"],
    ],
  ],
  durationShort: [
    durationShort,
    [
      [0.0125, "12ms"],
      [1, "1.00s"],
      [35.06, "35.1s"],
      [300, "5.00m"],
      [3_600, "1.00h"],
      [86_399, "24.0h"],
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
      [1_200, "1,200h"],
    ],
  ],
  hoursCompact: [
    hoursCompact,
    [
      [0.165, "9m 54s"],
      [1, "1.0h"],
      [77.75, "77.8h"],
      [99.96, "100h"],
      [1_251.4, "1,251h"],
      [-2, "\u22122.0h"],
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
      [1_000, "1K"],
      [1_500, "1.5K"],
      [20_000, "20K"],
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
      [1_024, "1K"],
      [1_536, "1.5K"],
      [65_536, "64K"],
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
    ["x".repeat(37), 36, `${"x".repeat(18)}\u2026${"x".repeat(17)}`],
    ["😀".repeat(5), 4, "😀😀\u2026😀"],
    ["mcp__server__first_tool", 12, "mcp__s\u2026_tool"],
  ])("shortLabel(%s, %i)", (text, limit, expected) => expect(shortLabel(text, limit)).toBe(expected));

  it.each([
    ["short ones stay", 11, ["Bash", "Read"], ["Bash", "Read"]],
    ["long ones lose their middle", 11, ["RunEverySuite", "FormatAllFiles"], ["RunEv\u2026Suite", "Forma\u2026Files"]],
    [
      "those that differ in the middle keep it",
      24,
      ["RunTheWholeSuiteOfTests1OnEveryKnownHost", "RunTheWholeSuiteOfTests2OnEveryKnownHost"],
      ["RunTheWh\u2026sts1OnE\u2026ownHost", "RunTheWh\u2026sts2OnE\u2026ownHost"],
    ],
    ["equal names stay equal", 11, ["RunSuite1OnEveryHost", "RunSuite1OnEveryHost"], ["RunSu\u2026yHost", "RunSu\u2026yHost"]],
  ])("shortLabels: %s", (_, limit, texts, expected) => expect(shortLabels(texts, limit)).toEqual(expected));

  it.each([
    ["one two three", 7, ["one two", "three"]],
    ["unbreakable word", 5, ["unbreakable", "word"]],
    ["", 5, [""]],
  ])("wrapped(%s, %i)", (text, limit, expected) => expect(wrapped(text, limit)).toEqual(expected));

  it("wrapped measures lines as it is asked to", () => {
    const widthOf = (line: string) => line.length + 10 * (line.match(/W/g)?.length ?? 0);
    expect(wrapped("W W iii iii iii", 15, widthOf)).toEqual(["W", "W iii", "iii iii"]);
  });
});
