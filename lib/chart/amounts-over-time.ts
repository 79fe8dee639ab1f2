/** Amounts over days or longer periods: one stacked bar per period, a color per name. Periods without anything stay empty. */
import { shortLabel } from "../format/labels.ts";
import type { PeriodScale } from "../format/periods.ts";
import { groupBy } from "../stats/group-by.ts";
import { sumOf } from "../stats/sum.ts";
import { shownDays, stacked, startsOf } from "./period-bars.ts";
import { SQUARES } from "./series.ts";
import { type Axis, type DataLayer, type LayeredPanel, labelLookup, quantitative, withRows } from "./spec.ts";
import { FONT_SIZE, PANEL } from "./theme.ts";

interface PeriodAmount {
  /** Beginning of the period in days since 1970-01-01. */
  readonly start: number;
  readonly name: string;
  /** Not negative. */
  readonly value: number;
}

export interface AmountsOverTimeOptions {
  /** At most one for each period and name. */
  readonly amounts: readonly PeriodAmount[];
  /** From the bottom; the legend shows the label, or the name. */
  readonly names: readonly { readonly name: string; readonly color: string; readonly label?: string }[];
  readonly scale: PeriodScale;
  /** A linear axis with room for the largest stack. */
  readonly y: Axis;
  readonly height?: number;
  /** A text over the bar of a period, for example its total. */
  readonly callout?: { readonly start: number; readonly text: string };
}

const HEIGHT = 360;
/** Narrower bars are drawn without a gap between them. */
const GAP_FROM_PX = 8;
/** A callout nearer to an end of the panel, as a share of its width, would be cut when centered. */
const CALLOUT_FROM_END = 0.15;

export function amountsOverTime({ amounts, names, scale, y, height = HEIGHT, callout }: AmountsOverTimeOptions): LayeredPanel {
  const places = new Map(names.map(({ name }, i) => [name, i]));
  const fromBottom = amounts.toSorted((a, b) => (places.get(a.name) ?? 0) - (places.get(b.name) ?? 0));
  // The legend reads from top to bottom as the bars do.
  const entries = names.toReversed();
  const order = entries.map(({ name }) => name);
  const [from, to] = shownDays(scale);
  const barPx = (PANEL.width * scale.width) / (to - from);
  const layers: DataLayer[] = [
    {
      data: { values: stacked(fromBottom, scale.width) },
      mark: { type: "bar", binSpacing: barPx >= GAP_FROM_PX ? 1 : 0 },
      encoding: {
        x: startsOf(scale),
        x2: { field: "end" },
        y: quantitative("from", y),
        y2: { field: "to" },
        color: {
          field: "name",
          type: "nominal",
          sort: order,
          scale: { domain: order, range: entries.map(({ color }) => color) },
          legend: {
            title: null,
            ...SQUARES,
            orient: "right",
            direction: "vertical",
            labelExpr: labelLookup(
              order,
              entries.map(({ name, label }) => label ?? shortLabel(name)),
            ),
          },
        },
      },
    },
    ...(callout ? [calloutLayer(callout, amounts, scale, y)] : []),
  ];
  return { width: PANEL.width, height, layer: withRows(layers) };
}

/** Amounts of days as those of the periods that hold them, in order; without those that are 0. */
export function amountsOfPeriods(
  daily: readonly (Omit<PeriodAmount, "start"> & { readonly day: number })[],
  scale: PeriodScale,
): PeriodAmount[] {
  const periods = groupBy(daily, ({ day }) => scale.startOf(day));
  return [...periods.keys()]
    .sort((a, b) => a - b)
    .flatMap((start) =>
      [...groupBy(periods.get(start) ?? [], ({ name }) => name)]
        .map(([name, members]) => ({ start, name, value: sumOf(members, ({ value }) => value) }))
        .filter(({ value }) => value > 0),
    );
}

/** The period with the most, the first of these; null without any. */
export function largestPeriod(amounts: readonly PeriodAmount[]): { readonly start: number; readonly value: number } | null {
  const totals = [...groupBy(amounts, ({ start }) => start)].map(([start, members]) => ({
    start,
    value: sumOf(members, ({ value }) => value),
  }));
  return totals.toSorted((a, b) => b.value - a.value || a.start - b.start)[0] ?? null;
}

type Options = AmountsOverTimeOptions;

/** Over its bar, and within the panel. */
function calloutLayer(
  { start: at, text }: NonNullable<Options["callout"]>,
  amounts: Options["amounts"],
  scale: PeriodScale,
  y: Axis,
): DataLayer {
  const middle = at + scale.width / 2;
  const top = sumOf(
    amounts.filter(({ start }) => start === at),
    ({ value }) => value,
  );
  const [from, to] = shownDays(scale);
  const place = (middle - from) / (to - from);
  const align = place < CALLOUT_FROM_END ? "left" : place > 1 - CALLOUT_FROM_END ? "right" : "center";
  return {
    data: { values: [{ middle, top, text }] },
    mark: { type: "text", align, baseline: "bottom", dy: -4, fontSize: FONT_SIZE.annotation },
    encoding: { x: { field: "middle", type: "quantitative" }, y: quantitative("top", y), text: { field: "text", type: "nominal" } },
  };
}
