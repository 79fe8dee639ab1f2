/** The two readings of a pool. `docs/readings.md` says how they differ and which one to choose. */

export const ACCOUNTINGS = ["published", "counted"] as const;

/** `published`: each row as it is stored, priced by the published table. `counted`: each response once, priced by list prices of its day. */
export type Accounting = (typeof ACCOUNTINGS)[number];

/** How results were read. */
export interface Reading {
  readonly accounting: Accounting;
  /** 64 hex digits that identify the rates of the user's own; null without any. */
  readonly prices: string | null;
}

/** Of what knows more besides. */
export function readingOf({ accounting, prices }: Reading): Reading {
  return { accounting, prices };
}

export function isSameReading(a: Reading, b: Reading): boolean {
  return a.accounting === b.accounting && a.prices === b.prices;
}

/** For people, without a final period. */
export const ACCOUNTING_WORDS: Readonly<Record<Accounting, string>> = {
  published: "every step as it is stored, at the prices of the published table",
  counted: "each response once, at the list price of its day",
};

export const READINGS_GUIDE = "docs/readings.md";
