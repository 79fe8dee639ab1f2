import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divergenceOf } from "../../../lib/stats/divergence.ts";
import { mulberry32 } from "../../../lib/stats/intervals.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type Block, holm, partsOf, permutationNull } from "./divergence.ts";

const block = (...counts: readonly number[]): Block => ({ stratum: "", counts });

it("parts add up to the divergence", () => {
  const counts = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 2, maxLength: 8 }).map((pairs) => [...pairs, [1, 1] as const]);
  fc.assert(
    fc.property(counts, (pairs) => {
      const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
      expect(sumOf(partsOf(a, b), ({ part }) => part)).toBeCloseTo(divergenceOf(a, b), 12);
    }),
  );
});

describe("what chance alone gives", () => {
  const [low, high] = [block(9, 1), block(1, 9)];

  it("is the same each time", () => {
    const once = () => permutationNull([low, low, high], [high, high, low], 2, 99, 7);
    expect(once()).toEqual(once());
  });

  it.each<[string, Block[], Block[], number]>([
    ["all sessions are alike", [low, low], [low, low, low], 1],
    ["every session of a group differs from the other group", Array(12).fill(low), Array(12).fill(high), 0.01],
    [
      "groups differ only by what they are shuffled inside of",
      Array(12).fill({ ...low, stratum: "x" }),
      Array(12).fill({ ...high, stratum: "y" }),
      1,
    ],
  ])("%s", (_, a, b, p) => {
    expect(permutationNull(a, b, 2, 99, 7).p).toBe(p);
  });

  it("gives any p as often as any other", () => {
    const random = mulberry32(11);
    const session = () => {
      const bias = random();
      const counts = [0, 0, 0];
      for (let i = 0; i < 12; i++) {
        const bin = random() < bias ? 0 : random() < 0.5 ? 1 : 2;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
      return block(...counts);
    };
    const ps = Array.from({ length: 200 }, (_, run) => {
      const sessions = Array.from({ length: 20 }, session);
      return permutationNull(sessions.slice(0, 8), sessions.slice(8), 3, 99, run).p;
    }).sort((a, b) => a - b);
    const distance = Math.max(...ps.map((p, i) => Math.max(Math.abs(p - i / ps.length), Math.abs(p - (i + 1) / ps.length))));
    // Kolmogorov and Smirnov's bound for 1 of 100 samples, and the steps of p.
    expect(distance).toBeLessThan(1.63 / Math.sqrt(ps.length) + 0.01);
  });
});

describe("Holm", () => {
  it.each<[number[], number[]]>([
    [[], []],
    [[0.03], [0.03]],
    [
      [0.01, 0.04, 0.03],
      [0.03, 0.06, 0.06],
    ],
    [
      [0.6, 0.7],
      [1, 1],
    ],
  ])("%j becomes %j", (ps, adjusted) => {
    expect(holm(ps)).toEqual(adjusted.map((p) => expect.closeTo(p, 12)));
  });
});
