import { describe, expect, it } from "vitest";
import { dateShort, hoursShort, magnitude, modelName, secondsShort, secondsTogether, sharePercent, whole } from "./published.ts";

const NUMBERS: Record<string, [format: (value: number) => string, cases: [number, string][]]> = {
  whole: [
    whole,
    [
      [0, "0"],
      [2.5, "3"],
      [210_743.7, "210,744"],
    ],
  ],
  magnitude: [
    magnitude,
    [
      [0, "0"],
      [999, "999"],
      [1000, "1.0K"],
      [99_949, "99.9K"],
      [99_950, "100K"],
      [999_499, "999K"],
      [999_999, "1.00M"],
      [9_994_999, "9.99M"],
      [9_995_000, "10.0M"],
      [186_900_000, "186.9M"],
      [2_335_513_253, "2.34B"],
      [54_900_000_000, "54.9B"],
    ],
  ],
  sharePercent: [
    sharePercent,
    [
      [0, "0.0%"],
      [0.95746, "95.7%"],
      [1, "100.0%"],
    ],
  ],
  secondsShort: [
    secondsShort,
    [
      [0, "0ms"],
      [0.129, "129ms"],
      [1, "1.0 s"],
      [4.64, "4.6 s"],
      [3600, "3600.0 s"],
      [-0.5, "-500ms"],
      [-2, "-2.0 s"],
    ],
  ],
  hoursShort: [
    hoursShort,
    [
      [0, "0.0 h"],
      [9.84, "9.8 h"],
      [413.4, "413 h"],
      [1251, "1.3K h"],
      [12_400, "12K h"],
    ],
  ],
};

describe.each(Object.entries(NUMBERS))("%s", (_, [format, cases]) => {
  it.each(cases)("%d is %s", (value, expected) => expect(format(value)).toBe(expected));
});

it.each([
  [[0.12, 0.08, 0.3], "120 / 80 / 300ms"],
  [[0.12, 1, 30.06], "0.1 / 1.0 / 30.1 s"],
])("%j together are %s", (seconds, expected) => expect(secondsTogether(seconds)).toBe(expected));

it("prints days of UTC", () => expect(dateShort("2025-09-23T23:59:59.999Z")).toBe("Sep 23 2025"));

it.each([
  ["claude-opus-4-7", "Opus 4.7"],
  ["claude-haiku-4-5-20251001", "Haiku 4.5"],
  ["claude-sonnet-4-20250514", "Sonnet 4"],
  ["claude-3-5-sonnet-20241022", "claude-3-5-sonnet"],
  ["gpt-5.5", "gpt-5.5"],
  ["gpt-4o-20240806", "gpt-4o"],
  ["<b>model</b>", "<b>model</b>"],
])("%s is %s", (model, expected) => expect(modelName(model)).toBe(expected));
