import { describe, expect, it } from "vitest";
import { headlineChanges, numberNames } from "./headlines.ts";

type Expected = readonly [before: number, after: number, unit: string | undefined];

describe("headlines that are numbers", () => {
  it.each<[string, string, Expected[]]>([
    ["9,000", "9,900", [[9000, 9900, undefined]]],
    ["1.31B", "3.9K", [[1.31e9, 3900, undefined]]],
    ["219 steps", "241k steps", [[219, 241_000, "steps"]]],
    ["37.6 tokens/s", "105.8 tokens/s", [[37.6, 105.8, "tokens/s"]]],
    ["95.5%", "71.3%", [[95.5, 71.3, "%"]]],
    ["−82.5%", "0.6%", [[-82.5, 0.6, "%"]]],
    ["$4.68", "-$36.0", [[4.68, -36, "USD"]]],
    ["$1,234.50", "$0.0042", [[1234.5, 0.0042, "USD"]]],
    ["1.28x", "0.88x", [[1.28, 0.88, "x"]]],
    ["2.7× generation", "0.4× generation", [[2.7, 0.4, "x generation"]]],
    ["34.3s", "1.06m", [[34.3, 63.6, "s"]]],
    ["1.38h", "56.4m", [[4968, 3384, "s"]]],
    ["1m 31s", "15.0 s", [[91, 15, "s"]]],
    ["273ms", "1.0 s", [[0.273, 1, "s"]]],
    ["3d 9h", "55d 21h", [[291_600, 4_827_600, "s"]]],
    ["-1.61 m", "54.53 m", [[-96.6, 3271.8, "s"]]],
    ["6.2 min", "66.9 min", [[372, 4014, "s"]]],
    [
      "19% / 80%",
      "18% / 165%",
      [
        [19, 18, "%"],
        [80, 165, "%"],
      ],
    ],
    [
      "$898.46 to $1,065.83",
      "$5,945.50 to $6,427.16",
      [
        [898.46, 5945.5, "USD"],
        [1065.83, 6427.16, "USD"],
      ],
    ],
    [
      "155.1K (78%)",
      "146.5K (73%)",
      [
        [155_100, 146_500, undefined],
        [78, 73, "%"],
      ],
    ],
    [
      "12 of 27",
      "45 of 52",
      [
        [12, 45, undefined],
        [27, 52, undefined],
      ],
    ],
  ])("%s and %s", (before, after, expected) => {
    const found = headlineChanges(before, after).map((change) => [change.before, change.after, change.unit]);
    expect(found).toEqual(expected.map(([a, b, unit]) => [expect.closeTo(a, 6), expect.closeTo(b, 6), unit]));
  });
});

describe("headlines that are text, or other numbers", () => {
  it.each([
    ["64-128k (1,190 steps)", "128-256k (5,206 steps)"],
    ["100% back in the append (n = 136)", "63% back in the append (n = 43)"],
    ["Bash 31%", "Bash 28%"],
    ["n/a", "3"],
    ["3 steps", "3 calls"],
    ["91K / 102K", "15K"],
    ["3 of 5", "3 / 5"],
    ["<0.1%", "0.0%"],
    ["45%", "45 s"],
    ["2026-01-30", "2026-02-01"],
    ["<b>1</b>", "<b>2</b>"],
    ["", ""],
  ])("%s and %s", (before, after) => expect(headlineChanges(before, after)).toEqual([]));
});

describe("numbers of a headline", () => {
  it.each<[string, string, string[], string[]?]>([
    ["Steps", "9,000", ["Steps"], [""]],
    ["Hit rate, Claude / Codex", "95.7% / 95.2%", ["Hit rate, Claude", "Hit rate, Codex"], ["Claude", "Codex"]],
    ["Median append, Claude: billed / really new", "593 / 518", ["Median append, Claude: billed", "Median append, Claude: really new"]],
    ["Response time: generation / tools", "19% / 80%", ["Response time: generation", "Response time: tools"]],
    ["Append / output share of cost", "34% / 5%", ["Append share of cost", "Output share of cost"], ["Append", "output"]],
    ["Bill", "$898.46 to $1,065.83", ["Bill, low end", "Bill, high end"]],
    ["Context", "155.1K (78%)", ["Context", "Context, share"]],
    ["Groups fitted", "12 of 27", ["Groups fitted", "Groups fitted, total"]],
    ["Fits", "3 of 5 (60%)", ["Fits, number 1", "Fits, number 2", "Fits, number 3"]],
    ["Shares", "1% / 2%", ["Shares, number 1", "Shares, number 2"]],
  ])("%s: %s", (label, value, whole, part) => {
    const names = numberNames(label, value);
    expect(names.map((name) => name.whole)).toEqual(whole);
    if (part) expect(names.map((name) => name.part)).toEqual(part);
  });
});
