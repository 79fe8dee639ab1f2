/** How far apart two values are: cells of tables, and numbers inside the text of a headline. */
import { at } from "../../../stats/known.ts";

export interface NumberChange {
  readonly before: number;
  readonly after: number;
  readonly absolute: number;
  /** Difference over the size of the value before; null when that was 0. */
  readonly relative: number | null;
}

const NUMERIC_CELL = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Numbers closer than this share of their size are equal: sums in another order differ in their last digits. */
const NOISE = 1e-12;

export function numberChange(before: number, after: number): NumberChange {
  const absolute = after - before;
  return { before, after, absolute, relative: before === 0 ? null : absolute / Math.abs(before) };
}

/** Null when the cells are the same, up to noise. */
export function cellChange(before: string, after: string): { readonly number: NumberChange | null } | null {
  if (before === after) return null;
  if (!NUMERIC_CELL.test(before) || !NUMERIC_CELL.test(after)) return { number: null };
  const number = numberChange(Number(before), Number(after));
  return Math.abs(number.absolute) <= NOISE * Math.max(Math.abs(number.before), Math.abs(number.after)) ? null : { number };
}

/** A number in running text: grouped by commas, with the letter of its magnitude. */
const TEXT_NUMBER = /-?\d[\d,]*(?:\.\d+)?(?:([kKMB])(?![A-Za-z]))?/g;
const MAGNITUDES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, B: 1e9 };

export interface TextChange {
  /** One per number of the text, when the words around them are the same; else none. */
  readonly numbers: readonly NumberChange[];
  /** All numbers are percentages: differences are percentage points. */
  readonly percent: boolean;
}

/** `9.8 h` and `10.2 h` differ by 0.4; `45.0s` and `1.2m` only differ. */
export function textChange(before: string, after: string): TextChange {
  const [a, b] = [numbersIn(before), numbersIn(after)];
  if (a.words !== b.words) return { numbers: [], percent: false };
  return {
    numbers: a.numbers.map((value, i) => numberChange(value, at(b.numbers, i))),
    percent: /#/.test(a.words) && !/#(?!%)/.test(a.words),
  };
}

/** The values, and the text with a mark in the place of each. */
function numbersIn(text: string): { readonly numbers: readonly number[]; readonly words: string } {
  const numbers: number[] = [];
  const words = text.replace(TEXT_NUMBER, (match, magnitude: string | undefined) => {
    const digits = (magnitude === undefined ? match : match.slice(0, -1)).replaceAll(",", "");
    numbers.push(Number(digits) * (MAGNITUDES[magnitude ?? ""] ?? 1));
    return "#";
  });
  return { numbers, words };
}
