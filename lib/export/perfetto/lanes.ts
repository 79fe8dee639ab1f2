/** Which of several lanes an interval is drawn in, so that those of a lane never overlap. */

export interface Interval {
  readonly fromUs: number;
  readonly toUs: number;
}

/** By start, each in the first lane that is free; 0 is the first lane. */
export function inLanes<T extends Interval>(intervals: readonly T[]): { readonly lane: number; readonly interval: T }[] {
  const ends: number[] = [];
  return intervals
    .toSorted((a, b) => a.fromUs - b.fromUs || b.toUs - a.toUs)
    .map((interval) => {
      const free = ends.findIndex((end) => end <= interval.fromUs);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = interval.toUs;
      return { lane, interval };
    });
}
