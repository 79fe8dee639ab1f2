/** Values that are not of their column's type but can be read as it. */
import { at } from "../../../stats/known.ts";
import { BadLine } from "./bad-line.ts";
import type { Use } from "./keys.ts";

const BIGINT_MIN = -(2n ** 63n);
const BIGINT_MAX = 2n ** 63n - 1n;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;
/** Digits of a whole number that may still fit: more are out of range unless they are zeros. */
const MAX_SHIFT = 40;
const HALF_PAIR = /\p{Surrogate}/u;
const TRUE_WORDS = new Set(["true", "t", "yes", "y", "1"]);
const FALSE_WORDS = new Set(["false", "f", "no", "n", "0"]);

/**
 * JSON text of a value for a column of another type: `"12"` and `12.0` are integers, `"true"` and `1` are booleans, every
 * number and boolean is a text. Fractions round half away from zero, as DuckDB casts text.
 * @param source the value as it is spelled in the line
 * @throws BadLine when the value does not fit
 */
export function convert(path: string, use: Use, source: string): string {
  const text = scalarText(source);
  if (text === null) throw wrongType(path, use, source);
  switch (use) {
    case "BIGINT":
      return integerText(path, text, source);
    case "BOOLEAN":
      if (TRUE_WORDS.has(text.toLowerCase())) return "true";
      if (FALSE_WORDS.has(text.toLowerCase())) return "false";
      throw wrongType(path, use, source);
    default:
      if (HALF_PAIR.test(text)) throw new BadLine("wrong type", `\`${path}\` holds half a surrogate pair, which is not text`);
      return JSON.stringify(text);
  }
}

/** The text that a JSON string spells. */
function textOf(quoted: string): string {
  const text: string = JSON.parse(quoted);
  return text;
}

/** Text of a number, boolean or string; null for lists and objects. */
function scalarText(source: string): string | null {
  if (source.startsWith("{") || source.startsWith("[")) return null;
  return source.startsWith('"') ? textOf(source) : source;
}

function integerText(path: string, text: string, source: string): string {
  const value = roundDecimal(text.trim());
  if (value === null) throw wrongType(path, "BIGINT", source);
  if (value < BIGINT_MIN || value > BIGINT_MAX) throw new BadLine("out of range", `\`${path}\` is ${shorten(source)}, beyond 64 bits`);
  return String(value);
}

/** The whole number nearest to a decimal, halves away from zero; null when the text is not a decimal number. */
export function roundDecimal(text: string): bigint | null {
  const match = DECIMAL.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  const digits = whole + fraction;
  if (match === null || digits === "") return null;
  const shift = Number(exponent) - fraction.length;
  const magnitude = shift >= 0 ? shiftUp(BigInt(digits), shift) : shiftDown(digits, -shift);
  return sign === "-" ? -magnitude : magnitude;
}

function shiftUp(value: bigint, places: number): bigint {
  return value === 0n ? 0n : value * 10n ** BigInt(Math.min(places, MAX_SHIFT));
}

function shiftDown(digits: string, places: number): bigint {
  if (places > digits.length) return 0n;
  const whole = digits.slice(0, digits.length - places);
  const roundUp = at(digits, digits.length - places) >= "5";
  return BigInt(whole === "" ? "0" : whole) + (roundUp ? 1n : 0n);
}

const EXPECTED: Partial<Record<Use, string>> = { BIGINT: "an integer", BOOLEAN: "true or false" };

function wrongType(path: string, use: Use, source: string): BadLine {
  return new BadLine("wrong type", `\`${path}\` is ${shorten(source)}, not ${EXPECTED[use] ?? "a text"}`);
}

function shorten(source: string): string {
  return source.length > 60 ? `${source.slice(0, 60)}…` : source;
}
