import type { Column } from "../experiment.ts";
import { formatG } from "./numbers.ts";

/** The same columns with numbers rounded to six significant digits, ties to even. */
export function sixDigits<R>(columns: Readonly<Record<string, Column<R>>>): Record<string, Column<R>> {
  const rounded = Object.entries(columns).map(([name, column]) => [
    name,
    {
      ...column,
      of: (row: R) => {
        const cell = column.of(row);
        return typeof cell === "number" ? Number(formatG(cell)) : cell;
      },
    },
  ]);
  return Object.fromEntries(rounded);
}
