/** Whether a sum is in many small values or in a few large ones: shares of the values and of their sum up to each size, a panel per group. */
import { percent } from "../format/numbers.ts";
import { at } from "../stats/known.ts";
import { shareAxis } from "./axes.ts";
import { withHeading } from "./grid.ts";
import { type Axis, type Layer, type Mark, type Panel, quantitative } from "./spec.ts";
import { COLORS, FONT_SIZE, providerColor, providerLabel, providerOrder } from "./theme.ts";

/** Shares of all values of the group, and of their sum, up to `upTo`. */
export interface SharePoint {
  readonly upTo: number;
  readonly count: number;
  readonly sum: number;
}

export interface ShareGroup {
  /** Provider. */
  readonly name: string;
  /** Over the panel, for example with what is summed up in it. Default: the provider. */
  readonly heading?: string;
  /** Below the heading. */
  readonly note?: string;
  /** Ascending. */
  readonly points: readonly SharePoint[];
  /** What the panel marks and labels. */
  readonly marked: SharePoint;
}

export interface CountAndSumOptions {
  readonly groups: readonly ShareGroup[];
  readonly x: Axis;
  /** What is counted and what is summed, as labels: `waits`, `idle time`. */
  readonly count: string;
  readonly sum: string;
  /** Of the marked place: `5 min`. */
  readonly mark: string;
  readonly width?: number;
}

const HEIGHT = 300;
/** Behind labels. */
const HALO = { color: COLORS.light.background, stroke: COLORS.light.background, strokeWidth: 4, strokeJoin: "round" } as const;
const LABEL_GAP = 9;
/** From a point up to the middle of its label, as a share of the height. */
const LABEL_RISE = 0.045;

/** One panel per group: a dashed line for the values, a solid one for their sum. */
export function countAndSumPanels({ groups, x, count, sum, mark, width = 440 }: CountAndSumOptions): Panel[] {
  const names = providerOrder(groups.map(({ name }) => name));
  return groups.map(({ name, heading = providerLabel(name), note, points, marked }) => {
    const color = providerColor(name, names);
    const panel: Panel = {
      width,
      height: HEIGHT,
      layer: [
        reference(marked.upTo, mark, x),
        line(points, "count", color, x),
        line(points, "sum", color, x),
        ...labels(marked, { count, sum }, color, x),
      ],
    };
    return withHeading(panel, heading, note === undefined ? {} : { note });
  });
}

function yAxis(): Axis {
  return shareAxis({ title: "Share up to this length", ticks: [0, 0.25, 0.5, 0.75, 1] });
}

function line(points: readonly SharePoint[], of: "count" | "sum", color: string, x: Axis): Layer {
  return {
    data: { values: points.map((point) => ({ x: point.upTo, y: point[of] })) },
    mark: { type: "line", color, strokeWidth: of === "sum" ? 2.6 : 1.8, ...(of === "count" ? { strokeDash: [6, 4] } : {}) },
    encoding: { x: quantitative("x", x), y: quantitative("y", yAxis()) },
  };
}

function reference(place: number, label: string, x: Axis): Layer {
  const here = quantitative("x", x);
  return {
    data: { values: [{ x: place, label }] },
    layer: [
      { mark: { type: "rule", strokeWidth: 1, color: COLORS.light.axis }, encoding: { x: here } },
      {
        mark: { type: "text", baseline: "bottom", dy: -4, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
        encoding: { x: here, y: { value: 0 }, text: { field: "label", type: "nominal" } },
      },
    ],
  };
}

/** Where the curves leave room: left of the mark and above them while the sum is small there, else right of it and below them. */
function labels({ upTo, count, sum }: SharePoint, names: { count: string; sum: string }, color: string, x: Axis): Layer[] {
  const here = quantitative("x", x);
  const y = (field: string) => quantitative(field, yAxis());
  const isLeft = sum < 0.5;
  const rows = [
    { x: upTo, y: count, text: `${percent(count, 1)} of the ${names.count}` },
    { x: upTo, y: sum, text: `${percent(sum, 1)} of the ${names.sum}` },
  ];
  const sumAt = Math.min(sum, 1 - 4 * LABEL_RISE) + LABEL_RISE;
  const countAt = Math.max(Math.min(count, 1 - 2 * LABEL_RISE) + LABEL_RISE, sumAt + 2 * LABEL_RISE);
  const places = isLeft ? [countAt, sumAt] : [sum - 1.5 * LABEL_RISE, sum - 3.5 * LABEL_RISE];
  const values = rows.map((row, i) => ({ ...row, labelY: at(places, i) }));
  const side: Pick<Mark, "align" | "dx"> = isLeft ? { align: "right", dx: -LABEL_GAP } : { align: "left", dx: LABEL_GAP };
  return [
    { data: { values }, mark: { type: "circle", size: 60, opacity: 1, color }, encoding: { x: here, y: y("y") } },
    ...[HALO, { color: COLORS.light.text }].map(
      (look): Layer => ({
        data: { values },
        mark: { type: "text", fontSize: FONT_SIZE.annotation, ...side, ...look },
        encoding: { x: here, y: y("labelY"), text: { field: "text", type: "nominal" } },
      }),
    ),
  ];
}
