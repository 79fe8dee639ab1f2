/**
 * Printed numbers, exact to the digit: the binary value is rounded, ties go to the even digit, as `printf` of C and
 * the format strings of Python do. `Number.toFixed` differs in ties only: it takes the larger digit.
 */

import { power } from "../stats/power.ts";

/** Decimals behind a tie that are enough to distinguish it from its neighbors: doubles carry 17 significant digits. */
const TIE_DIGITS = 20;
const TIE_TAIL = `5${"0".repeat(TIE_DIGITS - 1)}`;
/** From here on `toFixed` switches to exponents and every double is an integer. */
const TO_FIXED_LIMIT = 1e21;

/** `%.{digits}f`: `12.5` with 0 digits is `12`, `-0.001` with 2 digits is `-0.00`. `digits`: 0 to 80. Throws on non-finite values. */
export function toFixedHalfEven(value: number, digits: number): string {
  requireFinite(value);
  if (Math.abs(value) >= TO_FIXED_LIMIT) return BigInt(value).toString() + (digits > 0 ? `.${"0".repeat(digits)}` : "");
  if (Object.is(value, -0)) return `-${(0).toFixed(digits)}`;
  return roundedTie(value.toFixed(digits), value.toFixed(digits + TIE_DIGITS), digits);
}

/** `%.{digits - 1}e` with an exponent of at least two digits: `1.04858e+06`. `digits`: significant digits, 1 to 80. */
export function toExponentHalfEven(value: number, digits: number): string {
  const { mantissa, exponent } = scientific(value, digits);
  return withExponent(mantissa, exponent);
}

/**
 * `%.{digits}g`: at most `digits` significant digits (6 unless given), no trailing zeros; exponent form below 1e-4 and
 * from 10^digits on: `0.5`, `64`, `1.04858e+06`.
 */
export function formatG(value: number, digits = 6): string {
  const { mantissa, exponent } = scientific(value, digits);
  if (exponent < -4 || exponent >= digits) return withExponent(withoutTrailingZeros(mantissa), exponent);
  return withoutTrailingZeros(toFixedHalfEven(value, digits - 1 - exponent));
}

/** The number rounded to `digits` decimals, ties to even: `roundHalfEven(2.5)` is 2. Never -0. */
export function roundHalfEven(value: number, digits = 0): number {
  return Number(toFixedHalfEven(value, digits)) + 0;
}

/** `1,234,567.9`: thousands separated by commas, `digits` decimals, a minus sign. */
export function grouped(value: number, digits = 0): string {
  return withMinus(separated(value, digits));
}

/** The same with a hyphen, as in published tables: `-1,234.5`, `-0.0`. */
export function separated(value: number, digits = 0): string {
  const [whole = "", fraction] = toFixedHalfEven(value, digits).split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
}

/** A number's text with a minus sign (U+2212) in place of its hyphen, and none before a zero. */
export function withMinus(text: string): string {
  const unsigned = text.replace(/^-/, "");
  return unsigned === text || !/[1-9]/.test(unsigned) ? unsigned : `\u2212${unsigned}`;
}

/** Shares closer than this to nothing or to all differ by the noise of sums. */
const NOISE = 1e-9;

/**
 * A share of one as a percentage: `percent(0.125, 1)` is `12.5%`. What is not all is never `100.0%` but `>99.9%`, and what is not
 * nothing never `0.0%` but `<0.1%`. The share of nothing is null, see `ratio`: `–`.
 */
export function percent(share: number | null, digits = 0): string {
  if (share === null) return NONE;
  const text = toFixedHalfEven(share * 100, digits);
  const step = 1 / power(10, digits);
  if (share > NOISE && Number(text) === 0) return `<${toFixedHalfEven(step, digits)}%`;
  if (share < 1 - NOISE && Number(text) === 100) return `>${toFixedHalfEven(100 - step, digits)}%`;
  return `${withMinus(text)}%`;
}

/** What is written where there is no number. */
export const NONE = "–";

/** US dollars: two decimals, below one cent two significant digits, thousands separated: `$1,234.50`, `$0.0042`, `-$3.00`. */
export function money(usd: number): string {
  const amount = Math.abs(usd);
  const digits = amount > 0 && amount < 0.01 ? 1 - scientific(amount, 2).exponent : 2;
  return `${usd < 0 ? "-" : ""}$${grouped(amount, digits)}`;
}

/** Tick of an axis of dollars: `$0`, `$0.005`, `$2.5`, `$1,000`. */
export function dollarTick(usd: number): string {
  return `$${Math.abs(usd) < 1 ? formatG(usd) : grouped(usd, Number.isInteger(usd) ? 0 : 1)}`;
}

function scientific(value: number, digits: number): { mantissa: string; exponent: number } {
  requireFinite(value);
  const [mantissa = "", exponent = "0"] = value.toExponential(digits - 1).split("e");
  const [exact = ""] = value.toExponential(digits - 1 + TIE_DIGITS).split("e");
  // A tie that carries into the next power of ten (9.5 to 1e+1) ends in an odd 9, so the rounded mantissa is right.
  return { mantissa: roundedTie(mantissa, exact, digits - 1), exponent: Number(exponent) };
}

/** `rounded` unless `exact` is halfway and its digit at the cut is even: then the value cut there. */
function roundedTie(rounded: string, exact: string, digits: number): string {
  if (!isTie(exact)) return rounded;
  const cut = digits === 0 ? exact.slice(0, -TIE_DIGITS - 1) : exact.slice(0, -TIE_DIGITS);
  return Number(cut.at(-1)) % 2 === 0 ? cut : rounded;
}

function isTie(exact: string): boolean {
  return exact.endsWith(TIE_TAIL);
}

function withExponent(mantissa: string, exponent: number): string {
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function withoutTrailingZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

function requireFinite(value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`cannot print ${value} as a decimal number`);
}
