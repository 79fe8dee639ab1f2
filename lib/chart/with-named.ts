/**
 * The points of a sample, and those that the figure names, so that no name is without its point.
 * @param keyOf equal for equal points
 */
export function withNamed<P>(sample: readonly P[], named: readonly P[], keyOf: (point: P) => string): P[] {
  const sampled = new Set(sample.map(keyOf));
  return [...sample, ...named.filter((point) => !sampled.has(keyOf(point)))];
}
