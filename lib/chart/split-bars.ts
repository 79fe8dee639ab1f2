/** Horizontal bars that are split into named parts: to the right of zero what adds up, to the left what is too much. */
import { intervalLines } from "./interval-lines.ts";
import { pixelOf } from "./pixels.ts";
import { rankAxis } from "./ranked-bars.ts";
import { SQUARES } from "./series.ts";
import { type Axis, type Channel, type DataLayer, type LayeredPanel, type Position, quantitative, withRows } from "./spec.ts";
import { textWidth } from "./text-width.ts";
import { COLORS, FONT_SIZE, labelColorOn, PANEL } from "./theme.ts";

interface BarPart {
  readonly name: string;
  readonly color: string;
}

export interface SplitBar {
  readonly name: string;
  /** By name of the part, in the unit of the axis. A negative value is drawn left of zero; 0 or a missing part is not drawn. */
  readonly values: Readonly<Record<string, number>>;
  /** Lines below this bar, from one place to another: what the end of a part may as well be. */
  readonly intervals?: readonly { readonly lo: number; readonly hi: number }[];
  /** A short dark line across this bar, for example at what its parts should add up to. */
  readonly mark?: number;
}

export interface SplitBarsOptions {
  readonly bars: readonly SplitBar[];
  /** In the order of stacking and of the legend. */
  readonly parts: readonly BarPart[];
  /** A linear axis. */
  readonly x: Axis;
  /** Text on a part, or several, of which the first that fits is drawn; without one, nothing. */
  readonly label: (value: number, bar: SplitBar, part: BarPart) => string | readonly string[];
  /** A vertical line, for example at 100 %, with a text over it. */
  readonly mark?: { readonly x: number; readonly text?: string };
  /** Whether to draw the legend of the parts. Default true. */
  readonly legend?: boolean;
  /** CSS pixels between legend and bars, where something is written there. */
  readonly legendOffset?: number;
  readonly width?: number;
}

const BAR_STEP = 38;
const LABEL_MARGIN_PX = 6;
/** From the middle of a bar to the lines below it. */
const INTERVAL_OFFSET_PX = 0.44 * BAR_STEP;

/** Bars from top to bottom in the order given. */
export function splitBars(options: SplitBarsOptions): LayeredPanel {
  const { bars, parts, x, mark, legend = true, legendOffset, width = PANEL.width } = options;
  const segments = bars.flatMap((bar, rank) => segmentsOf(bar, rank, options));
  const y: Position = { field: "rank", ...rankAxis(bars.map(({ name }) => name)) };
  const on = (field: string) => quantitative(field, x);
  const color: Channel<"color"> = {
    field: "part",
    type: "nominal",
    scale: { domain: parts.map(({ name }) => name), range: parts.map((part) => part.color) },
    legend: legend ? { title: null, ...SQUARES, ...(legendOffset === undefined ? {} : { offset: legendOffset }) } : null,
  };
  const layers: DataLayer[] = [
    {
      data: { values: segments },
      mark: { type: "bar", height: { band: 0.74 }, stroke: COLORS.light.background, strokeWidth: 1 },
      encoding: { y, x: on("from"), x2: { field: "to" }, color },
    },
    {
      data: { values: segments.filter(({ label }) => label !== "") },
      mark: { type: "text", baseline: "middle", fontSize: FONT_SIZE.annotation },
      encoding: {
        y,
        x: on("middle"),
        text: { field: "label", type: "nominal" },
        color: { field: "labelColor", type: "nominal", scale: null },
      },
    },
    {
      data: { values: bars.flatMap(({ mark: at }, rank) => (at === undefined ? [] : [{ rank, at }])) },
      mark: { type: "tick", thickness: 3, size: 0.9 * BAR_STEP, opacity: 1, color: COLORS.light.text },
      encoding: { y, x: on("at") },
    },
    ...intervalLines(
      bars.flatMap(({ intervals = [] }, rank) => intervals.map(({ lo, hi }) => ({ rank, lo, hi }))),
      y,
      on,
      INTERVAL_OFFSET_PX,
    ),
    ...(mark ? markLayers(mark, on("x")) : []),
  ];
  return { width, height: { step: BAR_STEP }, layer: withRows(layers) };
}

function segmentsOf(bar: SplitBar, rank: number, { parts, x, label, mark, width = PANEL.width }: SplitBarsOptions) {
  const ends = { left: 0, right: 0 };
  return parts.flatMap((part) => {
    const value = bar.values[part.name] ?? 0;
    if (value === 0) return [];
    const side = value < 0 ? "left" : "right";
    const from = ends[side];
    const to = from + value;
    ends[side] = to;
    const pieces = piecesOf(from, to, bar.mark ?? mark?.x).map(([start, end]) => ({
      middle: (start + end) / 2,
      room: Math.abs(pixelOf(end, x, width) - pixelOf(start, x, width)) - LABEL_MARGIN_PX,
    }));
    const texts = [label(value, bar, part)].flat();
    const placed = texts.flatMap((text) => {
      const piece = pieces.find(({ room }) => textWidth(text, FONT_SIZE.annotation) <= room);
      return piece ? [{ text, middle: piece.middle }] : [];
    });
    const { text, middle } = placed[0] ?? { text: "", middle: from };
    return [{ rank, part: part.name, from, to, middle, label: text, labelColor: labelColorOn(part.color) }];
  });
}

/** Where a label is not crossed by the mark: before it, then after it. */
function piecesOf(from: number, to: number, mark: number | undefined): (readonly [number, number])[] {
  if (mark === undefined || (mark - from) * (mark - to) >= 0) return [[from, to]];
  return [
    [from, mark],
    [mark, to],
  ];
}

function markLayers({ x, text }: { readonly x: number; readonly text?: string }, on: Position): DataLayer[] {
  return [
    {
      data: { values: [{ x }] },
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.5, color: COLORS.light.text },
      encoding: { x: on },
    },
    {
      data: { values: text === undefined ? [] : [{ x, text }] },
      mark: { type: "text", baseline: "bottom", dy: -4, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { x: on, y: { value: 0 }, text: { field: "text", type: "nominal" } },
    },
  ];
}
