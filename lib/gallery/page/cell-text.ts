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

export interface CellKind {
  readonly numeric: boolean;
  /** A number of something, unlike a year, a position or an id. */
  readonly amount?: boolean;
}

/** What a cell shows, and the whole value where that is more. */
export function shownCell(
  value: string,
  { numeric, amount = false }: CellKind,
): { readonly text: string; readonly title: string | undefined } {
  if (!numeric) return { text: value, title: value.length > WHOLE_TEXT_CHARACTERS ? value : undefined };
  const short = shortNumber(value);
  const text = amount ? withThousands(short) : short;
  return { text, title: text === value ? undefined : value };
}

/** Commas in the digits before the point. */
function withThousands(number: string): string {
  return number.replace(/^-?\d+(?![\d]*e)/, (digits) => digits.replaceAll(/\B(?=(\d{3})+$)/g, ","));
}
