/** How wide a text of a figure is, for layout that the grammar has no words for. */
import { advanceOf, type FontWeight } from "./advances.ts";

const advances: Readonly<Record<FontWeight, Map<string, number>>> = { normal: new Map(), bold: new Map() };

/**
 * CSS pixels of a line in the bundled font. Kerning is left out, which takes a fraction of a pixel off some pairs of letters.
 * @param fontSize CSS pixels
 */
export function textWidth(text: string, fontSize: number, weight: FontWeight = "normal"): number {
  return fontSize * Array.from(text, (character) => cached(character, weight)).reduce((sum, advance) => sum + advance, 0);
}

/** CSS pixels of the longest of some lines; 0 for none. */
export function widestOf(lines: readonly string[], fontSize: number, weight: FontWeight = "normal"): number {
  return Math.max(0, ...lines.map((line) => textWidth(line, fontSize, weight)));
}

/** The first text that needs at most `width` CSS pixels; empty where none does. */
export function firstFitting(texts: readonly string[], width: number, fontSize: number, weight: FontWeight = "normal"): string {
  return texts.find((text) => textWidth(text, fontSize, weight) <= width) ?? "";
}

function cached(character: string, weight: FontWeight): number {
  const known = advances[weight].get(character);
  if (known !== undefined) return known;
  const advance = advanceOf(character, weight);
  advances[weight].set(character, advance);
  return advance;
}
