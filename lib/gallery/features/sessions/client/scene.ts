/** What a timeline shows, and where on its canvas. */
import type { Parts } from "../../../../trace/context.ts";
import type { Timeline } from "../../../../trace/timeline.ts";
import type { Colors } from "./colors.ts";
import type { Layout } from "./layout.ts";
import type { View } from "./view.ts";

export interface Scene {
  readonly timeline: Timeline;
  /** What is in the context of each step; empty where it is not known. */
  readonly contexts: readonly (Parts | null)[];
  readonly layout: Layout;
  readonly view: View;
  readonly byClock: boolean;
  /** Chosen step, 0-based. */
  readonly cursor: number | null;
  /** The step that the mouse points at, here or in the table. */
  readonly pointed: number | null;
  readonly colors: Colors;
  readonly font: string;
}

// CSS pixels from the top.
export const TIMES_Y = 10;
export const BLOCKS = { top: 18, bottom: 30 };
export const GAPS_Y = 41;
export const MARKS_Y = 62;
export const TOKENS = { top: 72, bottom: 262 };
export const CONTEXT = { top: 294, bottom: 414 };
export const OUTPUT = { top: 446, bottom: 502 };
export const COST = { top: 538, bottom: 580 };
/** Above those of helpers. */
export const ROW_NAMES = ["Request", "Work", "Model", "Tools", "Wait"] as const;
const ROWS_TOP = 596;
const ROW_SPACE = 5;
export const ROW_HEIGHT = 15;

/** Left of the lanes, for the numbers of their axes. */
export const GUTTER = 62;
export const RIGHT = 8;

export function rowTop(row: number): number {
  return ROWS_TOP + row * (ROW_HEIGHT + ROW_SPACE);
}

/** What is below the rows, from the top: there are as many as helpers need. */
export function placesBelow({ helpers }: Layout) {
  const rows = ROW_NAMES.length + helpers.reduce((most, { row }) => Math.max(most, row === null ? 0 : row + 1), 0);
  const rowsBottom = rowTop(rows);
  return { rowsBottom, steps: rowsBottom + 12, track: rowsBottom + 26, height: rowsBottom + 34 };
}

/** Where a place of the layout is on the canvas, and back. */
export function scaleOf(view: View, width: number) {
  const perUnit = (width - GUTTER - RIGHT) / (view.to - view.from);
  return {
    perUnit,
    x: (at: number) => GUTTER + (at - view.from) * perUnit,
    at: (x: number) => view.from + (x - GUTTER) / perUnit,
  };
}
