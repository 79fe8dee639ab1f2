/**
 * Jensen-Shannon divergence of two distributions of counts, in bits: 0 for equal shares, 1 for distributions that have nothing in common.
 * Null when either is empty. Lin 1991, https://doi.org/10.1109/18.61115
 */
export function jensenShannon<K>(a: ReadonlyMap<K, number>, b: ReadonlyMap<K, number>): number | null {
  const keys = [...new Set([...a.keys(), ...b.keys()])];
  const [countsA, countsB] = [a, b].map((counts) => keys.map((key) => counts.get(key) ?? 0)) as [number[], number[]];
  const divergence = divergenceOf(countsA, countsB);
  return Number.isNaN(divergence) ? null : divergence;
}

/** The same of counts by bin, in one order. NaN when either is empty. */
export function divergenceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [allA, allB] = [totalOf(a), totalOf(b)];
  if (allA === 0 || allB === 0) return Number.NaN;
  let sum = 0;
  for (let bin = 0; bin < a.length; bin++) sum += partOf((a[bin] ?? 0) / allA, (b[bin] ?? 0) / allB);
  return Math.min(1, Math.max(0, sum)); // rounding
}

/** What a bin with these two shares adds to the divergence. */
export function partOf(p: number, q: number): number {
  return (half(p, p + q) + half(q, p + q)) / 2;
}

function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin] ?? 0;
  return total;
}

function half(share: number, both: number): number {
  return share === 0 ? 0 : share * Math.log2((2 * share) / both);
}
