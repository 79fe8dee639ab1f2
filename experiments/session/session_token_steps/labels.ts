/** Keeps labels along an axis from overlapping. */

/** What a label takes of the axis, in pixels. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

export type Placed<T> = T & { readonly lane: number };

/**
 * Puts each label into the first of `lanes` rows in which it overlaps no label before it; one that fits nowhere is left out.
 * Labels are given most important first and come back in that order.
 */
export function placeLabels<T extends Extent>(labels: readonly T[], lanes = 1): Placed<T>[] {
  const rows: Extent[][] = Array.from({ length: lanes }, () => []);
  return labels.flatMap((label) => {
    const lane = rows.findIndex((row) => !row.some((other) => overlap(label, other)));
    if (lane < 0) return [];
    rows[lane]?.push(label);
    return [{ ...label, lane }];
  });
}

function overlap(a: Extent, b: Extent): boolean {
  return a.from < b.to && b.from < a.to;
}
