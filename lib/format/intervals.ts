/** Intervals in text. */

/** For captions of figures whose intervals come from `db.intervals`. */
export const INTERVALS_SENTENCE = "Intervals cover 95%, by drawing sessions again.";

/** ` (94.1% to 95.8%)`, with a space before it; empty where the interval is not known. */
export function intervalText(
  interval: { readonly lo: number; readonly hi: number } | null | undefined,
  format: (value: number) => string,
): string {
  return interval ? ` (${format(interval.lo)} to ${format(interval.hi)})` : "";
}
