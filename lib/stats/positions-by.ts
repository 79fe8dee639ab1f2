/**
 * The positions 0 … n-1 by key, keys in order of first appearance and positions ascending, in 8 bytes for each position.
 * @param keyOf an integer
 */
export function positionsBy(n: number, keyOf: (position: number) => number): Uint32Array[] {
  const places = new Map<number, number>();
  const placeOf = new Uint32Array(n);
  const sizes: number[] = [];
  for (let i = 0; i < n; i++) {
    const key = keyOf(i);
    let place = places.get(key);
    if (place === undefined) {
      place = sizes.push(0) - 1;
      places.set(key, place);
    }
    placeOf[i] = place;
    sizes[place] = (sizes[place] ?? 0) + 1;
  }
  const all = new Uint32Array(n);
  let from = 0;
  const groups = sizes.map((size) => {
    from += size;
    return all.subarray(from - size, from);
  });
  const filled = new Uint32Array(sizes.length);
  for (let i = 0; i < n; i++) {
    const place = placeOf[i] ?? 0;
    const next = filled[place] ?? 0;
    (groups[place] ?? all)[next] = i;
    filled[place] = next + 1;
  }
  return groups;
}
