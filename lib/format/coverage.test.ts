import { expect, it } from "vitest";
import { coverageText } from "./coverage.ts";

it.each([
  ["a part", { shown: 2_413, of: 5_453, what: "calls", rest: "report 0 ms" }, "2,413 of 5,453 calls; the rest report 0 ms."],
  ["all", { shown: 5_453, of: 5_453, what: "calls" }, "5,453 calls."],
  ["the only one", { shown: 1, of: 1, what: "pairs of steps" }, "1 pair of steps."],
  ["none of one", { shown: 0, of: 1, what: "agent steps" }, "0 of 1 agent steps."],
  ["a sentence", "Nothing is left out.", "Nothing is left out."],
])("%s", (_, coverage, text) => expect(coverageText(coverage)).toBe(text));
