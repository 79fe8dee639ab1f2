/** The panels: the pairs of one group as points, with the line on which a quantity equals the output. */
import { CELL_PX, mergedPoints } from "../../../lib/chart/merged-points.ts";
import { pixelOf, valueAt } from "../../../lib/chart/pixels.ts";
import {
  type Axis,
  type DataLayer,
  explicitTicks,
  type Layer,
  type LayeredPanel,
  type Legend,
  type Mark,
  type Position,
  quantitative,
} from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, kindColor } from "../../../lib/chart/theme.ts";
import { at } from "../../../lib/stats/known.ts";
import { power } from "../../../lib/stats/power.ts";
import type { Criteria, Point, Verdict } from "./measure.ts";
import { axisOf, type BandedScale, bandedScale } from "./scale.ts";

/** Where the output may show up in the next step. */
export type Quantity = "append" | "growth";

/** Scales that the panels of a figure share. */
export type Frame = ReturnType<typeof frameOf>;

export interface PanelOptions {
  /** Lines of the title. */
  readonly title: readonly string[];
  /** Lines below it. */
  readonly subtitle: readonly string[];
  readonly xTitle: string | null;
  readonly yTitle: string | null;
}

/** Color shows where an output came back, the same in all panels; the title shows whose output it is. */
const VERDICTS = [
  { key: "prefix_side", label: "back in the cached prefix", color: kindColor("prefix"), shape: "circle" },
  { key: "append_side", label: "back in the append", color: kindColor("append"), shape: "diamond" },
  { key: "unassigned", label: "neither", color: COLORS.light.neutral, shape: "cross" },
] satisfies { key: Verdict; label: string; color: string; shape: string }[];

const BAND_STEPS = 48;
/** Side of the panels for which sizes of points are given, in CSS pixels. */
const USUAL_SIDE = 340;
/** Area in square CSS pixels. */
const SMALLEST_POINT = 13;
/** Positions are rounded to this: a thousandth of a pixel. */
const POSITION_DECIMALS = 4;

/**
 * Scales over the pairs of all panels, with room for the tolerance around the smallest and the largest output.
 * @param side width and height of what output and quantity have in common, in CSS pixels
 */
export function frameOf(quantity: Quantity, pairs: readonly Point[], criteria: Criteria, side: number) {
  const produced = pairs.map(({ output }) => output);
  const [least, most] = [Math.min(...produced), Math.max(...produced)];
  const outputs = [Math.max(least / 2, least - toleranceOf(least, criteria)), most + toleranceOf(most, criteria)] as const;
  return {
    quantity,
    criteria,
    side,
    outputs: [least, most] as const,
    x: bandedScale([], outputs),
    y: bandedScale(
      pairs.map((pair) => pair[quantity]),
      outputs,
    ),
  };
}

/** Output across, quantity up: on the line they are equal, within the band about equal. */
export function scatterPanel(pairs: readonly Point[], frame: Frame, options: PanelOptions): LayeredPanel {
  const { outputs, x } = frame;
  const curve = logSpaced(outputs).map((output) => ({ x: round(x.place(output)), ...aroundOutput(output, frame) }));
  const points = pairs.map((pair) => ({ x: round(x.place(pair.output)), ...dot(pair, frame) }));
  return panel(frame, options, { field: "x", axis: axisOf(x, options.xTitle) }, { curve, points, line: "y = x" });
}

/** Rank of the output across: do the points follow the curve of the outputs, or stay level? @param pairs ascending by output */
export function rankPanel(pairs: readonly Point[], frame: Frame, options: PanelOptions): LayeredPanel {
  const last = Math.max(1, pairs.length - 1);
  const ranked = pairs.map((pair, i) => ({ ...pair, rank: round((100 * i) / last) }));
  const curve = wholeWidth(evenlyThinned(ranked, frame.side / CELL_PX)).map(({ rank, output }) => ({
    rank,
    ...aroundOutput(output, frame),
  }));
  const points = ranked.map((pair) => ({ rank: pair.rank, ...dot(pair, frame) }));
  return panel(frame, options, { field: "rank", axis: { ...RANK_AXIS, title: options.xTitle } }, { curve, points, line: "output" });
}

const RANK_AXIS: Axis = {
  title: null,
  scale: { domain: [-3, 103], nice: false, zero: false },
  axis: explicitTicks([0, 20, 40, 60, 80, 100].map((value) => ({ value, label: `${value}%` }))),
};

/** At most `most` of the items, at even distances, with the first and the last. */
function evenlyThinned<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => at(items, Math.floor((i * (items.length - 1)) / (most - 1))));
}

/** The outputs of a single pair make no curve: its level is drawn over the whole width. */
function wholeWidth<P extends { readonly rank: number }>(ranked: readonly P[]): readonly P[] {
  const [only] = ranked;
  return only && ranked.length === 1 ? [only, { ...only, rank: 100 }] : ranked;
}

/** A pair as data of the chart: its tokens, its verdict and the place of the quantity. */
function dot(pair: Point, { quantity, y }: Frame) {
  return { output: pair.output, [quantity]: pair[quantity], verdict: pair.verdict, y: round(y.place(pair[quantity])) };
}

/** Place of the output, and of the output less and plus the tolerance. */
function aroundOutput(output: number, { y, criteria }: Frame) {
  const tolerance = toleranceOf(output, criteria);
  const [low, high] = [Math.max(0, output - tolerance), output + tolerance].map((tokens) => round(y.place(tokens)));
  return { y: round(y.place(output)), low, high };
}

function toleranceOf(output: number, { toleranceAbsoluteTokens, toleranceRelativeFraction }: Criteria): number {
  return Math.max(toleranceAbsoluteTokens, toleranceRelativeFraction * output);
}

interface Dot {
  readonly y: number;
  readonly verdict: Verdict;
}

interface Marks<D extends Dot> {
  readonly curve: readonly object[];
  readonly points: readonly D[];
  /** What the curve is. */
  readonly line: string;
}

/** The horizontal axis, and the field on it. */
interface Across<D> {
  readonly field: keyof D & string;
  readonly axis: Axis;
}

function panel<D extends Dot>(
  { y, side }: Frame,
  { title, subtitle, yTitle }: PanelOptions,
  across: Across<D>,
  { curve, points, line }: Marks<D>,
): LayeredPanel {
  const yAxis = axisOf(y, yTitle);
  const [right, up] = [quantitative(across.field, across.axis), quantitative("y", yAxis)];
  const height = Math.round((side * (y.domain[1] - y.domain[0])) / y.core);
  const { size, opacity } = pointLook(points.length, side);
  const onGrid = points.map((point) => ({
    ...point,
    [across.field]: inCell(Number(point[across.field]), across.axis, side),
    y: inCell(point.y, yAxis, height),
  }));
  const dots = mergedPoints(onGrid, {
    place: (point) => [pixelOf(Number(point[across.field]), across.axis, side), pixelOf(point.y, yAxis, height)],
    opacity,
    kindOf: ({ verdict }) => verdict,
  });
  return {
    width: side,
    height,
    title: {
      text: [...title],
      subtitle: [...subtitle],
      fontSize: FONT_SIZE.panelTitle,
      subtitleFontSize: FONT_SIZE.annotation,
      offset: 10,
    },
    layer: [...bandLayers(y, up), lineLayer(curve, right, up, line), pointLayer(dots, size, right, up)],
  };
}

/** Center of the cell that a value is in: on a grid, equal marks are equal pixels. */
function inCell(value: number, axis: Axis, length: number): number {
  return round(valueAt(CELL_PX * Math.round(pixelOf(value, axis, length) / CELL_PX), axis, length));
}

/** Gray ground under each band, and its name to the right. */
function bandLayers({ bands }: BandedScale, y: Position): DataLayer[] {
  if (bands.length === 0) return [];
  const values = bands.map(({ name, from, to }) => ({ name, from, to, middle: (from + to) / 2 }));
  const name: Mark = { type: "text", align: "left", baseline: "middle", dx: 8, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted };
  return [
    {
      data: { values },
      mark: { type: "rect", color: COLORS.light.grid, opacity: 0.55 },
      encoding: { y: { ...y, field: "from" }, y2: { field: "to" } },
    },
    {
      data: { values },
      mark: name,
      encoding: { x: { value: "width" }, y: { ...y, field: "middle" }, text: { field: "name", type: "nominal" } },
    },
  ];
}

/** The tolerance, the line in it, and its name to the right of the panel where no point can be. */
function lineLayer(values: readonly object[], x: Position, y: Position, name: string): Layer {
  const label: Mark = { type: "text", text: name, align: "left", baseline: "middle", dx: 8 };
  return {
    data: { values },
    encoding: { x },
    layer: [
      {
        mark: { type: "area", color: COLORS.light.muted, opacity: 0.2, clip: true },
        encoding: { y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      { mark: { type: "line", color: COLORS.light.text, strokeWidth: 1.3, opacity: 0.8 }, encoding: { y } },
      {
        data: { values: values.slice(-1) },
        mark: { ...label, color: COLORS.light.text, fontSize: FONT_SIZE.annotation },
        encoding: { x: { value: "width" }, y },
      },
    ],
  };
}

function pointLayer(values: readonly object[], size: number, x: Position, y: Position): Layer {
  const domain = VERDICTS.map(({ key }) => key);
  const labels = Object.fromEntries(VERDICTS.map(({ key, label }) => [key, label]));
  const legend: Legend = { title: null, orient: "top", labelExpr: `(${JSON.stringify(labels)})[datum.label]` };
  return {
    data: { values },
    mark: { type: "point", filled: true, size },
    encoding: {
      x,
      y,
      color: { field: "verdict", type: "nominal", scale: { domain, range: VERDICTS.map(({ color }) => color) }, legend },
      shape: { field: "verdict", type: "nominal", scale: { domain, range: VERDICTS.map(({ shape }) => shape) }, legend },
      opacity: { field: "opacity", type: "quantitative", scale: null, legend: null },
    },
  };
}

/** A few points are large and opaque; thousands are small and let the crowd show. Area in square CSS pixels. */
function pointLook(count: number, side: number): { size: number; opacity: number } {
  const share = 1 / Math.sqrt(Math.max(1, count));
  const room = (side / USUAL_SIDE) ** 2;
  return { size: round(clamp(600 * share * room, SMALLEST_POINT, 60 * room)), opacity: round(clamp(16 * share, 0.35, 0.9)) };
}

function logSpaced([low, high]: readonly [number, number]): number[] {
  return Array.from({ length: BAND_STEPS + 1 }, (_, i) => low * power(high / low, i / BAND_STEPS));
}

function round(value: number): number {
  return Number(value.toFixed(POSITION_DECIMALS));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
