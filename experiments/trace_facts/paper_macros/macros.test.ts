import { describe, expect, it } from "vitest";
import type { Facts } from "./facts.ts";
import { floorToTens, macrosOf } from "./macros.ts";
import { macroTex } from "./outputs.ts";

/** Precise figures published for the whole public pool, and how the paper quotes them. */
const PUBLISHED: Facts = {
  requests: 39_202,
  meanSteps: 8.828,
  meanToolCalls: 10.8,
  meanResponseMin: 4.259,
  p90ResponseMin: 6.376,
  medianPrefixTokens: 118_656,
  medianAppendTokens: 875,
  medianOutputTokens: 214,
  medianSpeed: 40.693,
  medianCodexSpeed: 61.265,
  medianCodexTtftS: 3.1,
  distinctTools: 85,
  claudeTop3: 0.8276,
  codexTop3: 0.946,
  longCallShare: 0.0397,
  longTimeShare: 0.8468,
  hitRate: 0.95746,
  amplification: 2_335_513_253 / 608_810_766,
  appendTokens: 2_335_513_253,
  increaseTokens: 608_810_766,
};
const QUOTED = [
  "8.8",
  "10.8",
  "4.3",
  "6.4",
  "119K",
  "875",
  "214",
  "40.7",
  "61.3",
  "3.1",
  "80",
  "80%",
  "80%",
  "95%",
  "4",
  "85%",
  "95.7%",
  "3.8x",
];

const quoted = (facts: Facts, name: string) => macrosOf(facts).find((macro) => macro.name === name)?.value;

it("quotes the published pool as the paper does", () => {
  expect(macrosOf(PUBLISHED).map(({ value }) => value)).toEqual(QUOTED);
  expect(macrosOf(PUBLISHED).at(-1)?.basis).toBe("3.836 = 2,335,513,253 append / 608,810,766 growth");
});

describe("rounding", () => {
  it.each([
    ["ties go to the even digit", { medianAppendTokens: 874.5 }, "medianuncachedinputtokens", "874"],
    ["thousands too", { medianPrefixTokens: 27_500 }, "mediancachedinputtokens", "28K"],
    ["few tools floor to none", { distinctTools: 6 }, "totaltoolcatetory", "0"],
    ["the lower of two shares is quoted", { codexTop3: 0.399 }, "topthreetoolpercent", "30%"],
    ["a residual may be negative", { medianCodexTtftS: -0.75 }, "mediancodecdecodespeedttft", "-0.8"],
  ] as const)("%s", (_, change, name, expected) => {
    expect(quoted({ ...PUBLISHED, ...change }, name)).toBe(expected);
  });

  it.each([
    [85, 80],
    [80, 80],
    [9.99, 0],
    [100, 100],
  ])("floors %d to %d", (value, expected) => {
    expect(floorToTens(value)).toBe(expected);
  });
});

describe("what the pool has no data for", () => {
  const withoutCodex: Facts = { ...PUBLISHED, codexTop3: null, medianCodexSpeed: null, medianCodexTtftS: null };

  it("is blank, in the rows that need it only", () => {
    const blank = macrosOf(withoutCodex).filter(({ value }) => value === null);
    expect(blank.map(({ name }) => name)).toEqual([
      "mediancodecdecodespeed",
      "mediancodecdecodespeedttft",
      "topthreetoolpercent",
      "toolcalltoppercentagecodex",
    ]);
    expect(blank.every(({ raw, basis }) => raw === null && basis === null)).toBe(true);
  });

  it("has no TeX macro", () => {
    const { text } = macroTex(macrosOf(withoutCodex));
    expect(text.match(/^\\newcommand/gm)).toHaveLength(14);
    expect(text).toContain("{80\\%\\xspace}");
    expect(text).toContain("{3.8$\\times$\\xspace}");
  });
});
