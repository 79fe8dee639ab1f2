/** The spread of a value in several groups: a box or bar for the middle, a line for the tails, dots for further quantiles. */
import { intervalLines } from "./interval-lines.ts";
import { ROW_STEP, rankAxis } from "./ranked-bars.ts";
import { type Axis, type Channel, type DataLayer, type LayeredPanel, type Position, quantitative, withRows } from "./spec.ts";
import { COLORS, PANEL } from "./theme.ts";
import { type TokenAxis, tokenPosition } from "./token-axis.ts";

/** All values in the unit of the axis and, on a log axis, above zero. */
export interface QuantileRange {
  readonly name: string;
  /** Ends of the thin line, for example p5 and p95. */
  readonly whiskers?: readonly [number, number];
  /** The box from p25 to p75 and the median in it. Left out where there are too few values: these are then `dots`. */
  readonly box?: readonly [number, number];
  readonly median?: number;
  /** A line below the box: where the median may as well be. */
  readonly interval?: { readonly lo: number; readonly hi: number };
  /** Further quantiles, for example p90 and p99, or all values where there are few. */
  readonly dots?: readonly number[];
  /** Default: the blue of boxes. */
  readonly color?: string;
}

export interface QuantileRangesOptions {
  readonly ranges: readonly QuantileRange[];
  readonly x: Axis;
  readonly width?: number;
}

/** From the middle of a row to the line below its box. */
const INTERVAL_OFFSET_PX = 0.42 * ROW_STEP;

/** One row for each range, top to bottom in the order given. */
export function quantileRanges({ ranges, x, width = PANEL.width }: QuantileRangesOptions): LayeredPanel {
  const rows = ranges.map((range, rank) => ({ rank, color: range.color ?? COLORS.light.boxFace, ...flat(range) }));
  const y: Position = { field: "rank", ...rankAxis(ranges.map(({ name }) => name)) };
  const on = (field: string) => quantitative(field, x);
  const whiskers = rows.filter((row) => row.low !== undefined);
  const boxes = rows.filter((row) => row.boxLow !== undefined);
  const medians = rows.filter((row) => row.median !== undefined);
  const dots = ranges.flatMap(({ dots: values = [], color }, rank) =>
    values.map((value) => ({ rank, value, color: color ?? COLORS.light.boxEdge })),
  );
  const color: Channel<"color"> = { field: "color", type: "nominal", scale: null };
  const ends = ["low", "high"].map(
    (end): DataLayer => ({
      data: { values: whiskers },
      mark: { type: "tick", thickness: 1.3, size: 11, color: COLORS.light.muted },
      encoding: { y, x: on(end) },
    }),
  );
  return {
    width,
    height: { step: ROW_STEP },
    layer: withRows([
      {
        data: { values: whiskers },
        mark: { type: "rule", strokeWidth: 1.3, color: COLORS.light.muted },
        encoding: { y, x: on("low"), x2: { field: "high" } },
      },
      ...ends,
      {
        data: { values: boxes },
        mark: { type: "bar", height: { band: 0.6 }, stroke: COLORS.light.boxEdge, strokeWidth: 1, minBandSize: 2 },
        encoding: { y, x: on("boxLow"), x2: { field: "boxHigh" }, color },
      },
      {
        data: { values: medians },
        mark: { type: "tick", thickness: 2.4, size: ROW_STEP * 0.6, color: COLORS.light.text },
        encoding: { y, x: on("median") },
      },
      ...intervalLines(
        ranges.flatMap(({ interval }, rank) => (interval ? [{ rank, ...interval }] : [])),
        y,
        on,
        INTERVAL_OFFSET_PX,
      ),
      { data: { values: dots }, mark: { type: "circle", size: 60, opacity: 1 }, encoding: { y, x: on("value"), color } },
    ]),
  };
}

function flat({ whiskers, box, median }: QuantileRange) {
  return {
    ...(whiskers && { low: whiskers[0], high: whiskers[1] }),
    ...(box && { boxLow: box[0], boxHigh: box[1] }),
    ...(median !== undefined && { median }),
  };
}

/** A range of token counts on their axis: a box from p25 to p75, with dots at p90 and p99. */
export function tokenRange(
  look: Pick<QuantileRange, "name" | "color">,
  tokens: Readonly<Record<"p25" | "p50" | "p75" | "p90" | "p99", number>>,
  { firstTick }: Pick<TokenAxis, "firstTick">,
): QuantileRange {
  const place = (quantile: keyof typeof tokens) => tokenPosition(tokens[quantile], firstTick);
  return { ...look, box: [place("p25"), place("p75")], median: place("p50"), dots: [place("p90"), place("p99")] };
}
