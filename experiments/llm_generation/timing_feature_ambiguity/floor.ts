/**
 * The smallest error that a model can make on durations whose tokens are the same to it: it has to predict one number for all
 * of them, and each loss has its own best number.
 */
import { at, known } from "../../../lib/stats/known.ts";
import { median } from "../../../lib/stats/quantile.ts";

export type Floor = ReturnType<typeof floorOf>;

const SUMS = ["rows", "absSum", "squareSum", "relativeSum", "mapeSum", "smoothSum"] as const;
/** Rows and sums of several floors together. */
export type FloorSums = Readonly<Record<(typeof SUMS)[number], number>>;

/**
 * Sums are over the durations; divide by `rows` for the mean loss. Milliseconds and shares of one.
 * @param ascending durations in ms, all > 0, at least one
 */
export function floorOf(ascending: Float64Array, thresholdMs: number) {
  const min = at(ascending, 0);
  const max = at(ascending, -1);
  /** Best number for absolute errors. */
  const middle = known(median(ascending));
  /** Best number for |error| / duration: the median with weights 1 / duration. */
  const mapeOptimal = weightedMedian(ascending, (d) => 1 / d);
  /** Best number for |error| / (duration + T): the median with weights 1 / (duration + T). */
  const smoothOptimal = weightedMedian(ascending, (d) => 1 / (d + thresholdMs));
  const sum = (loss: (d: number) => number) => ascending.reduce((total, d) => total + loss(d), 0);
  return {
    rows: ascending.length,
    min,
    max,
    spread: max - min,
    /** Longest over shortest; a shortest below 1 ms counts as 1 ms. */
    ratio: max / Math.max(1, min),
    median: middle,
    mapeOptimal,
    smoothOptimal,
    absSum: sum((d) => Math.abs(d - middle)),
    squareSum: sum((d) => (d - middle) ** 2),
    relativeSum: sum((d) => Math.abs(d - middle) / middle),
    mapeSum: sum((d) => Math.abs(mapeOptimal - d) / d),
    smoothSum: sum((d) => Math.abs(smoothOptimal - d) / (d + thresholdMs)),
  };
}

/** The first value at which half the weight is reached. */
export function weightedMedian(ascending: Float64Array, weightOf: (value: number) => number): number {
  const total = ascending.reduce((sum, value) => sum + weightOf(value), 0);
  let running = 0;
  for (const value of ascending) {
    running += weightOf(value);
    if (running >= total / 2) return value;
  }
  return at(ascending, -1);
}

export function sumFloors(floors: readonly FloorSums[]): FloorSums {
  const sums = { rows: 0, absSum: 0, squareSum: 0, relativeSum: 0, mapeSum: 0, smoothSum: 0 };
  for (const floor of floors) for (const name of SUMS) sums[name] += floor[name];
  return sums;
}
