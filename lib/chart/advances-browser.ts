/** `advances.ts` for browsers, which measure with the font that they draw with. */
import type { FontWeight } from "./advances.ts";
import { FONT_STACK } from "./font-stack.ts";

const FONT_SIZE = 100;
/** Of the bundled font, for browsers without this canvas. */
const USUAL = 0.64;

let drawing: OffscreenCanvasRenderingContext2D | null | undefined;

export function advanceOf(character: string, weight: FontWeight): number {
  drawing ??= typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(1, 1).getContext("2d");
  if (!drawing) return USUAL;
  drawing.font = `${weight} ${FONT_SIZE}px ${FONT_STACK}`;
  return drawing.measureText(character).width / FONT_SIZE;
}
