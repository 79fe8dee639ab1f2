import { expect, it } from "vitest";
import { step } from "./fixtures.ts";
import { findRereads } from "./rereads.ts";

/** Steps as prefix + append. */
const stepsOf = (steps: string) =>
  steps.split(" ").map((tokens) => {
    const [prefix_tokens = 0, append_tokens = 0] = tokens.split("+").map(Number);
    return step({ prefix_tokens, append_tokens });
  });

it.each([
  ["the first step reads everything for the first time", "0+100", []],
  ["cached steps", "0+100 100+10 110+5", []],
  ["a whole context again", "0+100 0+110 110+5", [1]],
  ["half from the cache is enough", "0+100 50+60", []],
  ["less than half is not", "0+100 49+61", [1]],
  ["a context that was cut", "0+100 10+39", []],
  ["a context of which half is left", "0+100 10+40", [1]],
  ["nothing before", "0+0 0+50", []],
])("%s", (_what, steps, expected) => {
  expect(findRereads(stepsOf(steps), [])).toEqual(expected);
});

it("doesn't count compactions", () => {
  expect(findRereads(stepsOf("0+100 0+60 0+70"), [{ index: 1, kind: "explicit" }])).toEqual([2]);
});
