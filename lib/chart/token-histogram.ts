/** How token numbers are distributed over the token axis: counts in equal bins, and the share up to each number. */
import { at } from "../stats/known.ts";
import { type CurvePoint, ecdfPoints, thinned } from "./cdf.ts";
import { type TokenAxis, tokenPosition, tokensAt } from "./token-axis.ts";

/**
 * Bins between positions of an axis, for `db.bins`: the whole number of tokens with which each begins, and the largest value.
 * @param positions ascending from 0
 */
export function wholeTokenEdges(positions: readonly number[], max: number, { firstTick }: Pick<TokenAxis, "firstTick">): number[] {
  return positions.map((position, i) => (i === positions.length - 1 ? max : leastAt(position, firstTick)));
}

/** The least whole number of tokens that is at the position or right of it. */
function leastAt(position: number, firstTick: number): number {
  const near = Math.round(tokensAt(position, firstTick));
  return [near - 1, near, near + 1].find((tokens) => tokens >= 0 && tokenPosition(tokens, firstTick) >= position) ?? near;
}

/** Counts of bins that `db.bins` found, between positions of an axis; also of those without values. */
export function tokenBins(
  found: readonly { readonly bin: number; readonly n: number }[],
  positions: readonly number[],
): { lo: number; hi: number; count: number }[] {
  const counts = new Map(found.map(({ bin, n }) => [bin, n]));
  return positions.slice(1).map((hi, bin) => ({ lo: at(positions, bin), hi, count: counts.get(bin) ?? 0 }));
}

const POINTS_PER_CURVE = 800;

/** The share of values up to each value, as points for `curvesPanel` with `stairs`; x in positions of the axis. */
export function tokenCurve(series: string, ascending: ArrayLike<number>, { firstTick }: Pick<TokenAxis, "firstTick">): CurvePoint[] {
  return thinned(ecdfPoints(series, ascending), POINTS_PER_CURVE).map((point) => ({ ...point, x: tokenPosition(point.x, firstTick) }));
}
