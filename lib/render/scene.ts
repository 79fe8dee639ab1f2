/** Reads the drawn scene: where its items are, and labels in one another's way. Browsers do so, too. */

import type { View } from "vega";

export interface Item {
  readonly mark: Mark;
  readonly x?: number;
  readonly y?: number;
  readonly x2?: number;
  readonly y2?: number;
  readonly width?: number;
  readonly height?: number;
  readonly opacity?: number;
  readonly fillOpacity?: number;
  readonly angle?: number;
  readonly defined?: boolean;
  readonly limit?: number;
  readonly text?: unknown;
  /** The row it draws. */
  readonly datum?: unknown;
  /** For screen readers, in an SVG. */
  description?: string | undefined;
  readonly items?: readonly Mark[];
  readonly bounds: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
}

/** With its items; the outermost is the root of a scene. */
export interface Mark {
  readonly marktype: string;
  readonly role?: string;
  readonly name?: string;
  readonly items: readonly Item[];
}

interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

interface Label extends Box {
  readonly item: Item;
  readonly lines: readonly string[];
}

/** Width and height of the picture in CSS pixels, and where the scene's origin is in it. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly originX: number;
  readonly originY: number;
}

/** Text bounds include line spacing; labels whose boxes share no more than this (CSS pixels) do not touch on paper. */
const OVERLAP_TOLERANCE = 3;

/** What the labels of a picture say. */
export function labelTexts(view: View, frame: Frame): string[] {
  return visibleLabels(view, frame).map(({ lines }) => lines.join(" "));
}

/** Plain sentences about labels that are cut off by the edge of the picture or that overlap. */
export function layoutProblems(view: View, frame: Frame): string[] {
  const labels = visibleLabels(view, frame);
  const cut = labels.filter((label) => !isInside(label, frame)).map((label) => `${quoted(label)} is cut off by the edge`);
  return [...cut, ...overlaps(labels).map(([a, b]) => `${quoted(a)} overlaps ${quoted(b)}`)];
}

/** Axes, legends and panels keep their descriptions; those of thousands of single marks are most of an SVG. */
export function forgetDescriptionsOfMarks(view: View): void {
  visit(rootOf(view), 0, 0, (item) => {
    if (item.mark.marktype !== "group") item.description = undefined;
  });
}

/** How many items are drawn, groups included. */
export function countItems(view: View): number {
  let count = 0;
  visit(rootOf(view), 0, 0, () => {
    count += 1;
  });
  return count;
}

function visibleLabels(view: View, frame: Frame): Label[] {
  const labels: Label[] = [];
  visit(rootOf(view), frame.originX, frame.originY, (item, dx, dy) => {
    const lines = item.mark.marktype === "text" && isVisible(item) ? linesOf(item) : [];
    if (lines.some((line) => line.trim() !== "")) labels.push({ item, lines, ...moved(item.bounds, dx, dy) });
  });
  return labels;
}

function isVisible(item: Item): boolean {
  return item.opacity !== 0 && item.fillOpacity !== 0;
}

function isInside(box: Box, frame: Frame): boolean {
  const tolerance = OVERLAP_TOLERANCE;
  return box.x1 >= -tolerance && box.y1 >= -tolerance && box.x2 <= frame.width + tolerance && box.y2 <= frame.height + tolerance;
}

/** Pairs of upright labels that share area; a label over its own halo does not count. Sorted by left edge, so that each meets its neighbors only. */
function overlaps(labels: readonly Label[]): [Label, Label][] {
  const upright = labels.filter((label) => (label.item.angle ?? 0) % 90 === 0).sort((a, b) => a.x1 - b.x1);
  const pairs: [Label, Label][] = [];
  for (const [i, left] of upright.entries()) {
    for (const right of upright.slice(i + 1)) {
      if (right.x1 >= left.x2 - OVERLAP_TOLERANCE) break;
      if (Math.min(left.y2, right.y2) - Math.max(left.y1, right.y1) > OVERLAP_TOLERANCE && !isHalo(left, right)) pairs.push([left, right]);
    }
  }
  return pairs;
}

function isHalo(a: Label, b: Label): boolean {
  const center = ({ x1, x2 }: Box) => (x1 + x2) / 2;
  return a.lines.join("\n") === b.lines.join("\n") && Math.abs(center(a) - center(b)) < 1;
}

export function visit(mark: Mark, dx: number, dy: number, see: (item: Item, dx: number, dy: number) => void): void {
  for (const item of mark.items) {
    see(item, dx, dy);
    for (const inner of item.items ?? []) visit(inner, dx + (item.x ?? 0), dy + (item.y ?? 0), see);
  }
}

export function rootOf(view: View): Mark {
  return view.scenegraph().root;
}

export function linesOf(item: Item): string[] {
  const { text } = item;
  if (text === null || text === undefined) return [];
  return (Array.isArray(text) ? text : [text]).map(String);
}

function moved({ x1, y1, x2, y2 }: Box, dx: number, dy: number): Box {
  return { x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy };
}

function quoted(label: Label): string {
  return JSON.stringify(label.lines.join(" "));
}
