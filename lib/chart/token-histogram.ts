/** Counts of token numbers in equal bins of the token axis. */
import { at } from "../stats/known.ts";
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
