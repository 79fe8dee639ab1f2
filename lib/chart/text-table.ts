/** A small table drawn as text: statistics next to a chart, with swatches that serve as its legend. */
import { sumOf } from "../stats/sum.ts";
import type { Layer, Panel, Position } from "./spec.ts";
import { widestOf } from "./text-width.ts";
import { COLORS, FONT_SIZE } from "./theme.ts";

const ROW_HEIGHT = 24;
const SWATCH = { width: 26, height: 4 } as const;
const FIRST_COLUMN_X = 36;
/** Between the texts of neighboring columns, at least. */
const GAP = 14;

export interface TextTable {
  /** Headings; the first is above the names and may be empty. */
  readonly columns: readonly string[];
  readonly rows: readonly TextTableRow[];
  /** CSS pixels of the first column, including the swatch, at least. Default 150. */
  readonly nameWidth?: number;
  /** CSS pixels of each further column, at least. Default 86. */
  readonly columnWidth?: number;
}

export interface TextTableRow {
  /** Color of the swatch; null for none. */
  readonly color: string | null;
  /** One cell for each column. */
  readonly cells: readonly string[];
}

/** The table as a panel: left-aligned names, right-aligned values, one line each. */
export function textTable({ columns, rows, nameWidth = 150, columnWidth = 86 }: TextTable): Panel {
  const lines = [columns, ...rows.map((row) => row.cells)];
  const widths = columns.map((_, column) => {
    const widest = widestOf(
      lines.map((line) => line[column] ?? ""),
      FONT_SIZE.annotation,
    );
    return Math.ceil(column === 0 ? Math.max(nameWidth, FIRST_COLUMN_X + widest) : Math.max(columnWidth, widest + GAP));
  });
  const rightEdge = (column: number) => sumOf(widths.slice(0, column + 1), (each) => each);
  const width = rightEdge(columns.length - 1);
  const cells = lines.flatMap((line, row) =>
    line.map((text, column) => ({ text, row, column, x: column === 0 ? FIRST_COLUMN_X : rightEdge(column) })),
  );
  const swatches = rows.flatMap(({ color }, i) => (color === null ? [] : [{ x: 0, x2: SWATCH.width, row: i + 1, color }]));
  const inRow: Position = {
    field: "row",
    type: "quantitative",
    scale: { domain: [-0.5, lines.length - 0.5], reverse: true, nice: false, zero: false },
    axis: null,
  };
  const across: Position = { field: "x", type: "quantitative", scale: { domain: [0, width], nice: false }, axis: null };
  const texts = (align: "left" | "right"): Layer => ({
    data: { values: cells.filter(({ column, text }) => (column === 0) === (align === "left") && text !== "") },
    mark: { type: "text", align, baseline: "middle", fontSize: FONT_SIZE.annotation },
    encoding: {
      x: across,
      y: inRow,
      text: { field: "text", type: "nominal" },
      color: { condition: { test: "datum.row === 0", value: COLORS.light.muted }, value: COLORS.light.text },
    },
  });
  return {
    width,
    height: ROW_HEIGHT * lines.length,
    layer: [...(swatches.length === 0 ? [] : [swatchLayer(swatches, across, inRow)]), texts("left"), texts("right")],
  };
}

function swatchLayer(swatches: readonly object[], across: Position, inRow: Position): Layer {
  return {
    data: { values: swatches },
    mark: { type: "rule", strokeWidth: SWATCH.height, strokeCap: "round" },
    encoding: { x: across, x2: { field: "x2" }, y: inRow, color: { field: "color", type: "nominal", scale: null } },
  };
}
