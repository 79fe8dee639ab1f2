import { describe, expect, it } from "vitest";
import { betterOf } from "./compare.ts";
import { type Form, printed, type Raw } from "./forms.ts";
import { GROUPS } from "./rows.ts";

describe("betterOf", () => {
  it.each([
    ["the larger", "up", [1, 2], 1],
    ["the smaller", "down", [1, 2], 0],
    ["the best of several", "down", [3, 1, 2], 1],
    ["not a descriptive row", "none", [1, 2], null],
    ["not a tie", "up", [0.5, 0.5 + 1e-10], null],
    ["just more than a tie", "up", [0, 2e-9], 1],
    ["a tie for the best, whoever is third", "up", [2, 2, 1], null],
    ["not without a second value", "up", [1, null], null],
    ["not what is infinite", "up", [1, Number.POSITIVE_INFINITY], null],
    ["two of three that are known", "down", [null, 5, 4], 2],
    ["negative residuals", "down", [-1, 0], 0],
    ["nothing", "up", [], null],
  ] as const)("finds %s", (_, direction, values, expected) => expect(betterOf(direction, values)).toBe(expected));
});

describe("printed", () => {
  const cases: [Form, Raw, string][] = [
    ["count", { value: 1234.4 }, "1,234"],
    ["countAndShare", { value: 8568, share: 0.90946 }, "8,568 (90.9%)"],
    ["nameAndShare", { text: "claude-opus-4-7", share: 0.669 }, "Opus 4.7 (66.9%)"],
    ["window", { text: "2025-09-23T10:00:00Z/2026-06-04T00:00:00Z" }, "Sep 23 2025 – Jun 4 2026"],
    ["magnitude", { value: 54_900_000_000 }, "54.90B"],
    ["tokens", { value: 210_743.6 }, "210,744 tokens"],
    ["tokenTriplet", { avg: 1446.6, p50: 663, p90: 3023 }, "1,447 / 663 / 3,023 tokens"],
    ["secondTriplet", { avg: 0.4, p50: 0.2, p90: 0.9 }, "400 ms / 200 ms / 900 ms"],
    ["seconds", { value: 0.626 }, "626 ms"],
    ["hours", { value: 1251 }, "1,251h"],
    ["speed", { value: 46.55 }, "46.5 tokens/s"],
    ["share", { value: 0.95746 }, "95.7%"],
    ["decimal", { value: 6.38 }, "6.4"],
    ["money", { value: 0.00042 }, "$0.00042"],
    ["moneyAndShare", { value: 12.5, share: 0.25 }, "$12.50 (25.0%)"],
    ["moneyAndShare", { value: 0, share: null }, "—"],
    ["seconds", { value: null }, "—"],
    ["tokenTriplet", { avg: 1, p50: null, p90: 2 }, "—"],
    ["nameAndShare", { text: null, share: null }, "—"],
    ["share", { value: Number.NaN }, "—"],
  ];
  it.each(cases)("%s of %j is %s", (form, raw, expected) => expect(printed(form, raw)).toBe(expected));
});

it("names every row once, with a formula that is a sentence", () => {
  const rows = GROUPS.flatMap((group) => group.rows);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  for (const { formula } of rows) expect(formula).toMatch(/^\S.*\.$/);
});
