/** Blocks at the start of each list of ids, in order, that a prefix cache which forgets nothing has by then. */
export function prefixHits(lists: readonly (readonly number[])[]): number[] {
  const seen = new Set<number>();
  return lists.map((list) => {
    const found = list.findIndex((id) => !seen.has(id));
    for (const id of list) seen.add(id);
    return found < 0 ? list.length : found;
  });
}
