/** The labels in an expression of `labelLookup` by value; null for another expression. Apart from it, because pages read what no page writes. */
export function labelsIn(expression: unknown): ReadonlyMap<unknown, string> | null {
  const [, labels, places] = /^(\[.*\])\[indexof\((\[.*\]), datum\.value\)\]$/s.exec(String(expression)) ?? [];
  if (labels === undefined || places === undefined) return null;
  try {
    const texts: readonly unknown[] = JSON.parse(labels);
    const values: readonly unknown[] = JSON.parse(places);
    return new Map(values.map((place, i) => [place, String(texts[i])]));
  } catch {
    // A name that is not plain JSON there: the place is shown instead.
    return null;
  }
}
