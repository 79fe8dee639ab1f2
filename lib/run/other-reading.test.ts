import { expect, it } from "vitest";
import type { Headline } from "../experiment.ts";
import { readingNotes } from "./other-reading.ts";

const headline = (value: string, label = "total cost"): Headline => ({ label, value });
const notes = (counted: Headline[], published: Headline[]) =>
  readingNotes({ accounting: "counted", headlines: counted }, { accounting: "published", headlines: published });

it.each<[string, counted: string, published: string, differs: boolean]>([
  ["equal", "$17.81", "$17.81", false],
  ["12.7 % apart", "$17.81", "$15.81", true],
  ["exactly 1 % apart", "100", "99", false],
  ["more than 1 % apart", "1,000", "989", true],
  ["less than 1 % apart", "1,000", "995", false],
  ["another unit", "950 K", "1.2 M", true],
  ["two numbers, the second differs", "2 h 5 min", "2 h 9 min", true],
  ["two numbers, both close", "199 of 401", "200 of 401", false],
  ["no number in one", "–", "$1.00", true],
  ["zero in one", "0", "0.01", true],
  ["another word", "claude-opus-4-6", "claude-opus-4-5", true],
])("%s", (_, counted, published, differs) => {
  expect(notes([headline(counted)], [headline(published)]).length > 0).toBe(differs);
});

it("one note gives all that differ, and leaves out what only one reading has", () => {
  const own = [headline("$17.81"), headline("560", "steps"), headline("5", "copies")];
  expect(notes(own, [headline("603", "steps"), headline("$15.81")])).toEqual([
    "Counted (published rules in parentheses): total cost $17.81 ($15.81); steps 560 (603).",
  ]);
});
