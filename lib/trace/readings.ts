/** The two readings of a pool. `docs/readings.md` says how they differ and which one to choose. */

export const ACCOUNTINGS = ["published", "counted"] as const;

/** `published`: each row as it is stored, priced by the published table. `counted`: each response once, priced by list prices of its day. */
export type Accounting = (typeof ACCOUNTINGS)[number];

/** How results were read. */
export interface Reading {
  readonly accounting: Accounting;
  /** 64 hex digits that identify the rates of the user's own; null without any. */
  readonly prices: string | null;
  /** 64 hex digits that identify the labels of sessions; null without any, and of results that don't depend on them. */
  readonly labels: string | null;
}

/** Of what knows more besides. */
export function readingOf({ accounting, prices, labels }: Reading): Reading {
  return { accounting, prices, labels };
}

/** Whether results may be next to others of the pool. */
export function isOfReading(results: Reading, pool: Reading): boolean {
  const haveLabels = results.labels === null || results.labels === pool.labels;
  return results.accounting === pool.accounting && results.prices === pool.prices && haveLabels;
}

/** For people, without a final period. */
export const ACCOUNTING_WORDS: Readonly<Record<Accounting, string>> = {
  published: "every step as it is stored, at the prices of the published table",
  counted: "each response once, at the list price of its day",
};

export const READINGS_GUIDE = "docs/readings.md";
