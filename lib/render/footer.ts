/** The strip below every drawn chart, with what it is and where it comes from. CSS pixels. */
export const FOOTER = { height: 30, marginLeft: 16, baseline: 19 } as const;
