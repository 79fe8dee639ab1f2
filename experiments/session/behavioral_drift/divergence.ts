/** What the bins of two groups of sessions add to their divergence, and what that would be if the groups had nothing to do with behavior. */
import { divergenceOf, partOf } from "../../../lib/stats/divergence.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { mulberry32 } from "../../../lib/stats/intervals.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { sumOf } from "../../../lib/stats/sum.ts";

/** Units by bin. */
export type Counts = ArrayLike<number>;

/** What is shuffled: a session, or several. */
export interface Block {
  /** Only blocks of one stratum change places. */
  readonly stratum: string;
  readonly counts: Counts;
}

export interface Null {
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  /** How often chance alone gives the observed divergence or more. */
  readonly p: number;
}

/** The shares of both groups in a bin, and what that adds to the divergence. */
export interface BinPart {
  readonly shareA: number;
  readonly shareB: number;
  /** Bits. The parts of all bins add up to the divergence. */
  readonly part: number;
}

/** One row per bin. NaN where a group has no units. */
export function partsOf(a: Counts, b: Counts): BinPart[] {
  const [allA, allB] = [a, b].map((counts) => sumOf(Array.from(counts), (units) => units)) as [number, number];
  return Array.from(a, (_, bin) => {
    const [shareA, shareB] = [at(a, bin) / allA, at(b, bin) / allB];
    return { shareA, shareB, part: partOf(shareA, shareB) };
  });
}

/** Units of all blocks by bin. */
export function sumOfBlocks(blocks: readonly Block[], bins: number): number[] {
  const sums = Array.from({ length: bins }, () => 0);
  for (const { counts } of blocks) for (let bin = 0; bin < bins; bin++) sums[bin] = at(sums, bin) + at(counts, bin);
  return sums;
}

/** Sums of floating-point numbers depend on their order. */
const ROUNDING = 1e-12;

/**
 * What the divergence of `a` and `b` would be if blocks were put into two groups of these sizes at random, inside each stratum. Good 2005,
 * Permutation, Parametric and Bootstrap Tests of Hypotheses; p counts the observed grouping as one of the draws.
 */
export function permutationNull(a: readonly Block[], b: readonly Block[], bins: number, draws: number, seed: number): Null {
  const random = mulberry32(seed);
  const blocks = [...a, ...b];
  const all = sumOfBlocks(blocks, bins);
  const rows = Float64Array.from(blocks.flatMap(({ counts }) => Array.from(counts)));
  const strata = strataOf(a, b);
  const sums = new Float64Array(bins);
  const rest = new Float64Array(bins);
  const drawn = Array.from({ length: draws }, () => {
    sums.fill(0);
    for (const { members, chosen } of strata)
      for (let i = 0; i < chosen; i++) {
        const other = i + Math.floor(random() * (members.length - i));
        const block = members[other] ?? 0;
        members[other] = members[i] ?? 0;
        members[i] = block;
        for (let bin = 0; bin < bins; bin++) sums[bin] = (sums[bin] ?? 0) + (rows[block * bins + bin] ?? 0);
      }
    for (let bin = 0; bin < bins; bin++) rest[bin] = at(all, bin) - (sums[bin] ?? 0);
    return divergenceOf(sums, rest);
  });
  return summary(drawn, divergenceOf(sumOfBlocks(a, bins), sumOfBlocks(b, bins)));
}

/** Of each stratum the places of its blocks in `a` followed by `b`, and how many of them the group with fewer blocks has. */
function strataOf(a: readonly Block[], b: readonly Block[]) {
  const isOfSmaller = a.length <= b.length ? (place: number) => place < a.length : (place: number) => place >= a.length;
  const places = [...a, ...b].map(({ stratum }, place) => ({ stratum, place }));
  return [...groupBy(places, ({ stratum }) => stratum).values()].map((members) => ({
    members: Uint32Array.from(members, ({ place }) => place),
    chosen: members.filter(({ place }) => isOfSmaller(place)).length,
  }));
}

/**
 * What the divergence from a baseline of so many blocks would be if the baseline came from the same sessions: both are drawn from `blocks`,
 * with replacement.
 */
export function bootstrapNull(
  observed: number,
  baselineBlocks: number,
  blocks: readonly Block[],
  bins: number,
  draws: number,
  seed: number,
): Null {
  const random = mulberry32(seed);
  const draw = (count: number) =>
    sumOfBlocks(
      Array.from({ length: count }, () => at(blocks, Math.floor(random() * blocks.length))),
      bins,
    );
  return summary(
    Array.from({ length: draws }, () => divergenceOf(draw(baselineBlocks), draw(blocks.length))),
    observed,
  );
}

function summary(drawn: readonly number[], observed: number): Null {
  const ascending = sorted(drawn);
  const quantile = (q: number) => quantileNumpy(ascending, q) ?? Number.NaN;
  const reached = drawn.filter((value) => value >= observed - ROUNDING).length;
  return { p5: quantile(0.05), p50: quantile(0.5), p95: quantile(0.95), p: (1 + reached) / (1 + drawn.length) };
}

/** Adjusted so that the chance of any wrong finding among all is that of one. Holm 1979, https://www.jstor.org/stable/4615733 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, j) => at(ps, i) - at(ps, j));
  const adjusted = [...ps];
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * at(ps, i)));
    adjusted[i] = least;
  }
  return adjusted;
}
