/** Clouds of points, merged where they would cover one another. */
import { mergedPoints } from "./merged-points.ts";
import { pixelOf } from "./pixels.ts";
import { colorBySeries, type LegendText } from "./series.ts";
import { type Axis, type Channel, type DataLayer, type LayeredPanel, quantitative, withRows } from "./spec.ts";
import { COLORS, PANEL, providerOrder, providerTitle } from "./theme.ts";
import { tokenAxis, tokenAxisOf, tokenExtent, tokenPosition } from "./token-axis.ts";

export interface ScatterPoint {
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

export interface ScatterOptions {
  readonly points: readonly ScatterPoint[];
  readonly x: Axis;
  readonly y: Axis;
  /** Of a single point; points on one spot add up as ink does. Default: 0.6 for few points over 0.18 for thousands to 0.05 for hundreds of thousands. */
  readonly opacity?: number;
  /** Area of a point in square CSS pixels. Default: 22, and 80 for so few that the eye would miss them. */
  readonly size?: number;
  /** A line from one place to another, for example where y equals x. */
  readonly line?: readonly [{ readonly x: number; readonly y: number }, { readonly x: number; readonly y: number }];
  /** Default: the provider's title. */
  readonly legend?: LegendText;
  /** For series that aren't providers: over the field `series`, in place of their colors. */
  readonly color?: Channel<"color">;
  readonly width?: number;
  readonly height?: number;
}

const OPACITY = { few: 0.6, thousands: 0.18, least: 0.05 } as const;
/** From here on the cloud would turn into one patch. */
const MANY_POINTS = 20_000;
const FEW_POINTS = 60;
const POINT_AREA = { few: 80, many: 22 } as const;

/** Points per series, the most numerous series first so that the others stay visible. */
export function scatterPanel(options: ScatterOptions): LayeredPanel {
  const { points, x, y, line = [], legend = providerTitle, width = PANEL.width, height = 560 } = options;
  const opacity = options.opacity ?? opacityFor(points.length);
  const size = options.size ?? (points.length < FEW_POINTS ? POINT_AREA.few : POINT_AREA.many);
  const names = providerOrder(points.map(({ series }) => series));
  const place = (point: ScatterPoint) => [pixelOf(point.x, x, width), pixelOf(point.y, y, height)] as const;
  const values = bySize(points)
    .flatMap((series) => mergedPoints(series, { place, opacity }))
    .map((point) => ({ ...point, x: rounded(point.x), y: rounded(point.y) }));
  const across = quantitative("x", x);
  const up = quantitative("y", y);
  const straight: DataLayer = {
    data: { values: line },
    mark: { type: "line", strokeWidth: 1.3, strokeDash: [5, 4], color: COLORS.light.muted },
    encoding: { x: across, y: up },
  };
  const dots: DataLayer = {
    data: { values },
    mark: { type: "circle", size },
    encoding: {
      x: across,
      y: up,
      color: options.color ?? colorBySeries(names, legend),
      opacity: { field: "opacity", type: "quantitative", scale: null, legend: null },
    },
  };
  return { width, height, layer: [...withRows([straight]), dots] };
}

/** Two token counts of each point, each on a token axis of its own. @param titles of the axes */
export function tokenScatterPanel(points: readonly ScatterPoint[], titles: { readonly x: string; readonly y: string }, legend: LegendText) {
  const x = tokenAxis(tokenExtent(points.map((point) => point.x)));
  const y = tokenAxis(tokenExtent(points.map((point) => point.y)));
  return scatterPanel({
    points: points.map((point) => ({ ...point, x: tokenPosition(point.x, x.firstTick), y: tokenPosition(point.y, y.firstTick) })),
    x: tokenAxisOf(x, titles.x),
    y: tokenAxisOf(y, titles.y),
    width: 780,
    height: 600,
    legend,
  });
}

/** To six significant digits, far below a pixel: seventeen are most of a picture's bytes. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function opacityFor(count: number): number {
  if (count > MANY_POINTS) return Math.max(OPACITY.least, OPACITY.thousands * Math.sqrt(MANY_POINTS / count));
  return Math.min(OPACITY.few, Math.max(OPACITY.thousands, 8 / Math.sqrt(count)));
}

function bySize(points: readonly ScatterPoint[]): ScatterPoint[][] {
  const groups = providerOrder(points.map(({ series }) => series)).map((name) => points.filter(({ series }) => series === name));
  return groups.sort((a, b) => b.length - a.length);
}
