/** Rows for helpers that are at work at the same time. Runs in browsers, too. */
import type { TimelineHelper } from "./timeline.ts";

const MOST_HELPER_ROWS = 8;

/**
 * Rows of helpers, from above: the first that is free, below that of the helper that started it. Null for those beyond the last row, and
 * for helpers of such.
 */
export function helperRows(
  helpers: readonly TimelineHelper[],
  extentOf: (helper: TimelineHelper) => { readonly from: number; readonly to: number },
) {
  const ends: number[] = [];
  const rows: (number | null)[] = [];
  for (const helper of helpers) {
    const { from, to } = extentOf(helper);
    const parent = helper.parent === null ? undefined : rows[helper.parent];
    let row = typeof parent === "number" ? parent + 1 : 0;
    while ((ends[row] ?? Number.NEGATIVE_INFINITY) > from) row++;
    if (parent === null || row >= MOST_HELPER_ROWS) {
      rows.push(null);
      continue;
    }
    rows.push(row);
    ends[row] = Math.max(to, from);
  }
  return { rows, hidden: rows.filter((row) => row === null).length };
}
