/** How two sequences align: what they have in common, and which of their items belong together. */
import { diffArrays } from "diff";
import { at } from "./known.ts";

/** Places of items that are equal, from 0. */
export interface Match {
  readonly a: number;
  readonly b: number;
}

/** A longest common subsequence. Of several, which one is not defined; their length is. */
export function commonSubsequence<T>(a: ArrayLike<T>, b: ArrayLike<T>): Match[] {
  const matches: Match[] = [];
  let [i, j] = [0, 0];
  for (const { count, added, removed } of diffArrays(Array.from(a), Array.from(b))) {
    if (!added && !removed) for (let k = 0; k < count; k++) matches.push({ a: i + k, b: j + k });
    if (!added) i += count;
    if (!removed) j += count;
  }
  return matches;
}

/** Twice the length of the longest common subsequence over the length of both: 1 for equal sequences, empty ones too, 0 for those with nothing in common. */
export function similarity<T>(a: ArrayLike<T>, b: ArrayLike<T>): number {
  const length = a.length + b.length;
  return length === 0 ? 1 : (2 * commonSubsequence(a, b).length) / length;
}

/** Items that belong together, or an item of one side that has no counterpart. Places from 0. */
export type Aligned = Match | { readonly a: number; readonly b: null } | { readonly a: null; readonly b: number };

export interface Alignment {
  readonly pairs: readonly Aligned[];
  /** The sum of the pairs' scores, less the penalty for each item without a counterpart. */
  readonly score: number;
}

/** Scores closer than this are equal: they are sums of the same numbers in another order. */
const EQUAL = 1e-9;

/**
 * The alignment of two sequences with the best score. Of several it is the one whose first difference pairs items, or else leaves an
 * item of b without counterpart. Needleman and Wunsch 1970, https://doi.org/10.1016/0022-2836(70)90057-4
 * @param lengths of a and b; time and memory grow with their product
 * @param score of pairing items a and b
 * @param gap penalty for an item without a counterpart, not negative
 */
export function align(
  lengths: { readonly a: number; readonly b: number },
  score: (a: number, b: number) => number,
  gap: number,
): Alignment {
  const width = lengths.b + 1;
  const pairScores = new Float64Array(lengths.a * width);
  /** By places: the best score of what follows. */
  const best = new Float64Array((lengths.a + 1) * width);
  for (let a = lengths.a; a >= 0; a--) {
    for (let b = lengths.b; b >= 0; b--) {
      const place = a * width + b;
      if (a === lengths.a || b === lengths.b) {
        best[place] = -gap * (lengths.a - a + lengths.b - b);
        continue;
      }
      pairScores[place] = score(a, b);
      best[place] = Math.max(at(pairScores, place) + at(best, place + width + 1), at(best, place + 1) - gap, at(best, place + width) - gap);
    }
  }
  const pairs: Aligned[] = [];
  let [a, b] = [0, 0];
  while (a < lengths.a || b < lengths.b) {
    const place = a * width + b;
    const isBest = (total: number) => total >= at(best, place) - EQUAL;
    if (a < lengths.a && b < lengths.b && isBest(at(pairScores, place) + at(best, place + width + 1))) pairs.push({ a: a++, b: b++ });
    else if (b < lengths.b && isBest(at(best, place + 1) - gap)) pairs.push({ a: null, b: b++ });
    else pairs.push({ a: a++, b: null });
  }
  return { pairs, score: at(best, 0) };
}
