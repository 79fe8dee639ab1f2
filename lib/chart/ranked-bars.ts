/** Horizontal bars, one for each name, in the order given. */
import { shortLabels } from "../format/labels.ts";
import { type Axis, type Channel, type DataLayer, type LayeredPanel, labelLookup, type Position, quantitative, withRows } from "./spec.ts";
import { COLORS, FONT_SIZE, PANEL } from "./theme.ts";

export interface RankedBar {
  /** At the left of the bar; of more than 36 characters the middle is left out. */
  readonly name: string;
  /** Length from zero, on a linear axis. */
  readonly value: number;
  /** At the end of the bar. */
  readonly label: string;
  /** Default: the neutral gray. */
  readonly color?: string;
  /** A line from one end of the value's interval to the other; its label is after it. */
  readonly interval?: { readonly lo: number; readonly hi: number };
}

export interface RankedBarsOptions {
  readonly bars: readonly RankedBar[];
  readonly x: Axis;
  readonly width?: number;
}

/** Height of a row, also of ranges: panels of either kind fit next to each other. */
export const ROW_STEP = 30;

/** Bars from top to bottom with their labels. Equal names stay apart: the position is the rank. */
export function rankedBars({ bars, x, width = PANEL.width }: RankedBarsOptions): LayeredPanel {
  const color: Channel<"color"> = { field: "color", type: "nominal", scale: null };
  const rows = bars.map((bar, rank) => ({
    rank,
    value: bar.value,
    label: bar.label,
    labelAt: Math.max(bar.value, bar.interval?.hi ?? 0),
    color: bar.color ?? COLORS.light.neutral,
  }));
  const intervals: DataLayer = {
    data: { values: bars.flatMap(({ interval }, rank) => (interval ? [{ rank, ...interval }] : [])) },
    mark: { type: "rule", strokeWidth: 1.6, color: COLORS.light.text },
    encoding: { x: quantitative("lo", x), x2: { field: "hi" } },
  };
  const y = rankAxis(bars.map(({ name }) => name));
  return {
    width,
    height: { step: ROW_STEP },
    data: { values: rows },
    encoding: { y: { field: "rank", ...y }, x: quantitative("value", x) },
    layer: [
      { mark: { type: "bar", height: { band: 0.72 } }, encoding: { color } },
      {
        mark: { type: "text", align: "left", dx: 6, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
        encoding: { x: quantitative("labelAt", x), text: { field: "label", type: "nominal" } },
      },
      ...withRows([intervals]),
    ],
  };
}

/** A band axis over ranks 0, 1, 2 … that shows names, without their middle where they are long. */
export function rankAxis(names: readonly string[]): Omit<Position, "field"> {
  const ranks = names.map((_, rank) => rank);
  return {
    type: "ordinal",
    title: null,
    sort: null,
    // Without it, rows that a layer has nothing of would come last.
    scale: { domain: ranks },
    axis: {
      labelExpr: labelLookup(ranks, shortLabels(names)),
      ticks: false,
      domain: false,
      grid: false,
      labelPadding: 8,
    },
  };
}
