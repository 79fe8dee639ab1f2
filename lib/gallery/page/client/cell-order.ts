/** The order of two cells of a table. */

export type SortDirection = "ascending" | "descending" | "none";

const byText = new Intl.Collator("en", { numeric: true });

/** Numbers by value and text as people count (`s2` before `s10`); empty cells come last in both directions. */
export function compareCells(
  a: string,
  b: string,
  { numeric, direction }: { readonly numeric: boolean; readonly direction: SortDirection },
): number {
  if (a === "" || b === "") return Number(a === "") - Number(b === "");
  const order = numeric ? Number(a) - Number(b) : byText.compare(a, b);
  return direction === "descending" ? -order : order;
}
