/** Ranges of steps, for work on large pools piece by piece: what is sorted at a time stays small. */

/** From `from` on and before `to`; null where there is no end. */
export interface KeyRange {
  readonly from: bigint | null;
  readonly to: bigint | null;
}

/** The few million events of so many steps are sorted in less than 1 GB. */
export const STEPS_PER_RANGE = 500_000;

/** Query for the first `round_pk` of every range but the first, as text, in order. */
export function rangeStartsSql(keys: string, stepsPerRange: number): string {
  return `
    SELECT round_pk::VARCHAR AS start
    FROM (SELECT round_pk, row_number() OVER (ORDER BY round_pk) - 1 AS position FROM (${keys}))
    WHERE position > 0 AND position % ${stepsPerRange} = 0
    ORDER BY round_pk`;
}

/** All ranges, of which there is at least one. */
export function rangesOf(starts: readonly string[]): KeyRange[] {
  const bounds = [null, ...starts.map(BigInt), null];
  return bounds.slice(1).map((to, i) => ({ from: bounds[i] ?? null, to }));
}

/** Condition on `round_pk`; null when the range has no ends. */
export function rangeSql({ from, to }: KeyRange): string | null {
  const ends = [...(from === null ? [] : [`round_pk >= ${from}`]), ...(to === null ? [] : [`round_pk < ${to}`])];
  return ends.length > 0 ? ends.join(" AND ") : null;
}
