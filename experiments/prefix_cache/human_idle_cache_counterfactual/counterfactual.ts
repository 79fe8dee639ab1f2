/** The input of a step if the cache had outlived the pause before it. */

/** Input tokens of a step by how they are billed. */
export interface Split {
  readonly prefix: number;
  readonly append: number;
  /** The part of append that is written to the cache. */
  readonly cacheWrite: number;
}

/**
 * The same input, but with no more append than the context grew by: the rest is read from the cache instead. Tokens that
 * move are taken first from those written to the cache. `previousTotal` is the input of the step before; null for steps
 * that no user began or that are the first of their session, which stay as they are.
 */
export function withCacheKept(observed: Split, previousTotal: number | null): Split {
  const total = observed.prefix + observed.append;
  const append = previousTotal === null ? observed.append : Math.min(observed.append, Math.max(0, total - previousTotal));
  const moved = Math.max(0, observed.append - append);
  return { prefix: total - append, append, cacheWrite: Math.min(Math.max(0, observed.cacheWrite - moved), append) };
}
