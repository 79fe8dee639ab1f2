/** What went wrong in a drawn scene: marks without a place, text that was cut or that no bundled font has. */
import { textMetrics, type View } from "vega";
import { uncoveredGlyph } from "../chart/glyphs.ts";
import { known } from "../stats/known.ts";
import { type Item, linesOf, rootOf, visit } from "./scene.ts";

/** Throws, naming the figure, for marks without a place, text cut by a limit, and characters that no bundled font has. */
export function checkScene(figure: string, view: View): void {
  visit(rootOf(view), 0, 0, (item) => {
    checkPlace(figure, item);
    if (item.mark.marktype === "text") checkText(figure, item);
  });
}

/** A zero on a log scale or a missing value gives a mark no place, and it vanishes without a word. */
function checkPlace(figure: string, item: Item): void {
  if (item.defined === false) return;
  const lost = (["x", "y", "x2", "y2", "width", "height"] as const).find(
    (side) => item[side] !== undefined && !Number.isFinite(item[side]),
  );
  if (lost) {
    const row = JSON.stringify(item.datum);
    throw new Error(
      `figure ${figure}: a ${item.mark.marktype} has no ${lost} (${item[lost]}); a zero on a log scale or a missing value? Row: ${row}`,
    );
  }
}

function checkText(figure: string, item: Item): void {
  for (const line of linesOf(item)) {
    const glyph = uncoveredGlyph(line);
    if (glyph)
      throw new Error(
        `figure ${figure}: no bundled font has ${JSON.stringify(glyph)} (U+${codePoint(glyph)}) of the label ${JSON.stringify(line)}`,
      );
    if (isTruncated(item, line))
      throw new Error(`figure ${figure}: the label ${JSON.stringify(line)} is cut at ${item.limit} px; shorten it or raise the limit`);
  }
}

function isTruncated(item: Item, line: string): boolean {
  const limit = item.limit ?? 0;
  return limit > 0 && textMetrics.width({ ...item, limit: 0 }, line) >= limit;
}

function codePoint(glyph: string): string {
  return known(glyph.codePointAt(0)).toString(16).toUpperCase().padStart(4, "0");
}
