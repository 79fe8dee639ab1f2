import { power } from "../stats/power.ts";

/** Width and height of a cell in CSS pixels. Points that are closer, less than half of the smallest, look like one. */
export const CELL_PX = 2;

export interface MergeOptions<T> {
  /** CSS pixels from any corner of the panel. */
  readonly place: (point: T) => readonly [x: number, y: number];
  /** Of a single point. */
  readonly opacity: number;
  /** Points of different kinds stay apart. Default: all are of one kind. */
  readonly kindOf?: (point: T) => string;
}

/**
 * One point for each occupied cell of a panel, the first that fell into it, as opaque as all of them would be together: the picture
 * stays, the spec shrinks.
 */
export function mergedPoints<T extends object>(
  points: readonly T[],
  { place, opacity, kindOf = () => "" }: MergeOptions<T>,
): (T & { readonly opacity: number })[] {
  const cells = new Map<string, { readonly point: T; count: number }>();
  for (const point of points) {
    const key = [kindOf(point), ...place(point).map((pixels) => Math.round(pixels / CELL_PX))].join();
    const found = cells.get(key);
    if (found) found.count += 1;
    else cells.set(key, { point, count: 1 });
  }
  return [...cells.values()].map(({ point, count }) => ({ ...point, opacity: inkOf(count, opacity) }));
}

/** Opacity of `count` layers of paint, each of the given opacity; three decimals are more than the eye resolves. */
function inkOf(count: number, opacity: number): number {
  return Number((1 - power(1 - opacity, count)).toFixed(3));
}
