/** Rows held column by column: numbers in typed arrays, and what came in first as text. */

export interface Frame<Name extends string> {
  readonly count: number;
  readonly first_event: readonly string[];
  readonly numbers: Readonly<Record<Name, Float64Array>>;
}

/** The rows that `keep` accepts, in their order. `keep` is given the position of a row. */
export function rowsWhere<Name extends string>(frame: Frame<Name>, keep: (row: number) => boolean): Frame<Name> {
  const rows: number[] = [];
  for (let row = 0; row < frame.count; row++) if (keep(row)) rows.push(row);
  const columns = Object.entries<Float64Array>(frame.numbers).map(([name, values]) => [name, valuesAt(values, rows)]);
  return {
    count: rows.length,
    first_event: rows.map((row) => frame.first_event[row] as string),
    numbers: Object.fromEntries(columns) as Record<Name, Float64Array>,
  };
}

/** A loop: for hundreds of thousands of rows and a dozen columns the iterating forms take ten times as long. */
function valuesAt(values: Float64Array, rows: readonly number[]): Float64Array {
  const found = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) found[i] = values[rows[i] as number] as number;
  return found;
}

/** The rows in which a column is at least (`least`) or at most (`most`) so much. */
export function rowsWithin<Name extends string>(
  frame: Frame<Name>,
  column: NoInfer<Name>,
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: { readonly least?: number; readonly most?: number },
): Frame<Name> {
  const values = frame.numbers[column];
  return rowsWhere(frame, (row) => (values[row] as number) >= least && (values[row] as number) <= most);
}

/** Rows by first event, in the order of code units. */
export function countsByFirstEvent({ first_event }: Frame<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of first_event) counts.set(event, (counts.get(event) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
