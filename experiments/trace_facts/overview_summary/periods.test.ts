import { describe, expect, it } from "vitest";
import { periodsOf } from "./periods.ts";

/** 2026-01-05, a Monday. */
const MONDAY = Date.UTC(2026, 0, 5) / 86_400_000;
const day = (offset: number, steps: number, provider = "codex") => ({ provider, day: MONDAY + offset, steps });

describe("periodsOf", () => {
  it.each([
    ["up to a month and a half: days", 44, "day", [0, 44]],
    ["more than that: weeks from Monday on", 45, "week", [0, 42]],
  ])("%s", (_, offset, unit, starts) => {
    const periods = periodsOf([day(0, 1), day(offset, 2)]);
    expect(periods?.scale.unit).toBe(unit);
    expect(periods?.values.map(({ start }) => start - MONDAY)).toEqual(starts);
  });

  it("adds up days, provider by provider, and names the first of the busiest periods", () => {
    const periods = periodsOf([day(0, 3, "claude"), day(1, 5, "claude"), day(0, 2)]);
    expect(periods).toMatchObject({ busiest: { label: "2026-01-05", steps: 5 }, steps: 10 });
    expect(periods?.values.map(({ provider, start, value }) => [provider, start - MONDAY, value])).toEqual([
      ["claude", 0, 3],
      ["codex", 0, 2],
      ["claude", 1, 5],
    ]);
    expect(periodsOf([day(-1, 1), day(0, 1), day(6, 1), day(70, 1)])?.values.map(({ value }) => value)).toEqual([1, 2, 1]);
  });

  it("has nothing for no days", () => {
    expect(periodsOf([])).toBeNull();
  });
});
