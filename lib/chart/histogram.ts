/** Histograms: outlines of several series over one axis. */
import { colorBySeries, type LegendText } from "./series.ts";
import { type Axis, type Panel, quantitative } from "./spec.ts";
import { PANEL, providerOrder, providerTitle } from "./theme.ts";

export interface HistogramBin {
  readonly series: string;
  /** Edges in the unit of the axis (positions on a token axis). */
  readonly lo: number;
  readonly hi: number;
  readonly y: number;
}

export interface HistogramOptions {
  /** Ascending and without gaps within a series. */
  readonly bins: readonly HistogramBin[];
  readonly x: Axis;
  readonly y: Axis;
  /** All series of a figure whose panels hold different ones, so that colors agree. Default: those of the bins. */
  readonly series?: readonly string[];
  /** Default: the provider's title. */
  readonly legend?: LegendText;
  readonly width?: number;
  readonly height?: number;
}

/** One outline per series over a faint fill, from the left edge of its first bin to the right edge of its last. */
export function outlineHistogram({
  bins,
  x,
  y,
  series = bins.map((bin) => bin.series),
  legend = providerTitle,
  width = PANEL.width,
  height = PANEL.height,
}: HistogramOptions): Panel {
  const names = providerOrder(series);
  const values = names.flatMap((name) => outline(bins.filter((bin) => bin.series === name)));
  return {
    width,
    height,
    data: { values },
    encoding: {
      x: quantitative("x", x),
      y: { field: "y", type: "quantitative", stack: null, ...y },
      color: colorBySeries(names, legend),
    },
    layer: [
      { mark: { type: "area", interpolate: "step-after", opacity: 0.12 } },
      { mark: { type: "line", interpolate: "step-after", strokeWidth: 2, strokeJoin: "miter" } },
    ],
  };
}

function outline(bins: readonly HistogramBin[]): { series: string; x: number; y: number }[] {
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last) return [];
  return [
    { series: first.series, x: first.lo, y: 0 },
    ...bins.map(({ series, lo, y }) => ({ series, x: lo, y })),
    { series: last.series, x: last.hi, y: last.y },
    { series: last.series, x: last.hi, y: 0 },
  ];
}
