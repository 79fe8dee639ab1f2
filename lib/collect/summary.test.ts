import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimingEvent } from "./row.ts";
import { countName, inputSummary, timestampMs, wallMs, wholeMs } from "./summary.ts";

const user = (chars: number): TimingEvent => ({ event_type: "user_message", timestamp: null, source: "s", content_chars: chars });
const result = (chars: number): TimingEvent => ({ event_type: "tool_result", timestamp: null, source: "s", result_chars: chars });
const text: TimingEvent = { event_type: "text", timestamp: null, source: "s", content_chars: 1000 };

describe("inputSummary", () => {
  it.each([
    { events: [], counts: [0, 0, 0], sizes: [0, 0, 0], first: null },
    { events: [text], counts: [0, 0, 0], sizes: [0, 0, 0], first: null },
    { events: [user(5), user(29), text], counts: [2, 2, 0], sizes: [34, 0, 34], first: "user_message" },
    { events: [text, result(3), user(4)], counts: [2, 1, 1], sizes: [4, 3, 7], first: "tool_result" },
  ])("counts and sizes: $counts, $sizes, first $first", ({ events, counts, sizes, first }) => {
    expect(Object.values(inputSummary(events))).toEqual([...counts, ...sizes, first]);
  });
});

it.each([
  [12.5, 12],
  [13.5, 14],
  [-0.4, 0],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  [1e300, null],
])("%d ms are %j whole ones", (ms, whole) => {
  expect(wholeMs(ms)).toBe(whole);
});

describe("timestampMs", () => {
  it.each([
    ["1970-01-01T00:00:00Z", 0],
    ["1970-01-01T00:00:00.5Z", 500],
    ["1970-01-01 00:00:01", 1000],
    ["1970-01-01T00:00", 0],
    ["1970-01-02", 86_400_000],
    ["1970-01-01T02:00:00+02:00", 0],
    ["1969-12-31T22:30:00-0130", 0],
    ["1970-01-01T00:00:00.000500Z", 0.5],
    ["1970-01-01T00:00:00.123456789Z", 123.456],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2023-02-29T00:00:00Z", null],
    ["2023-13-01T00:00:00Z", null],
    ["2023-01-01T24:00:00Z", null],
    ["yesterday", null],
    ["", null],
    [null, null],
  ])("%s is %s", (time, ms) => {
    expect(timestampMs(time)).toBe(ms);
  });

  it.each([
    ["2023-02-28T00:00:00.000Z", Date.UTC(2023, 1, 28)],
    ["2023-02-29T00:00:00.000Z", null],
    ["2024-02-29T00:00:00.000Z", Date.UTC(2024, 1, 29)],
    ["2024-02-30T00:00:00.000Z", null],
    ["2023-04-30T00:00:00.000Z", Date.UTC(2023, 3, 30)],
    ["2023-04-31T00:00:00.000Z", null],
    ["2023-12-31T00:00:00.000Z", Date.UTC(2023, 11, 31)],
    ["2023-12-32T00:00:00.000Z", null],
  ])("%s, at the end of a month and spelled as agents do, is %s", (time, ms) => {
    expect(timestampMs(time)).toBe(ms);
  });

  it("reads back what JavaScript writes", () => {
    const times = fc.date({ min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true });
    fc.assert(fc.property(times, (time) => timestampMs(time.toISOString()) === time.getTime()));
  });
});

describe("wallMs", () => {
  it.each([
    ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.500Z", 500],
    ["2026-01-01T00:00:00.500Z", "2026-01-01T00:00:00.000Z", -500],
    ["2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.012500Z", 12],
    ["2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.013500Z", 14],
    ["2026-01-01T00:00:00.1Z", "2026-01-01T01:00:00.1+01:00", 0],
    ["no time", "2026-01-01T00:00:00Z", null],
    [null, "2026-01-01T00:00:00Z", null],
  ])("from %s to %s are %s ms", (from, to, ms) => {
    expect(wallMs(from, to)).toBe(ms);
  });
});

describe("countName", () => {
  it("keeps the number and the length of names small", () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 2000; index++) countName(counts, `${index}${"x".repeat(500)}`);
    expect(counts.size).toBe(501);
    expect(counts.get("(others)")).toBe(1500);
    expect([...counts.keys()].every((name) => name.length <= 100)).toBe(true);
  });
});
