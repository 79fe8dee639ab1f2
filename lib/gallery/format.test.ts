import { describe, expect, it } from "vitest";
import { bytes, counted, day, magnitude, wholePercents, windowOf } from "./format.ts";

describe("numbers", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1000, "1.0K"],
    [31_400, "31.4K"],
    [99_949, "99.9K"],
    [99_950, "100K"],
    [999_499, "999K"],
    [999_500, "1.00M"],
    [9_994_999, "9.99M"],
    [9_995_000, "10.0M"],
    [1_252_042_315, "1.25B"],
    [54_900_000_000, "54.9B"],
  ])("%d as %s", (value, text) => {
    expect(magnitude(value)).toBe(text);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 KB"],
    [48_600, "49 KB"],
    [999_500, "1.0 MB"],
    [5_139_025, "5.1 MB"],
  ])("%d bytes as %s", (value, text) => {
    expect(bytes(value)).toBe(text);
  });

  it.each([
    [0, "0 rows"],
    [1, "1 row"],
    [1234, "1,234 rows"],
  ])("counts %d as %s", (value, text) => {
    expect(counted(value, "row")).toBe(text);
  });

  it.each([
    [
      [9421, 3685],
      [72, 28],
    ],
    [
      [1, 1, 1],
      [33, 33, 34],
    ],
    [
      [0, 0],
      [0, 0],
    ],
    [[], []],
    [[5], [100]],
  ])("shares of %j are %j", (values, percents) => {
    expect(wholePercents(values)).toEqual(percents);
  });

  it("counts the days of a window with both ends, in UTC", () => {
    expect(day("2026-01-01T00:00:00.000Z")).toBe("Jan 1, 2026");
    expect(windowOf({ firstTime: "2026-01-30T23:59:59.999Z", lastTime: "2026-02-02T00:00:00.000Z" })).toEqual({
      days: 4,
      span: "Jan 30, 2026 to Feb 2, 2026",
      recorded: "from Jan 30, 2026 to Feb 2, 2026",
    });
    expect(windowOf({ firstTime: "2026-01-30T00:00:00.000Z", lastTime: "2026-01-30T23:59:59.999Z" })).toEqual({
      days: 1,
      span: "Jan 30, 2026",
      recorded: "on Jan 30, 2026",
    });
    expect(windowOf({ firstTime: null, lastTime: null })).toBeNull();
  });
});
