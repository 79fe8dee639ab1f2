import { expect, it } from "vitest";
import { type PeriodAmount, sharesOverTime } from "./shares-over-time.ts";

const row = (period: string, name: string, amount: number): PeriodAmount => ({ period, name, amount });

/** Days from the start of the figure, name and share in percent of each segment. */
function segmentsOf(rows: readonly PeriodAmount[], options: { period: "day" | "week"; most?: number }): unknown[] {
  const values = JSON.parse(JSON.stringify(sharesOverTime({ rows, title: "Shares", y: "Share", ...options }))).data.values;
  const start = values[0].start;
  return values.map((segment: { start: number; end: number; name: string; from: number; to: number }) => [
    segment.start - start,
    segment.end - start,
    segment.name,
    Math.round(100 * segment.from),
    Math.round(100 * segment.to),
  ]);
}

it.each<[string, readonly PeriodAmount[], { period: "day" | "week"; most?: number }, unknown[]]>([
  [
    "weeks far apart as wide as weeks",
    [row("2026-01-05", "a", 1), row("2026-02-02", "a", 2)],
    { period: "week" },
    [
      [0, 7, "a", 0, 100],
      [28, 35, "a", 0, 100],
    ],
  ],
  ["a single day as wide as a day", [row("2026-01-05", "a", 1)], { period: "day" }, [[0, 1, "a", 0, 100]]],
  [
    "names beyond the largest as other",
    [row("2026-01-05", "a", 2), row("2026-01-05", "b", 1), row("2026-01-05", "c", 1)],
    { period: "week", most: 1 },
    [
      [0, 7, "a", 0, 50],
      [0, 7, "other", 50, 100],
    ],
  ],
  [
    "a name that is other as part of other",
    [row("2026-01-05", "other", 2), row("2026-01-05", "b", 1), row("2026-01-05", "c", 1)],
    { period: "week", most: 1 },
    [
      [0, 7, "b", 0, 25],
      [0, 7, "other", 25, 100],
    ],
  ],
  [
    "a name that is other last, where all names fit",
    [row("2026-01-05", "other", 3), row("2026-01-05", "b", 1)],
    { period: "week" },
    [
      [0, 7, "b", 0, 25],
      [0, 7, "other", 25, 100],
    ],
  ],
])("draws %s", (_what, rows, options, expected) => expect(segmentsOf(rows, options)).toEqual(expected));

it("refuses days as weeks", () =>
  expect(() => segmentsOf([row("2026-01-06", "a", 1), row("2026-01-05", "a", 1)], { period: "week" })).toThrow(
    "The period of 2026-01-06 begins less than a week after the one before it.",
  ));
