/** Two values of one thing in the same unit: their difference, and how much it matters. */
import { sumOf } from "../../../stats/sum.ts";
import { isShare, mixesUnits, plotted } from "./units.ts";

export interface NumberChange {
  readonly before: number;
  readonly after: number;
  /** As columns declare it; undefined for plain numbers. */
  readonly unit: string | undefined;
  readonly difference: number;
  /** What the difference counts for: see `effectOf`. */
  readonly moved: number;
  /** What it is measured against. */
  readonly size: number;
}

/** Numbers closer than this share of their size are equal: sums in another order differ in their last digits. */
const NOISE = 1e-12;

export function numberChange(before: number, after: number, unit?: string): NumberChange {
  const difference = after - before;
  const larger = Math.max(Math.abs(before), Math.abs(after));
  const equal = Math.abs(difference) <= NOISE * larger;
  const change = { before, after, unit, difference: equal ? 0 : difference };
  const moved = Math.abs(change.difference);
  if (isShare(unit)) return { ...change, moved: Math.abs(plotted(moved, unit)), size: Math.max(1, plotted(larger, unit)) };
  return mixesUnits(unit) ? { ...change, moved: larger === 0 ? 0 : moved / larger, size: 1 } : { ...change, moved, size: larger };
}

/**
 * How different values are: the sum of their differences over the sum of the larger value of each pair. 0 where all are equal, 1
 * from or to zero, up to 2 where signs differ. Shares count with their percentage points, so that 0.1% and 0.2% are close, and in
 * columns of several units each pair counts alike. Null without values.
 */
export function effectOf(changes: readonly NumberChange[]): number | null {
  const size = sumOf(changes, (change) => change.size);
  if (changes.length === 0) return null;
  return size === 0 ? 0 : sumOf(changes, (change) => change.moved) / size;
}
