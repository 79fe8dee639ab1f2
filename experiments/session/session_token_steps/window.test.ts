import { describe, expect, it } from "vitest";
import { step, steps } from "./fixtures.ts";
import { bestWindowStart } from "./window.ts";

describe("bestWindowStart", () => {
  it.each([
    ["everything fits", steps("uu"), 5, 0],
    ["equal windows: the first", steps("......"), 3, 0],
    ["most user messages", steps("ut.uu.t"), 3, 2],
    ["then the largest context", [...steps("u."), step({ hasUserMessage: true, appendTokens: 9 }), ...steps(".tt")], 3, 0],
    ["a larger context beats more tool results", [...steps(".tt"), step({ prefixTokens: 9 }), ...steps("..")], 2, 2],
    ["then most tool results", steps("..t.tt"), 2, 4],
    ["user messages beat everything", [...steps("u..", { prefixTokens: 1 }), ...steps("ttt", { prefixTokens: 99 })], 3, 0],
  ])("%s", (_rule, all, length, expected) => {
    expect(bestWindowStart(all, length)).toBe(expected);
  });
});
