/** Which characters the bundled fonts can draw. Others would be drawn with a font of the machine, and differ from one to the next. */

import { faces } from "./faces.ts";

/** Controls, unassigned and private code points, lone surrogates, line and paragraph separators, direction marks. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/u;

let covered: ReadonlySet<number> | undefined;

/**
 * The text with every character that a figure cannot show as itself (a glyph that a bundled face lacks, a control
 * character) spelled as its code point: `中` becomes `\u{4e2d}`. Printable text comes back unchanged.
 */
export function printable(text: string): string {
  if (isPlainAscii(text)) return text;
  return Array.from(text, (character) => (isCovered(character) ? character : escaped(character))).join("");
}

/** The first character that the bundled fonts cannot show, or null. */
export function uncoveredGlyph(text: string): string | null {
  if (isPlainAscii(text)) return null;
  return Array.from(text).find((character) => !isCovered(character)) ?? null;
}

/** `\u{4e2d}` */
function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function isPlainAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function isCovered(character: string): boolean {
  return !INVISIBLE.test(character) && coverage().has(character.codePointAt(0) ?? 0);
}

/** Code points that every bundled face has. */
function coverage(): ReadonlySet<number> {
  if (covered) return covered;
  const [first = new Set<number>(), ...others] = faces().map(({ characterSet }) => new Set(characterSet));
  covered = new Set([...first].filter((codePoint) => others.every((face) => face.has(codePoint))));
  return covered;
}
