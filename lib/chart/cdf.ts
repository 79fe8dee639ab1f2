/** Cumulative curves per provider (or other series) over a log or token axis, with an optional reference line and callouts. */
import { at } from "../stats/known.ts";
import { pixelOf, spreadApart, valueAt } from "./pixels.ts";
import { colorBySeries, type LegendText } from "./series.ts";
import {
  type Axis,
  type Channel,
  type DataLayer,
  type Encoding,
  type Layer,
  type LayeredPanel,
  type Mark,
  quantitative,
  withRows,
} from "./spec.ts";
import { COLORS, FONT_SIZE, PANEL, providerOrder, providerScale, providerTitle } from "./theme.ts";

export interface CurvePoint {
  /** Provider or other series. */
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

/** A vertical line at `x`, with the value of each curve there. */
export interface ReferenceLine {
  readonly x: number;
  readonly label: string;
  readonly callouts?: readonly { readonly series: string; readonly y: number; readonly text: string }[];
}

export interface Landmark {
  readonly x: number;
  readonly label: string;
}

export interface CurvesOptions {
  readonly points: readonly CurvePoint[];
  readonly x: Axis;
  readonly y: Axis;
  readonly reference?: ReferenceLine | readonly ReferenceLine[];
  /** Fainter vertical lines behind the curves, each with what it means: a line without a name looks like a threshold. */
  readonly landmarks?: readonly Landmark[];
  /** Draw stairs: the curve keeps its value until the next point; of one to three values, only dots. Default false. */
  readonly stairs?: boolean;
  /** All series of a figure whose panels hold different ones, so that colors agree. Default: those of the points. */
  readonly series?: readonly string[];
  /** Default: the provider's title. */
  readonly legend?: LegendText;
  readonly width?: number;
  readonly height?: number;
}

const MOST_POINTS_PER_CURVE = 2_000;
/** Stairs through fewer values than these look like more than they are. */
const FEWEST_FOR_STAIRS = 4;
const DOT_AREA = 80;
/** CSS pixels from the line to a callout, from the curve up or down to it, and from one callout to the next. */
const CALLOUT_GAP = 9;
const CALLOUT_RISE = 11;
const CALLOUT_LINE = 19;

/** From the plot to a legend above it, with room for the names of lines. */
const LEGEND_OFFSET = 26;
const OVER_THE_PLOT: Mark = {
  type: "text",
  align: "center",
  baseline: "bottom",
  dy: -4,
  fontSize: FONT_SIZE.annotation,
  color: COLORS.light.muted,
};

/** Curves as one panel. Each series keeps at most 2,000 points: first, last and evenly spaced ones, which for a CDF are its quantiles. */
export function curvesPanel(options: CurvesOptions): LayeredPanel {
  const { points, x, y, reference, landmarks = [], stairs = false, width = PANEL.width, height = PANEL.height } = options;
  const names = providerOrder(options.series ?? points.map(({ series }) => series));
  const curves = names.map((name) => thinned(points.filter(({ series }) => series === name)));
  const few = stairs ? curves.filter(isOfFewValues) : [];
  const falls = curves.some((curve) => curve.length > 1 && at(curve, curve.length - 1).y < at(curve, 0).y);
  const references = [reference ?? []].flat();
  const named = references.length > 0 || landmarks.length > 0;
  const color = colorBySeries(names, options.legend === undefined ? providerTitle : options.legend, named ? LEGEND_OFFSET : undefined);
  const encoding = { x: quantitative("x", x), y: quantitative("y", y), color };
  const layers: Layer[] = [
    ...landmarkLayers(landmarks, x),
    ...withRows([
      {
        data: { values: curves.filter((curve) => !few.includes(curve)).flat() },
        mark: { type: "line", interpolate: stairs ? "step-after" : "linear" },
        encoding,
      },
      { data: { values: few.flat().filter((point) => point.y > 0) }, mark: { type: "circle", size: DOT_AREA, opacity: 1 }, encoding },
    ]),
    ...references.flatMap((line) => referenceLayers(line, { x, y, names, height, falls })),
  ];
  return { width, height, layer: layers };
}

function isOfFewValues(curve: readonly CurvePoint[]): boolean {
  return curve.filter(({ y }) => y > 0).length < FEWEST_FOR_STAIRS;
}

/** At most `most` of the points: the first, the last and evenly spaced ones between. */
export function thinned<T>(points: readonly T[], most = MOST_POINTS_PER_CURVE): T[] {
  return evenRanks(points.length, most).map((rank) => at(points, rank));
}

/** So many values of a distribution make a curve of `ecdfPoints`. */
export const CURVE_POINTS = MOST_POINTS_PER_CURVE - 1;

/**
 * The share of values up to each value, as points for `curvesPanel` with `stairs`: from 0 through all of them, or through as
 * many as it draws at evenly spaced ranks.
 * @param ascending the values of one series in ascending order; of a distribution with `points: CURVE_POINTS`
 */
export function ecdfPoints(series: string, ascending: ArrayLike<number>): CurvePoint[] {
  const n = ascending.length;
  const points = evenRanks(n, CURVE_POINTS).map((rank) => ({ series, x: at(ascending, rank), y: (rank + 1) / n }));
  return points
    .slice(0, 1)
    .map(({ x }) => ({ series, x, y: 0 }))
    .concat(points);
}

/** Ranks of at most `most` of `n` values: the first, the last and evenly spaced ones between. */
function evenRanks(n: number, most: number): number[] {
  const count = Math.min(n, most);
  return Array.from({ length: count }, (_, i) => (n <= most ? i : Math.round((i * (n - 1)) / (most - 1))));
}

function landmarkLayers(landmarks: readonly Landmark[], x: Axis): DataLayer[] {
  const data = { values: landmarks };
  const at = quantitative("x", x);
  return withRows([
    {
      data,
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1, color: COLORS.light.muted, opacity: 0.55 },
      encoding: { x: at },
    },
    { data, mark: OVER_THE_PLOT, encoding: { x: at, y: { value: 0 }, text: { field: "label", type: "nominal" } } },
  ]);
}

interface Plot {
  readonly x: Axis;
  readonly y: Axis;
  readonly names: readonly string[];
  readonly height: number;
  /** Whether its curves go down. */
  readonly falls: boolean;
}

function referenceLayers({ x: at, label, callouts = [] }: ReferenceLine, plot: Plot): Layer[] {
  const { x, y, names } = plot;
  const here = quantitative("x", x);
  const up = (field: string) => quantitative(field, y);
  const color: Channel<"color"> = { field: "series", type: "nominal", title: null, scale: providerScale(names) };
  const values = placed(callouts, plot).map((callout) => ({ ...callout, x: at }));
  return withRows([
    {
      data: { values: [{ x: at }] },
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.3, color: COLORS.light.muted },
      encoding: { x: here },
    },
    {
      data: { values: [{ x: at, label }] },
      mark: OVER_THE_PLOT,
      encoding: { x: here, y: { value: 0 }, text: { field: "label", type: "nominal" } },
    },
    { data: { values }, mark: { type: "circle", size: 70, opacity: 1 }, encoding: { x: here, y: up("y"), color } },
    ...(["left", "right"] as const).flatMap((side): DataLayer[] => {
      const data = { values: values.filter((callout) => callout.side === side) };
      const mark: Mark = {
        type: "text",
        align: side === "left" ? "right" : "left",
        baseline: "middle",
        dx: side === "left" ? -CALLOUT_GAP : CALLOUT_GAP,
        fontSize: FONT_SIZE.annotation,
        fontWeight: "bold",
      };
      const encoding: Encoding = { x: here, y: up("labelY"), text: { field: "text", type: "nominal" } };
      const halo: Mark = { ...mark, color: COLORS.light.background, stroke: COLORS.light.background, strokeWidth: 4, strokeJoin: "round" };
      return [
        { data, mark: halo, encoding },
        { data, mark, encoding: { ...encoding, color } },
      ];
    }),
  ]);
}

type Callout = NonNullable<ReferenceLine["callouts"]>[number];
type PlacedCallout = Callout & { readonly side: "left" | "right"; readonly labelY: number };

/**
 * Where the curves are not: the highest callout is above its curve, left of the line where curves rise and right of it where they fall,
 * if there is room; the others are on the other side, below their curves and apart from one another. Those without room below, whose
 * curves are close to the highest, are between its callout and the curves.
 */
function placed(callouts: readonly Callout[], { y, height, falls }: Plot): PlacedCallout[] {
  const [upperSide, lowerSide] = falls ? (["right", "left"] as const) : (["left", "right"] as const);
  const pixel = (callout: Callout) => pixelOf(callout.y, y, height);
  const [highest, ...others] = callouts.toSorted((a, b) => b.y - a.y);
  if (!highest) return [];
  const hasNoRoom = (callout: Callout) =>
    pixel(callout) < CALLOUT_RISE + CALLOUT_LINE / 2 && pixel(highest) - pixel(callout) < CALLOUT_RISE + CALLOUT_LINE;
  const stack = [...others.filter(hasNoRoom).reverse(), highest];
  const bottom = pixel(highest) + CALLOUT_RISE;
  const hasRoomAbove = bottom + (stack.length - 0.5) * CALLOUT_LINE <= height;
  const upper = hasRoomAbove ? stack : [];
  const below = [highest, ...others].filter((callout) => !upper.includes(callout));
  const lower = spreadApart(below, (callout) => pixel(callout) - CALLOUT_RISE, CALLOUT_LINE, height);
  return [
    ...upper.map((callout, i) => ({ ...callout, side: upperSide, labelY: valueAt(bottom + i * CALLOUT_LINE, y, height) })),
    ...lower.map(({ item, place }) => ({ ...item, side: lowerSide, labelY: valueAt(place, y, height) })),
  ];
}
