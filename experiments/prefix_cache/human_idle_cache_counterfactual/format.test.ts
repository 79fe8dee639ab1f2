import { describe, expect, it } from "vitest";
import { shortMoney, smallMoney } from "./format.ts";

describe("short text of", () => {
  it.each([
    [40_431.2, "$40,431"],
    [516.24, "$516.2"],
    [5.69, "$5.69"],
    [0, "$0.00"],
    [0.00421, "$0.0042"],
    [-5.69, "$-5.69"],
  ])("dollars: %s is %s", (usd, text) => expect(shortMoney(usd)).toBe(text));

  it.each([
    [null, "--"],
    [1.25, "$1.25"],
    [0.1874, "$0.187"],
    [0.00421, "$0.0042"],
    [0.00031, "$0.000310"],
    [4.21e-6, "$0.0000042"],
    [0, "$0.00"],
  ])("small dollars: %s is %s", (usd, text) => expect(smallMoney(usd)).toBe(text));
});
