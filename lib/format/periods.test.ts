import { describe, expect, it } from "vitest";
import { dateOf, periodScale, periodStarts } from "./periods.ts";

/** 2026-01-05, a Monday. */
const MONDAY = Date.UTC(2026, 0, 5) / 86_400_000;

describe("periodScale", () => {
  it.each([
    ["as many days as are allowed", 44, "day", 45],
    ["one day more", 45, "week", 7],
    ["five years of weeks", 7 * 260 - 1, "week", 260],
    ["longer", 7 * 260, "2 weeks", 131],
    ["eight thousand years", 3_000_000, "1649 weeks", 261],
  ])("%s", (_, span, unit, periods) => {
    const scale = periodScale(MONDAY, MONDAY + span, 45);
    expect([scale.unit, periodStarts(scale).length]).toEqual([unit, periods]);
    expect(scale.from).toBeLessThanOrEqual(MONDAY);
    expect(scale.to).toBeGreaterThan(MONDAY + span);
    expect(scale.ticks.length).toBeLessThanOrEqual(10);
  });

  it("a Sunday belongs to the Monday before it", () => {
    const { startOf } = periodScale(MONDAY - 1, MONDAY + 70, 45);
    expect([-1, 0, 6, 7].map((offset) => startOf(MONDAY + offset) - MONDAY)).toEqual([-7, 0, 0, 7]);
  });

  it.each([
    ["one day", 0, ["2026-01-05", "2026-01-06"]],
    ["a few weeks, each second", 50, ["2026-01-05", "2026-01-19"]],
    ["months", 100, ["2026-02", "2026-03"]],
  ])("dates %s", (_, span, first) => {
    const labels = periodScale(MONDAY, MONDAY + span, 45).ticks.map(({ label }) => label);
    expect(labels.slice(0, 2)).toEqual(first);
  });
});

it("names days", () => expect([dateOf(0), dateOf(MONDAY)]).toEqual(["1970-01-01", "2026-01-05"]));
