/** The two readings of a pool. `docs/readings.md` says how they differ and which one to choose. */

export const ACCOUNTINGS = ["published", "counted"] as const;

/** `published`: each row as it is stored, priced by the published table. `counted`: each response once, priced by list prices of its day. */
export type Accounting = (typeof ACCOUNTINGS)[number];
