/** Sums and means in the order of NumPy, so that last digits agree. */

const BLOCK = 128;

/** Left-to-right sum. */
export function sumInOrder(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

/**
 * Pairwise sum as NumPy's `add.reduce` does it on contiguous doubles: blocks of up to 128 values with eight running
 * sums, longer lists halved at a multiple of eight. The error grows with log n instead of n.
 * Source: numpy/_core/src/umath/loops_utils.h.src, `pairwise_sum`.
 */
export function pairwiseSum(values: ArrayLike<number>, from = 0, count = values.length): number {
  const at = (i: number) => values[from + i] as number;
  if (count < 8) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += at(i);
    return sum;
  }
  if (count > BLOCK) {
    const half = Math.floor(count / 2);
    const left = half - (half % 8);
    return pairwiseSum(values, from, left) + pairwiseSum(values, from + left, count - left);
  }
  const r = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)] as [number, number, number, number, number, number, number, number];
  let i = 8;
  for (; i < count - (count % 8); i += 8) for (let lane = 0; lane < 8; lane++) r[lane as 0] += at(i + lane);
  let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
  for (; i < count; i++) sum += at(i);
  return sum;
}

/** Mean with the pairwise sum; `null` for no values. */
export function pairwiseMean(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : pairwiseSum(values) / values.length;
}
