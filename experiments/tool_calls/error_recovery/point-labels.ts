/** Places for the labels of circles where no label covers another label or another circle. */

import { textWidth } from "../../../lib/chart/text-width.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";

export interface PointLabel {
  readonly text: string;
  readonly color: string;
  /** Center of the circle in CSS pixels from the top left. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface PlacedLabel {
  readonly label: PointLabel;
  readonly left: number;
  /** Of the height of the line. */
  readonly middle: number;
}

const LINE_PX = 18;
const GAP_PX = 5;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** In the order given, the first place that is free: right, left, above, below. A label without one is left out. */
export function labelsWithoutOverlap(
  labels: readonly PointLabel[],
  plot: { readonly width: number; readonly height: number },
): PlacedLabel[] {
  const taken: Box[] = [];
  return labels.flatMap((label) => {
    const free = placesOf(label).find(
      ({ box }) => isInside(box, plot) && !taken.some((other) => overlap(box, other)) && !covers(box, label, labels),
    );
    if (!free) return [];
    taken.push(free.box);
    return [{ label, left: free.box.left, middle: (free.box.top + free.box.bottom) / 2 }];
  });
}

function placesOf({ text, x, y, radius }: PointLabel): { readonly box: Box }[] {
  const width = textWidth(text, FONT_SIZE.annotation);
  const beyond = radius + GAP_PX;
  const at = (left: number, middle: number) => ({
    box: { left, right: left + width, top: middle - LINE_PX / 2, bottom: middle + LINE_PX / 2 },
  });
  const above = y - beyond - LINE_PX / 2;
  const below = y + beyond + LINE_PX / 2;
  const lines = [0, 1].flatMap((line) => [above - line * LINE_PX, below + line * LINE_PX]);
  return [
    at(x + beyond, y),
    at(x - beyond - width, y),
    ...lines.flatMap((middle) => [at(x - width / 2, middle), at(x, middle), at(x - width, middle)]),
  ];
}

function isInside({ left, right, top, bottom }: Box, { width, height }: { readonly width: number; readonly height: number }): boolean {
  return left >= 0 && right <= width && top >= 0 && bottom <= height;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function covers(box: Box, own: PointLabel, labels: readonly PointLabel[]): boolean {
  return labels.some((other) => other !== own && overlap(box, boxAround(other)));
}

function boxAround({ x, y, radius }: PointLabel): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}
