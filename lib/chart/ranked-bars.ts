/** Horizontal bars, one for each name, in the order given. */
import { shortLabel } from "../format/labels.ts";
import { type Axis, type Channel, type DataLayer, type LayeredPanel, labelLookup, type Position, quantitative, withRows } from "./spec.ts";
import { COLORS, FONT_SIZE, PANEL } from "./theme.ts";

export interface RankedBar {
  /** At the left of the bar; cut at 36 characters. */
  readonly name: string;
  /** Length from zero, on a linear axis. */
  readonly value: number;
  /** At the end of the bar. */
  readonly label: string;
  /** Default: the neutral gray. */
  readonly color?: string;
  /** A thin bar inside, for a part of the value; none for 0. */
  readonly inner?: { readonly value: number; readonly color: string };
}

export interface RankedBarsOptions {
  readonly bars: readonly RankedBar[];
  readonly x: Axis;
  readonly width?: number;
}

const BAR_STEP = 30;

/** Bars from top to bottom with their labels. Equal names stay apart: the position is the rank. */
export function rankedBars({ bars, x, width = PANEL.width }: RankedBarsOptions): LayeredPanel {
  const color: Channel<"color"> = { field: "color", type: "nominal", scale: null };
  const rows = bars.map((bar, rank) => ({ rank, value: bar.value, label: bar.label, color: bar.color ?? COLORS.light.neutral }));
  const innerRows = bars.flatMap(({ inner }, rank) => (inner && inner.value > 0 ? [{ rank, ...inner }] : []));
  const innerBars: DataLayer = { data: { values: innerRows }, mark: { type: "bar", height: { band: 0.28 } }, encoding: { color } };
  const y = rankAxis(bars.map(({ name }) => name));
  return {
    width,
    height: { step: BAR_STEP },
    data: { values: rows },
    encoding: { y: { field: "rank", ...y }, x: quantitative("value", x) },
    layer: [
      { mark: { type: "bar", height: { band: 0.72 } }, encoding: { color } },
      {
        mark: { type: "text", align: "left", dx: 6, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
        encoding: { text: { field: "label", type: "nominal" } },
      },
      ...withRows([innerBars]),
    ],
  };
}

/** A band axis over ranks 0, 1, 2 … that shows names, cut at 36 characters. */
export function rankAxis(names: readonly string[]): Omit<Position, "field"> {
  const ranks = names.map((_, rank) => rank);
  return {
    type: "ordinal",
    title: null,
    sort: null,
    axis: {
      labelExpr: labelLookup(
        ranks,
        names.map((name) => shortLabel(name)),
      ),
      ticks: false,
      domain: false,
      grid: false,
      labelPadding: 8,
    },
  };
}
