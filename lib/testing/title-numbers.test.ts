import { expect, it } from "vitest";
import type { Coverage, Figure } from "../experiment.ts";
import { unreadableNumbers } from "./title-numbers.ts";

function figureOf(title: string, drawn: object = {}, coverage?: Coverage): Figure {
  const spec = { mark: "bar" as const, data: { values: [{ share: 0.955, calls: 2_413, wait_s: 91, from: 0.25, to: 0.75 }] }, ...drawn };
  return { name: "x", title, spec, caption: "", alt: "", reading: "", ...(coverage ? { coverage } : {}) };
}

it.each<[string, string, string[]]>([
  ["a share of a row", "95.5% are hits", []],
  ["another share", "96.5% are hits", ["96.5%"]],
  ["a count, a duration, a length", "2,413 calls wait 1m 31s, 50% of the time", []],
  ["numbers of no row", "3 calls cost $4.20 and take 12 ms", ["3", "$4.20", "12 ms"]],
  ["digits of words and dates", "p50 of gpt-5.5 since 2026-01-31 in the 2nd week", []],
  ["the same number twice", "7 of 7", ["7"]],
])("%s", (_, title, unreadable) => expect(unreadableNumbers(figureOf(title))).toEqual(unreadable));

it("labels of axes and marks can be read, the rest of an expression can't", () => {
  const encoding = { x: { axis: { labelExpr: '["5 min","1h"][indexof([300,3600], datum.value)]' } } };
  expect(unreadableNumbers(figureOf("Within 5 min or 1h, not 300", { encoding }))).toEqual(["300"]);
});

it("coverage can be read, and is drawn", () => {
  const coverage = { shown: 70, of: 5_453, what: "calls", rest: "report 0 ms" };
  expect(unreadableNumbers(figureOf("70 of 5,453 calls", {}, coverage))).toEqual([]);
});

it("of a cloud of points no number can be read", () => {
  const values = Array.from({ length: 501 }, (_, n) => ({ n }));
  expect(unreadableNumbers(figureOf("Up to 77", { data: { values } }))).toEqual(["77"]);
});
