/**
 * Jensen-Shannon divergence of two distributions of counts, in bits: 0 for equal shares, 1 for distributions that have nothing in common.
 * Null when either is empty. Lin 1991, https://doi.org/10.1109/18.61115
 */
export function jensenShannon<K>(a: ReadonlyMap<K, number>, b: ReadonlyMap<K, number>): number | null {
  const [allA, allB] = [totalOf(a), totalOf(b)];
  if (allA === 0 || allB === 0) return null;
  let sum = 0;
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [p, q] = [(a.get(key) ?? 0) / allA, (b.get(key) ?? 0) / allB];
    sum += (part(p, p + q) + part(q, p + q)) / 2;
  }
  return Math.min(1, Math.max(0, sum)); // rounding
}

function totalOf(counts: ReadonlyMap<unknown, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}

function part(share: number, both: number): number {
  return share === 0 ? 0 : share * Math.log2((2 * share) / both);
}
