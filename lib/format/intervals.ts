/** Intervals in text. */

/** For captions of figures whose intervals come from `db.intervals`. */
export const INTERVALS_SENTENCE = "Intervals cover 95%, by drawing sessions again.";

/** ` (94.1% to 95.8%)`, with a space before it; empty where it is not known or has no width. */
export function intervalText(
  interval: { readonly lo: number; readonly hi: number } | null | undefined,
  format: (value: number) => string,
): string {
  if (!interval) return "";
  const [lo, hi] = [format(interval.lo), format(interval.hi)];
  return lo === hi ? "" : ` (${lo} to ${hi})`;
}
