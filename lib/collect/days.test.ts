import { describe, expect, it } from "vitest";
import { messageOf } from "../files/errors.ts";
import { dateIn, isWithin, type PeriodOptions, periodOf } from "./days.ts";

const NOW = Date.parse("2026-11-29T12:00:00Z");
const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

describe("a period", () => {
  it.each<[options: PeriodOptions, since: string | null, until: string | null]>([
    [{}, null, null],
    [{ since: "2026-11-01" }, "2026-11-01T00:00:00.000Z", null],
    [{ until: "2026-11-01" }, null, "2026-11-02T00:00:00.000Z"],
    [{ since: "2026-11-01", until: "2026-11-01" }, "2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"],
    [{ since: "2026-11-01T12:00:00+02:00", until: "2026-11-01T12:00:00Z" }, "2026-11-01T10:00:00.000Z", "2026-11-01T12:00:00.000Z"],
    [{ since: "20261101", until: "20261101" }, "2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"],
    [{ since: "30d", until: "12h" }, "2026-10-30T12:00:00.000Z", "2026-11-29T00:00:00.000Z"],
    [{ since: "2w" }, "2026-11-15T12:00:00.000Z", null],
    [{ since: "2026-11-01", timezone: "America/New_York" }, "2026-11-01T04:00:00.000Z", null],
    [{ until: "2026-11-01", timezone: "America/New_York" }, null, "2026-11-02T05:00:00.000Z"],
    [{ since: "2026-03-29", until: "2026-03-29", timezone: "Europe/Berlin" }, "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
    [{ since: "2026-07-01", timezone: "Asia/Kolkata" }, "2026-06-30T18:30:00.000Z", null],
    [{ since: "2026-07-01", timezone: "Pacific/Kiritimati" }, "2026-06-30T10:00:00.000Z", null],
  ])("%j", (options, since, until) => {
    const period = periodOf({ ...options, nowMs: NOW });
    expect([time(period.sinceMs), time(period.untilMs)]).toEqual([since, until]);
    expect(period.timezone).toBe(options.timezone ?? "UTC");
  });

  it.each<[PeriodOptions, RegExp]>([
    ...["yesterday", "30", "20260231", "2026-13-01", "2026-02-31", "2026", "2026-01-31T10:00", "d", "-3d", ""].map(
      (since): [PeriodOptions, RegExp] => [{ since }, new RegExp(`^--since ${since} is not a time\\. Give a date`)],
    ),
    [{ until: "2026-02-30" }, /^--until 2026-02-30 is not a time\./],
    [{ since: "2026-01-01T00:00" }, /^--since 2026-01-01T00:00 is not a time\./],
    [{ timezone: "Mars/Olympus" }, /^--timezone Mars\/Olympus is not a time zone\./],
    [{ since: "2026-02-02", until: "2026-02-01" }, /^--since 2026-02-02 is not before --until 2026-02-01/],
  ])("%j is refused", (options, message) => {
    let said = "";
    try {
      periodOf(options);
    } catch (error) {
      said = messageOf(error);
    }
    expect(said).toMatch(message);
  });

  it.each<[PeriodOptions, at: string | null, boolean]>([
    [{}, null, true],
    [{ since: "2026-11-01" }, null, false],
    [{ since: "2026-11-01" }, "2026-11-01T00:00:00Z", true],
    [{ since: "2026-11-01" }, "2026-10-31T23:59:59.999Z", false],
    [{ until: "2026-11-01" }, "2026-11-01T23:59:59.999Z", true],
    [{ until: "2026-11-01" }, "2026-11-02T00:00:00Z", false],
  ])("%j: %s is in it: %s", (options, at, expected) => {
    expect(isWithin(periodOf(options), at === null ? null : Date.parse(at))).toBe(expected);
  });
});

it.each([
  ["UTC", "2026-01-31"],
  ["America/Los_Angeles", "2026-01-30"],
  ["Asia/Tokyo", "2026-01-31"],
])("the date in %s", (timezone, date) => {
  expect(dateIn(timezone, Date.parse("2026-01-31T03:00:00Z"))).toBe(date);
});
