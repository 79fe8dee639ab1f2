/** How far characters of the bundled font reach; in a browser, advances-browser.ts takes the place of this module. */
import { at } from "../stats/known.ts";
import { faces } from "./faces.ts";

/** Places of the weights in `faces`. */
const FACE_OF = { normal: 0, bold: 1 } as const;

export type FontWeight = keyof typeof FACE_OF;

/** In units of the font size. */
export function advanceOf(character: string, weight: FontWeight): number {
  const face = at(faces(), FACE_OF[weight]);
  return face.glyphForCodePoint(character.codePointAt(0) ?? 0).advanceWidth / face.unitsPerEm;
}
