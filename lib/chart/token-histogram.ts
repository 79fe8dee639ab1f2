/** How token numbers are distributed over the token axis: counts in equal bins, and the share up to each number. */
import { at } from "../stats/known.ts";
import { type CurvePoint, ecdfPoints, thinned } from "./cdf.ts";
import type { HistogramBin } from "./histogram.ts";
import { type TokenAxis, tokenBinEdges, tokenPosition } from "./token-axis.ts";

/** Bins for `outlineHistogram`: edges in positions, half-open, the last one closed. `ascending`: at most the largest value of the axis. */
export function tokenHistogram(series: string, ascending: ArrayLike<number>, axis: TokenAxis): HistogramBin[] {
  const edges = tokenBinEdges(axis);
  let next = 0;
  return edges.slice(1).map((hi, i) => {
    const isLast = i === edges.length - 2;
    const first = next;
    while (next < ascending.length && (isLast || tokenPosition(at(ascending, next), axis.firstTick) < hi)) next++;
    return { series, lo: at(edges, i), hi, y: next - first };
  });
}

const POINTS_PER_CURVE = 800;

/** The share of values up to each value, as points for `curvesPanel` with `stairs`; x in positions of the axis. */
export function tokenCurve(series: string, ascending: ArrayLike<number>, { firstTick }: Pick<TokenAxis, "firstTick">): CurvePoint[] {
  return thinned(ecdfPoints(series, ascending), POINTS_PER_CURVE).map((point) => ({ ...point, x: tokenPosition(point.x, firstTick) }));
}
