/** What takes more time per step in a larger pool than in a smaller one. */

/** Times of one size by what was measured, in milliseconds. */
export interface SizeTimes {
  readonly steps: number;
  readonly times: Readonly<Record<string, number>>;
}

export interface Growth {
  readonly what: string;
  readonly from_steps: number;
  readonly to_steps: number;
  /** The larger size over the smaller one: of the steps, and of the time. */
  readonly data_factor: number;
  readonly time_factor: number;
  /** Its time grew by more than 1.1 times the factor of the data. */
  readonly flagged: boolean;
}

const TOLERANCE = 1.1;
/** What takes less than this in the larger pool is noise. */
const SHORTEST_MS = 250;

/** From each size to the next larger one, whatever was measured at both and takes a while. */
export function growthOf(sizes: readonly SizeTimes[]): Growth[] {
  const ascending = [...sizes].sort((a, b) => a.steps - b.steps);
  return ascending.slice(1).flatMap((larger, i) => {
    const smaller = ascending[i] as SizeTimes;
    const dataFactor = larger.steps / smaller.steps;
    return Object.entries(larger.times).flatMap(([what, time]) => {
      const before = smaller.times[what];
      if (before === undefined || before <= 0 || time < SHORTEST_MS) return [];
      const timeFactor = time / before;
      return {
        what,
        from_steps: smaller.steps,
        to_steps: larger.steps,
        data_factor: dataFactor,
        time_factor: timeFactor,
        flagged: timeFactor > TOLERANCE * dataFactor,
      };
    });
  });
}
