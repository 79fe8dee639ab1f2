import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { align, commonSubsequence, similarity } from "./alignment.ts";

const word = fc.array(fc.constantFrom("e", "r", "x"), { maxLength: 12 });

/** By trying everything. */
function longest(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const rest = longest(a.slice(1), b.slice(1));
  return a[0] === b[0] ? 1 + rest : Math.max(longest(a.slice(1), b), longest(a, b.slice(1)), rest);
}

describe("what sequences have in common", () => {
  it.each([
    ["RREB", "REEB", 3, 0.75],
    ["abc", "abc", 3, 1],
    ["", "", 0, 1],
    ["", "a", 0, 0],
    ["ERRDRA", "EA", 2, 0.5],
  ])("%j and %j", (a, b, length, expected) => {
    expect(commonSubsequence(a, b)).toHaveLength(length);
    expect(similarity(a, b)).toBe(expected);
  });

  it("is in both, in order, and as long as can be", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("e", "r", "x"), { maxLength: 7 }),
        fc.array(fc.constantFrom("e", "r"), { maxLength: 7 }),
        (a, b) => {
          const matches = commonSubsequence(a, b);
          expect(matches.every((match) => a[match.a] === b[match.b])).toBe(true);
          expect(matches.every((match, i) => i === 0 || (match.a > (matches[i - 1]?.a ?? -1) && match.b > (matches[i - 1]?.b ?? -1)))).toBe(
            true,
          );
          expect(matches).toHaveLength(longest(a, b));
        },
      ),
    ));

  it("is as much in the other direction", () => fc.assert(fc.property(word, word, (a, b) => similarity(a, b) === similarity(b, a))));
});

describe("an alignment", () => {
  const equal = (a: string, b: string) => (x: number, y: number) => (a[x] === b[y] ? 1 : 0);
  const shown = (a: string, b: string) =>
    align({ a: a.length, b: b.length }, equal(a, b), 0.5)
      .pairs.map((pair) => `${pair.a === null ? "-" : a[pair.a]}${pair.b === null ? "-" : b[pair.b]}`)
      .join(" ");
  it.each([
    ["abc", "abc", "aa bb cc"],
    ["abc", "ac", "aa b- cc"],
    ["c", "abc", "-a -b cc"],
    // Of equally good ones the first that pairs.
    ["aa", "a", "aa a-"],
    ["ab", "cd", "ac bd"],
    ["", "ab", "-a -b"],
  ])("of %j and %j", (a, b, expected) => expect(shown(a, b)).toBe(expected));

  it("without a counterpart prefers a gap in a", () =>
    expect(align({ a: 1, b: 1 }, () => -9, 0.5).pairs).toEqual([
      { a: null, b: 0 },
      { a: 0, b: null },
    ]));

  const scores = fc
    .tuple(fc.nat(6), fc.nat(6))
    .chain(([a, b]) =>
      fc.tuple(fc.constant({ a, b }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: a * b, maxLength: a * b })),
    );
  const gap = fc.double({ min: 0, max: 2, noNaN: true });

  it("has each item once, in order, and the score that it says, which all gaps don't exceed", () =>
    fc.assert(
      fc.property(scores, gap, ([lengths, values], penalty) => {
        const score = (a: number, b: number) => values[a * lengths.b + b] ?? Number.NaN;
        const { pairs, score: total } = align(lengths, score, penalty);
        expect(pairs.flatMap(({ a }) => (a === null ? [] : [a]))).toEqual([...Array(lengths.a).keys()]);
        expect(pairs.flatMap(({ b }) => (b === null ? [] : [b]))).toEqual([...Array(lengths.b).keys()]);
        const summed = pairs.reduce((sum, { a, b }) => sum + (a === null || b === null ? -penalty : score(a, b)), 0);
        expect(summed).toBeCloseTo(total, 6);
        expect(total).toBeGreaterThanOrEqual(-penalty * (lengths.a + lengths.b) - 1e-9);
      }),
    ));

  it("scores as much in the other direction", () =>
    fc.assert(
      fc.property(scores, gap, ([lengths, values], penalty) => {
        const score = (a: number, b: number) => values[a * lengths.b + b] ?? Number.NaN;
        const mirrored = align({ a: lengths.b, b: lengths.a }, (b, a) => score(a, b), penalty);
        expect(mirrored.score).toBeCloseTo(align(lengths, score, penalty).score, 9);
      }),
    ));
});
