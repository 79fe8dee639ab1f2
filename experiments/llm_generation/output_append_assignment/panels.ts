/** The panels: the pairs of one group as points, with the line on which a quantity equals the output. */
import {
  type Axis,
  explicitTicks,
  type Layer,
  type LayeredPanel,
  type Legend,
  type Mark,
  type Position,
  quantitative,
  type Tick,
} from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, kindColor } from "../../../lib/chart/theme.ts";
import { type TokenAxis, tokenAxis, tokenAxisOf, tokenExtent, tokenPosition } from "../../../lib/chart/token-axis.ts";
import { tokenLabel } from "../../../lib/format/tokens.ts";
import { at } from "../../../lib/stats/known.ts";
import { power } from "../../../lib/stats/power.ts";
import type { Criteria, MeasuredGroup, Point, Verdict } from "./measure.ts";

/** Where the output may show up in the next step. */
export type Quantity = "append" | "gain";

/** Scales that the panels of a figure share. Places are positions on the token axis. */
export type Frame = ReturnType<typeof frameOf>;

export interface PanelOptions {
  readonly title: string;
  /** Lines below the title. */
  readonly subtitle: readonly string[];
  readonly xTitle: string | null;
  readonly yTitle: string | null;
  readonly height: number;
  readonly criteria: Criteria;
}

/** Color shows where an output came back, the same in all panels; the title shows whose output it is. */
const VERDICTS = [
  { key: "prefix_side", label: "back in the cached prefix", color: kindColor("prefix"), shape: "circle" },
  { key: "append_side", label: "back in the append", color: kindColor("append"), shape: "diamond" },
  { key: "unassigned", label: "neither", color: COLORS.light.neutral, shape: "cross" },
] satisfies { key: Verdict; label: string; color: string; shape: string }[];

const WIDTH = 560;
const MOST_OUTPUT_TICKS = 9;
const FEWEST_OUTPUT_TICKS = 3;
/** Labels that are one above the other need this many CSS pixels. */
const LABEL_PITCH = 20;
/** The line y = x reaches this factor beyond the outputs, and the axis this share of its length further. */
const WINDOW_FACTOR = 1.15;
const WINDOW_MARGIN = 0.03;
/** Share of the axis above the largest value, enough for half a label: panels of a row keep one height. */
const ROOM_ABOVE = 0.05;
const BAND_STEPS = 48;
/** Positions are rounded to this: a thousandth of a pixel. */
const POSITION_DECIMALS = 4;

/**
 * Scales over the plotted pairs of all groups. The first tick is the largest power of two that no positive value is
 * below; the axis starts at zero only where some value is zero.
 *
 * @param height of the panels in CSS pixels
 */
export function frameOf(quantity: Quantity, minOutputTokens: number, measured: readonly MeasuredGroup[], height: number) {
  const points = measured.flatMap(({ statistics }) => statistics.points);
  const values = points.map((point) => point[quantity]);
  const produced = tokenExtent(points.map(({ output }) => output));
  const { max, smallestPositive } = tokenExtent([...values, produced.max, produced.smallestPositive ?? 1]);
  const firstTick = power(2, Math.floor(Math.log2(smallestPositive ?? 1)));
  const outputs = [
    Math.max(1, Math.max(minOutputTokens, produced.smallestPositive ?? 1) / WINDOW_FACTOR),
    produced.max * WINDOW_FACTOR,
  ] as const;
  const bottom = values.some((value) => value <= 0) ? 0 : Math.min(1, tokenPosition(outputs[0], firstTick));
  return {
    quantity,
    firstTick,
    /** Minimum and maximum output of the line y = x, in tokens. */
    outputs,
    x: outputAxis(outputs, firstTick),
    y: quantityAxis(tokenAxis({ max: Math.max(max, outputs[1]), firstTick }), bottom, height),
  };
}

/** Output across, quantity up: on the line they are equal, within the band about equal. */
export function scatterPanel({ statistics }: MeasuredGroup, frame: Frame, options: PanelOptions): LayeredPanel {
  const { firstTick, outputs } = frame;
  const across = quantitative("x", { ...frame.x, title: options.xTitle });
  const up = quantitative("y", { ...frame.y, title: options.yTitle });
  const curve = logSpaced(outputs).map((output) => ({ x: place(output, firstTick), ...band(output, firstTick, options.criteria) }));
  const points = statistics.points.map((point) => ({ x: place(point.output, firstTick), ...dot(point, frame) }));
  return panel(options, [bandLayer(curve, across, up), lineLayer(curve, across, up, "y = x"), pointLayer(points, across, up)]);
}

/** Rank of the output across: do the points follow the curve of the outputs, or stay level? */
export function rankPanel({ statistics }: MeasuredGroup, frame: Frame, options: PanelOptions): LayeredPanel {
  const { firstTick } = frame;
  const across = quantitative("rank", { ...RANK_AXIS, title: options.xTitle });
  const up = quantitative("y", { ...frame.y, title: options.yTitle });
  const last = Math.max(1, statistics.points.length - 1);
  const ranked = statistics.points.map((point, i) => ({ ...point, rank: round((100 * i) / last) }));
  const steps = wholeWidth(evenlyThinned(ranked, WIDTH));
  const curve = steps.map(({ rank, output }) => ({ rank, ...band(output, firstTick, options.criteria) }));
  const points = ranked.map((point) => ({ rank: point.rank, ...dot(point, frame) }));
  return panel(options, [bandLayer(curve, across, up), lineLayer(curve, across, up, "output"), pointLayer(points, across, up)]);
}

const RANK_AXIS: Axis = {
  title: null,
  scale: { domain: [-1, 101], nice: false, zero: false },
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

function outputAxis([low, high]: readonly [number, number], firstTick: number): Axis {
  const [from, to] = [tokenPosition(low, firstTick), tokenPosition(high, firstTick)];
  const margin = WINDOW_MARGIN * (to - from);
  const ticks = outputTicks(low, high).map((tokens) => ({ value: tokenPosition(tokens, firstTick), label: tokenLabel(tokens) }));
  return { title: null, scale: { domain: [from - margin, to + margin], nice: false, zero: false }, axis: explicitTicks(ticks) };
}

/** Powers of two between the bounds, thinned to at most nine; where they are few, also the values half-way or quarter-way between them. */
function outputTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(high)) + 1 }, (_, i) => power(2, i));
  const inside = (steps: readonly number[]) =>
    powers.flatMap((power) => steps.map((step) => step * power)).filter((value) => value >= low && value <= high);
  const coarse = [inside([1]), inside([1, 1.5])].find((values) => values.length >= FEWEST_OUTPUT_TICKS);
  const ticks = coarse ?? inside([1, 1.25, 1.5, 1.75]);
  const stride = Math.ceil(ticks.length / MOST_OUTPUT_TICKS);
  return ticks.filter((_, i) => i % stride === 0);
}

/** @param bottom position @param height of the panel in CSS pixels */
function quantityAxis(whole: TokenAxis, bottom: number, height: number): Axis {
  const room = Math.max(whole.domain[1] - whole.length, ROOM_ABOVE * (whole.length - bottom));
  const domain = [bottom - room, whole.length + room] as const;
  const pitch = (LABEL_PITCH / height) * (domain[1] - domain[0]);
  const inside = whole.ticks.filter(({ value }) => value >= domain[0]);
  return tokenAxisOf({ ...whole, domain, ticks: spaced(inside, pitch) }, null);
}

/** Ascending ticks without those that are closer than `pitch` to the one before: no grid line without a label. */
function spaced(ticks: readonly Tick[], pitch: number): Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks) if (tick.value - (kept.at(-1)?.value ?? Number.NEGATIVE_INFINITY) >= pitch) kept.push(tick);
  return kept;
}

/** A pair as data of the chart: its tokens, its verdict and the place of the quantity. */
function dot(point: Point, { quantity, firstTick }: Frame) {
  return { output: point.output, [quantity]: point[quantity], verdict: point.verdict, y: place(point[quantity], firstTick) };
}

/** Place of the output, and of the output less and plus the tolerance. */
function band(output: number, firstTick: number, criteria: Criteria) {
  const tolerance = Math.max(criteria.toleranceAbsoluteTokens, criteria.toleranceRelativeFraction * output);
  return { y: place(output, firstTick), low: place(output - tolerance, firstTick), high: place(output + tolerance, firstTick) };
}

function panel({ title, subtitle, height }: PanelOptions, layer: readonly Layer[]): LayeredPanel {
  return {
    width: WIDTH,
    height,
    title: { text: title, subtitle: [...subtitle], fontSize: FONT_SIZE.panelTitle, subtitleFontSize: FONT_SIZE.annotation, offset: 10 },
    layer: [...layer],
  };
}

function bandLayer(values: readonly object[], x: Position, y: Position): Layer {
  return {
    data: { values },
    mark: { type: "area", color: COLORS.light.muted, opacity: 0.13, clip: true },
    encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
  };
}

/** The line and its name, to the right of the panel where no point can be. */
function lineLayer(values: readonly object[], x: Position, y: Position, name: string): Layer {
  const label: Mark = { type: "text", text: name, align: "left", baseline: "top", dx: 14, dy: -6 };
  return {
    data: { values },
    encoding: { x, y },
    layer: [
      { mark: { type: "line", color: COLORS.light.text, strokeWidth: 1.3, opacity: 0.8 } },
      { data: { values: values.slice(-1) }, mark: { ...label, color: COLORS.light.text, fontSize: FONT_SIZE.annotation } },
    ],
  };
}

function pointLayer(values: readonly object[], x: Position, y: Position): Layer {
  const domain = VERDICTS.map(({ key }) => key);
  const labels = Object.fromEntries(VERDICTS.map(({ key, label }) => [key, label]));
  const legend: Legend = { title: null, orient: "bottom", labelExpr: `(${JSON.stringify(labels)})[datum.label]` };
  return {
    data: { values },
    mark: { type: "point", filled: true, ...pointLook(values.length) },
    encoding: {
      x,
      y,
      color: { field: "verdict", type: "nominal", scale: { domain, range: VERDICTS.map(({ color }) => color) }, legend },
      shape: { field: "verdict", type: "nominal", scale: { domain, range: VERDICTS.map(({ shape }) => shape) }, legend },
    },
  };
}

/** A few points are large and opaque; thousands are small and let the crowd show. Area in square CSS pixels. */
function pointLook(count: number): { size: number; opacity: number } {
  const share = 1 / Math.sqrt(Math.max(1, count));
  return { size: round(clamp(600 * share, 18, 60)), opacity: round(clamp(16 * share, 0.35, 0.9)) };
}

function logSpaced([low, high]: readonly [number, number]): number[] {
  return Array.from({ length: BAND_STEPS + 1 }, (_, i) => low * power(high / low, i / BAND_STEPS));
}

function place(tokens: number, firstTick: number): number {
  return round(tokenPosition(tokens, firstTick));
}

function round(value: number): number {
  return Number(value.toFixed(POSITION_DECIMALS));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
