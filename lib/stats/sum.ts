/** Sums and means in the order of NumPy, so that last digits agree. */

const BLOCK = 128;

/** Left-to-right sum. */
export function sumInOrder(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? Number.NaN;
  return sum;
}

/** The same of a value of each item. */
export function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/** The same of several fields at once. */
export function sumsOf<K extends string>(items: readonly Readonly<Record<K, number>>[], fields: readonly K[]): Record<K, number>;
export function sumsOf(items: readonly Readonly<Record<string, number>>[], fields: readonly string[]): Record<string, number> {
  return Object.fromEntries(fields.map((field) => [field, sumOf(items, (item) => item[field] ?? Number.NaN)]));
}

/**
 * Pairwise sum as NumPy's `add.reduce` does it on contiguous doubles: blocks of up to 128 values with eight running
 * sums, longer lists halved at a multiple of eight. The error grows with log n instead of n.
 * Source: numpy/_core/src/umath/loops_utils.h.src, `pairwise_sum`.
 */
export function pairwiseSum(values: ArrayLike<number>, from = 0, count = values.length): number {
  const at = (i: number) => values[from + i] ?? Number.NaN;
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
  let [a, b, c, d, e, f, g, h] = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)];
  let i = 8;
  for (; i < count - (count % 8); i += 8) {
    a += at(i);
    b += at(i + 1);
    c += at(i + 2);
    d += at(i + 3);
    e += at(i + 4);
    f += at(i + 5);
    g += at(i + 6);
    h += at(i + 7);
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (; i < count; i++) sum += at(i);
  return sum;
}

/** Mean with the pairwise sum; `null` for no values. */
export function pairwiseMean(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : pairwiseSum(values) / values.length;
}
