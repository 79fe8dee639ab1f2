import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenAxis, tokenBinEdges, tokenPosition } from "./token-axis.ts";
import { tokenBins, wholeTokenEdges } from "./token-histogram.ts";

describe("wholeTokenEdges", () => {
  it.each<[string, number, number[]]>([
    ["two tokens a bin up to the first tick", 16, [0, 2, 4, 6, 8, 10, 12, 14, 16]],
    ["eight bins for a doubling", 32, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 21, 23, 25, 27, 30, 32]],
  ])("%s", (_rule, max, edges) => {
    const axis = tokenAxis({ max, firstTick: 16 });
    expect(wholeTokenEdges(tokenBinEdges(axis), max, axis)).toEqual(edges);
  });

  it("divide whole numbers as positions do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 4_000_000 }), fc.nat(4_000_000), (max, tokens) => {
        fc.pre(tokens < max);
        const axis = tokenAxis({ max, firstTick: 16 });
        const positions = tokenBinEdges(axis);
        const edges = wholeTokenEdges(positions, max, axis);
        const place = (all: readonly number[], value: number) => all.findLastIndex((edge) => edge <= value);
        return Math.min(place(edges, tokens), positions.length - 2) === place(positions, tokenPosition(tokens, 16));
      }),
    );
  });
});

it("tokenBins have those without values, too", () => {
  const bins = tokenBins([{ bin: 1, n: 3 }], [0, 1, 2, 4]);
  expect(bins).toEqual([
    { lo: 0, hi: 1, count: 0 },
    { lo: 1, hi: 2, count: 3 },
    { lo: 2, hi: 4, count: 0 },
  ]);
});
