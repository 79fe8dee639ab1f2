/** Rows held column by column: numbers in typed arrays, and the type of the first event as text. */
import { at } from "../../../lib/stats/known.ts";

export interface Frame<Name extends string> {
  readonly count: number;
  readonly first_event: readonly string[];
  readonly numbers: Readonly<Record<Name, Float64Array>>;
}

/** A query's columns of numbers as typed arrays. */
export function typedArrays<Name extends string>(columns: Readonly<Record<Name, readonly number[]>>): Record<Name, Float64Array> {
  return mapped(columns, (values) => Float64Array.from(values));
}

/** The rows that `keep` accepts, in their order. `keep` takes the index of a row. */
export function rowsWhere<Name extends string>(frame: Frame<Name>, keep: (row: number) => boolean): Frame<Name> {
  const rows: number[] = [];
  for (let row = 0; row < frame.count; row++) if (keep(row)) rows.push(row);
  return {
    count: rows.length,
    first_event: rows.map((row) => at(frame.first_event, row)),
    numbers: mapped(frame.numbers, (values) => valuesAt(values, rows)),
  };
}

function mapped<Name extends string, A, B>(columns: Readonly<Record<Name, A>>, of: (values: A) => B): Record<Name, B> {
  return Object.fromEntries(Object.entries<A>(columns).map(([name, values]) => [name, of(values)])) as Record<Name, B>;
}

/** A loop: for hundreds of thousands of rows and a dozen columns the iterating forms take ten times as long. */
function valuesAt(values: Float64Array, rows: readonly number[]): Float64Array {
  const found = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) found[i] = values[rows[i] ?? -1] ?? Number.NaN;
  return found;
}

/** The rows in which a column is at least `least` and at most `most`. */
export function rowsWithin<Name extends string>(
  frame: Frame<Name>,
  column: NoInfer<Name>,
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: { readonly least?: number; readonly most?: number },
): Frame<Name> {
  const values = frame.numbers[column];
  return rowsWhere(frame, (row) => {
    const value = values[row] ?? Number.NaN;
    return value >= least && value <= most;
  });
}

/** Value by value. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] ?? Number.NaN));
}

/** Counts of rows by first event, in the order of code units. */
export function countsByFirstEvent({ first_event }: Frame<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of first_event) counts.set(event, (counts.get(event) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
