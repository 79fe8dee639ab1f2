/** How a cell of a CSV file is shown. */

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Text that a cell shows without being cut off by the style sheet. */
const WHOLE_TEXT_CHARACTERS = 36;

/** A number for a narrow column: at most six significant digits after a decimal point; whole numbers stay whole. */
export function shortNumber(cell: string): string {
  if (!NUMBER.test(cell) || !/[.e]/i.test(cell)) return cell;
  const value = Number(cell);
  const short = String(Number(value.toPrecision(6)));
  return Math.abs(value) >= 1e6 && Math.abs(value) < 1e15 ? String(Math.round(value)) : short.length < cell.length ? short : cell;
}

/** What a cell shows, and the whole value where that is more. */
export function shownCell(value: string, numeric: boolean): { readonly text: string; readonly title: string | undefined } {
  if (!numeric) return { text: value, title: value.length > WHOLE_TEXT_CHARACTERS ? value : undefined };
  const text = shortNumber(value);
  return { text, title: text === value ? undefined : value };
}
