/** How wide a text of a figure is, for layout that the grammar has no words for. */
import { at } from "../stats/known.ts";
import { faces } from "./faces.ts";

/** Places of the weights in `faces`. */
const FACE_OF = { normal: 0, bold: 1 } as const;

export type FontWeight = keyof typeof FACE_OF;

/** Of characters, in units of the font size. */
const advances: Readonly<Record<FontWeight, Map<string, number>>> = { normal: new Map(), bold: new Map() };

/**
 * CSS pixels of a line in the bundled font. Kerning is left out, which takes a fraction of a pixel off some pairs of letters.
 * @param fontSize CSS pixels
 */
export function textWidth(text: string, fontSize: number, weight: FontWeight = "normal"): number {
  return fontSize * Array.from(text, (character) => advanceOf(character, weight)).reduce((sum, advance) => sum + advance, 0);
}

/** CSS pixels of the longest of some lines; 0 for none. */
export function widestOf(lines: readonly string[], fontSize: number, weight: FontWeight = "normal"): number {
  return Math.max(0, ...lines.map((line) => textWidth(line, fontSize, weight)));
}

function advanceOf(character: string, weight: FontWeight): number {
  const known = advances[weight].get(character);
  if (known !== undefined) return known;
  const face = at(faces(), FACE_OF[weight]);
  const advance = face.glyphForCodePoint(character.codePointAt(0) ?? 0).advanceWidth / face.unitsPerEm;
  advances[weight].set(character, advance);
  return advance;
}
