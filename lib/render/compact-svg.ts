/** Vega writes coordinates with up to 17 digits, and elements and attributes that draw nothing. */

const TAG = /<[^>]*>/g;
const GEOMETRY = / (?:d|transform|x|y|x1|x2|y1|y2|width|height|r|cx|cy)="[^"]*"/g;
const LONG_NUMBER = /-?\d+\.\d{3,}(?:e-?\d+)?/g;
const EMPTY_PATH = /<path [^>]*d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g;
const OPAQUE = ' opacity="1"';

/** The same drawing in fewer bytes: coordinates to a hundredth of a pixel. @param svg as Vega writes it: tags hold no `>` but their last */
export function compactSvg(svg: string): string {
  return svg.replace(EMPTY_PATH, "").replace(TAG, (tag) => tag.replaceAll(OPAQUE, "").replace(GEOMETRY, rounded));
}

function rounded(attribute: string): string {
  return attribute.replace(LONG_NUMBER, (number) => String(Math.round(Number(number) * 100) / 100));
}
