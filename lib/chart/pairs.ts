/** The same numbers before and after, on one axis: dots by name, or lines. */
import { rankAxis } from "./ranked-bars.ts";
import { type Axis, type Channel, type DataLayer, type LayeredPanel, type Legend, quantitative, withRows } from "./spec.ts";
import { COLORS } from "./theme.ts";

/** A name with a value before and after; null where there is none. */
export interface PairedValues {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface PairedPoint {
  readonly x: number;
  readonly y: number;
}

interface Size {
  /** CSS pixels, of the plot without the names. */
  readonly width?: number;
  readonly height?: number;
}

const WIDTH = 300;
const HEIGHT = 200;
const STEP = 26;
const RING_AREA = 110;
const DOT_AREA = 50;
const MARK_AREA = { before: 90, after: 30 };
/** Lines through no more points than these show each of them. */
const MOST_MARKED = 40;

const COLOR = { before: COLORS.light.neutral, after: COLORS.light.text };
const NAMES = { before: "before", after: "after" };
const RUNS = Object.values(NAMES);
const LEGEND: Legend = { title: null, orient: "top", direction: "horizontal", symbolType: "circle", symbolStrokeWidth: 2 };
const LINE_LEGEND: Legend = { ...LEGEND, symbolType: "stroke", symbolStrokeWidth: 3 };
/** Rings before, full dots after. */
const STROKE: Channel<"stroke"> = {
  field: "run",
  type: "nominal",
  scale: { domain: RUNS, range: Object.values(COLOR) },
  legend: LEGEND,
};
const FILL: Channel<"fill"> = {
  field: "run",
  type: "nominal",
  scale: { domain: RUNS, range: [COLORS.light.background, COLOR.after] },
  legend: LEGEND,
};

/** A row for each name, in the order given: a ring before, a dot after, a line between them. */
export function pairedDots({ rows, x, width = WIDTH }: { readonly rows: readonly PairedValues[]; readonly x: Axis } & Size): LayeredPanel {
  const y = { field: "rank", ...rankAxis(rows.map(({ name }) => name)) };
  const dots = (run: "before" | "after", size: number): DataLayer => ({
    data: { values: rows.flatMap(({ name, [run]: value }, rank) => (value === null ? [] : [{ rank, name, run, value }])) },
    mark: { type: "point", opacity: 1, size, strokeWidth: 2 },
    encoding: { y, x: quantitative("value", x), stroke: STROKE, fill: FILL },
  });
  return {
    width,
    height: { step: STEP },
    layer: withRows([
      {
        data: { values: rows.flatMap(({ before, after }, rank) => (before === null || after === null ? [] : [{ rank, before, after }])) },
        mark: { type: "rule", strokeWidth: 2, color: COLORS.light.axis },
        encoding: { y, x: quantitative("before", x), x2: { field: "after" } },
      },
      dots("before", RING_AREA),
      dots("after", DOT_AREA),
    ]),
  };
}

interface PairedLines extends Size {
  /** In the order of x. */
  readonly before: readonly PairedPoint[];
  readonly after: readonly PairedPoint[];
  readonly x: Axis;
  readonly y: Axis;
  /** What the lines are called. Default: before and after. */
  readonly names?: { readonly before: string; readonly after: string };
  /** Each value holds up to the next point, as in shares of values up to each value. */
  readonly stairs?: boolean;
}

/**
 * A broad pale line before, a narrow dark one after, so that both are seen where they agree; of few points each is marked. In a
 * grid the panels have one legend.
 */
export function pairedLines({
  before,
  after,
  x,
  y,
  names = NAMES,
  stairs = false,
  width = WIDTH,
  height = HEIGHT,
}: PairedLines): LayeredPanel {
  const at = { x: quantitative("x", x), y: quantitative("y", y) };
  const interpolation = stairs ? ({ interpolate: "step-after" } as const) : {};
  const scale = { domain: [names.before, names.after], range: Object.values(COLOR) };
  const layers = (
    [
      ["before", before, 5],
      ["after", after, 1.8],
    ] as const
  ).flatMap(([run, points, strokeWidth]): DataLayer[] => {
    const data = { values: points.map((point) => ({ ...point, run: names[run] })) };
    const marked = points.length <= MOST_MARKED && !stairs ? data : { values: [] };
    return [
      {
        data,
        mark: { type: "line", strokeWidth, ...interpolation },
        encoding: { ...at, stroke: { ...STROKE, scale, legend: LINE_LEGEND } },
      },
      { data: marked, mark: { type: "circle", opacity: 1, size: MARK_AREA[run], color: COLOR[run] }, encoding: at },
    ];
  });
  return { width, height, layer: withRows(layers) };
}
