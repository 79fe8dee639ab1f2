/** lib/chart/glyphs.ts in a browser, which has a font for every character: only what is invisible is spelled as its code point. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

export function printable(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
