import { expect, it } from "vitest";
import { periodIn } from "./periods.ts";

const TODAY = new Date("2026-03-04T10:00:00Z"); // a Wednesday

it.each<[string, string | null, string | null, string]>([
  ["cost last month", "2026-02-01", "2026-02-28", "cost "],
  ["cost this month", "2026-03-01", "2026-03-04", "cost "],
  ["tokens yesterday", "2026-03-03", "2026-03-03", "tokens "],
  ["tokens last week", "2026-02-23", "2026-03-01", "tokens "],
  ["this week", "2026-03-02", "2026-03-04", ""],
  ["over the last 7 days", "2026-02-26", "2026-03-04", ""],
  ["in the past 2 weeks", "2026-02-19", "2026-03-04", ""],
  ["since 2026-01-01", "2026-01-01", null, ""],
  ["from 2026-01-01 to 2026-01-31", "2026-01-01", "2026-01-31", ""],
  ["until 2026-01-31", null, "2026-01-31", ""],
  ["on 2026-01-31", "2026-01-31", "2026-01-31", ""],
  ["in 2025-12", "2025-12-01", "2025-12-31", ""],
  ["in February 2024", "2024-02-01", "2024-02-29", ""],
  ["in march", "2026-03-01", "2026-03-31", ""],
  ["since march", "2026-03-01", null, ""],
  ["since June 2024", "2024-06-01", null, ""],
  ["in june", "2025-06-01", "2025-06-30", ""],
  ["Kosten letzten Monat", "2026-02-01", "2026-02-28", "kosten "],
  ["上个月的费用", "2026-02-01", "2026-02-28", "的费用"],
])("%s", (words, since, until, rest) => {
  expect(periodIn(words, TODAY)).toEqual({ period: { since, until }, rest });
});

it.each(["cost per month", "the last session", "may I ask", "over the past weeks", "20260101"])("no period: %s", (words) => {
  expect(periodIn(words, TODAY)).toEqual({ period: null, rest: words });
});
