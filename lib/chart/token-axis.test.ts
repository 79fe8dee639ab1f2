import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenAxis, tokenBinEdges, tokenExtent, tokenPosition, tokensAt, tokenTicks } from "./token-axis.ts";

describe("tokenPosition", () => {
  it.each([
    [-5, 16, 0],
    [0, 16, 0],
    [8, 16, 0.5],
    [16, 16, 1],
    [32, 16, 2],
    [1_048_576, 1_024, 11],
    [1, 1, 1],
    [4, 1, 3],
  ])("%d tokens on an axis from %d are at %d", (tokens, firstTick, position) => expect(tokenPosition(tokens, firstTick)).toBe(position));

  it("is undone by tokensAt and keeps order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), fc.constantFrom(1, 16, 1_024), (a, b, firstTick) => {
        expect(tokensAt(tokenPosition(a, firstTick), firstTick)).toBeCloseTo(a, 2);
        expect(Math.sign(tokenPosition(a, firstTick) - tokenPosition(b, firstTick))).toBe(Math.sign(a - b));
      }),
      { seed: 1 },
    );
  });
});

describe("tokenTicks", () => {
  it.each([
    ["nothing plotted", 0, 1_024, 14, [0, 1_024]],
    ["the maximum is a tick", 4_096, 1_024, 14, [0, 1_024, 2_048, 4_096]],
    ["the maximum lies between", 5_000, 1_024, 14, [0, 1_024, 2_048, 4_096]],
    ["13 doublings fit", 4_096, 1, 14, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096]],
    ["14 doublings: every second", 8_192, 1, 14, [0, 1, 4, 16, 64, 256, 1_024, 4_096]],
    ["compact", 4_096, 16, 8, [0, 16, 64, 256, 1_024, 4_096]],
  ])("%s", (_case, max, firstTick, maxTicks, expected) => expect(tokenTicks(max, firstTick, maxTicks)).toEqual(expected));
});

describe("tokenAxis", () => {
  it.each([
    [[], 1_024],
    [[0, 0], 1_024],
    [[0, 1_024, 5_000], 1_024],
    [[0, 1_023], 512],
    [[0, 0.3], 1],
  ])("of %j starts at %d", (values, firstTick) => expect(tokenAxis(tokenExtent(values)).firstTick).toBe(firstTick));

  it("pads the drawn range and labels its ticks in powers of 1,024", () => {
    expect(tokenAxis({ max: 4_096, firstTick: 1_024 })).toEqual({
      firstTick: 1_024,
      length: 3,
      domain: [-0.06, 3.06],
      ticks: [
        { value: 0, label: "0" },
        { value: 1, label: "1K" },
        { value: 2, label: "2K" },
        { value: 3, label: "4K" },
      ],
    });
  });
});

describe("bins", () => {
  it.each([
    ["at least eight", tokenBinEdges({ length: 1 }), 8, [0, 1]],
    ["eight for each doubling", tokenBinEdges({ length: 3.01 }), 25, [0, 3.01]],
  ])("%s", (_case, edges, bins, ends) => {
    expect(edges.length - 1).toBe(bins);
    expect([edges[0], edges.at(-1)]).toEqual(ends);
    expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
  });
});
