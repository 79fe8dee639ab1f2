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
    expect(periods?.unit).toBe(unit);
    expect(periods?.bars.map(({ start }) => start - MONDAY)).toEqual(starts);
  });

  it("a Sunday belongs to the Monday before it", () => {
    const periods = periodsOf([day(-1, 1), day(0, 1), day(6, 1), day(70, 1)]);
    expect(periods?.bars.map(({ start, from, to }) => [start - MONDAY, to - from])).toEqual([
      [-7, 1],
      [0, 2],
      [70, 1],
    ]);
  });

  it("stacks providers and names the first of the busiest periods", () => {
    const periods = periodsOf([day(0, 3, "claude"), day(1, 5, "claude"), day(0, 2)]);
    expect(periods).toMatchObject({ busiest: { label: "2026-01-05", steps: 5 }, steps: 10 });
    expect(periods?.bars.map(({ provider, from, to }) => [provider, from, to])).toEqual([
      ["claude", 0, 3],
      ["codex", 3, 5],
      ["claude", 0, 5],
    ]);
  });

  it.each([
    ["one day", [day(0, 1)], ["2026-01-05", "2026-01-06"]],
    ["a few weeks", [day(0, 1), day(50, 1)], ["2026-01-05", "2026-01-12"]],
    ["months", [day(0, 1), day(100, 1)], ["2026-02", "2026-03"]],
  ])("dates %s", (_, days, first) => {
    expect(
      periodsOf(days)
        ?.ticks.slice(0, 2)
        .map(({ label }) => label),
    ).toEqual(first);
  });

  it("has at most ten ticks", () => {
    for (const span of [1, 20, 44, 60, 400, 20_000]) expect(periodsOf([day(0, 1), day(span, 1)])?.ticks.length).toBeLessThanOrEqual(10);
  });

  it("has nothing for no days", () => {
    expect(periodsOf([])).toBeNull();
  });
});
