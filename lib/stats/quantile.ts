import { sortedDoubles } from "./ascending-doubles.ts";
import { at } from "./known.ts";

/**
 * Quantiles by linear interpolation at position (n - 1)·q of the ascending values. The published tables use two
 * forms of it which differ in the last digit; `quantile_cont` of DuckDB is the first up to that digit.
 */

/** Ascending copy. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return sortedDoubles(Float64Array.from(values));
}

/** The form of NumPy's `percentile`: a + (b - a)·t, from b's side when t >= 0.5. `null` for no values. */
export function quantileNumpy(ascending: ArrayLike<number>, q: number): number | null {
  if (ascending.length === 0) return null;
  const { a, b, t } = neighbors(ascending, (ascending.length - 1) * q);
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

/** The weighted form: a·(1 - t) + b·t with the weights taken from the position; the element itself where it falls on one. */
export function quantileWeighted(ascending: ArrayLike<number>, q: number): number | null {
  if (ascending.length === 0) return null;
  const position = (ascending.length - 1) * q;
  const { a, b, low } = neighbors(ascending, position);
  return position === low ? a : a * (low + 1 - position) + b * (position - low);
}

/** The middle value, or half the sum of the two in the middle. `null` for no values. */
export function median(ascending: ArrayLike<number>): number | null {
  if (ascending.length === 0) return null;
  const middle = ascending.length >> 1;
  const upper = at(ascending, middle);
  return ascending.length % 2 === 1 ? upper : (at(ascending, middle - 1) + upper) / 2;
}

function neighbors(ascending: ArrayLike<number>, position: number): { a: number; b: number; t: number; low: number } {
  const low = Math.min(Math.max(Math.floor(position), 0), ascending.length - 1);
  const high = Math.min(low + 1, ascending.length - 1);
  return { a: at(ascending, low), b: at(ascending, high), t: position - low, low };
}
