import { describe, expect, it } from "vitest";
import { minutesText, tokensText } from "./format.ts";

describe("tokensText", () => {
  it.each([
    [0, "0"],
    [4.26, "4.3"],
    [225.4, "225"],
    [999.6, "1000"],
    [6247.96, "6.25k"],
    [10_000, "10k"],
    [101_691, "102k"],
    [20_940_346, "20.9M"],
  ])("%s", (tokens, expected) => {
    expect(tokensText(tokens)).toBe(expected);
  });
});

describe("minutesText", () => {
  it.each([
    [0, "0m"],
    [45, "45m"],
    [60, "1h"],
    [665, "11h5m"],
    [1440, "1d"],
    [1685, "1d4h5m"],
  ])("%i", (minutes, expected) => {
    expect(minutesText(minutes)).toBe(expected);
  });
});
