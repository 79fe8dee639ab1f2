/** Columns of text and small bars to the right of a panel with a row for each name: what is drawn can be read as numbers next to it. */
import { rankAxis } from "./ranked-bars.ts";
import { type Channel, type DataLayer, type LayeredPanel, type Position, withRows } from "./spec.ts";
import { textWidth } from "./text-width.ts";
import { COLORS, FONT_SIZE } from "./theme.ts";

export interface SideColumn {
  readonly heading: string;
  /** CSS pixels, at least; a column with longer texts is as wide as they need. */
  readonly width: number;
  /** From the first row to the last, right-aligned; empty for none. */
  readonly texts: readonly string[];
  /** A bar at the left of each text. */
  readonly bars?: {
    /** Of the longest bar that there can be. */
    readonly shares: readonly number[];
    /** Default: the neutral gray. */
    readonly color?: string;
  };
}

/** From the plot to the first column, and between columns. */
const GAP = 14;
const BAR_SHARE = 0.46;
const BAR_HEIGHT = 9;

/**
 * The panel with columns at its right.
 * @param panel of fixed width, with `rankAxis(names)` as its y axis
 */
export function withSideColumns(
  panel: LayeredPanel & { readonly width: number },
  names: readonly string[],
  columns: readonly SideColumn[],
): LayeredPanel {
  const y: Position = { field: "rank", ...rankAxis(names) };
  const fitting = columns.map((column) => ({ ...column, width: Math.max(column.width, ...column.texts.map(leastWidthOf)) }));
  const placed = fitting.map((column, i) => ({ ...column, left: panel.width + GAP + leftOf(fitting, i) }));
  const headings = placed.map(({ heading, left, width }) => ({ x: left + width, text: heading }));
  const cells = placed.flatMap(({ texts, left, width }) => texts.map((text, rank) => ({ rank, x: left + width, text })));
  const bars = placed.flatMap(({ bars, left, width }) =>
    (bars?.shares ?? []).map((share, rank) => ({
      rank,
      x: left,
      end: left + share * BAR_SHARE * width,
      color: bars?.color ?? COLORS.light.neutral,
    })),
  );
  const color: Channel<"color"> = { field: "color", type: "nominal", scale: null };
  const rule: DataLayer = {
    data: { values: bars.filter(({ x, end }) => end > x) },
    mark: { type: "rule", strokeWidth: BAR_HEIGHT },
    encoding: { x: inPixels("x"), x2: { field: "end" }, y, color },
  };
  const text = { type: "text", align: "right", baseline: "middle", fontSize: FONT_SIZE.annotation } as const;
  const heading: DataLayer = {
    data: { values: headings },
    mark: { ...text, baseline: "bottom", color: COLORS.light.muted },
    encoding: { x: inPixels("x"), y: { value: -6 }, text: { field: "text", type: "nominal" } },
  };
  const cell: DataLayer = {
    data: { values: cells.filter((entry) => entry.text !== "") },
    mark: { ...text, color: COLORS.light.text },
    encoding: { x: inPixels("x"), y, text: { field: "text", type: "nominal" } },
  };
  return { ...panel, layer: [...panel.layer, ...withRows([rule, cell, heading])] };
}

/** So that a text keeps half the gap to the column before it. */
function leastWidthOf(text: string): number {
  return Math.ceil(textWidth(text, FONT_SIZE.annotation) - GAP / 2);
}

function leftOf(columns: readonly SideColumn[], index: number): number {
  return columns.slice(0, index).reduce((left, { width }) => left + width + GAP, 0);
}

function inPixels(field: string): Position {
  return { field, type: "quantitative", scale: null, axis: null };
}
