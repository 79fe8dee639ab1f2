/** Bars over time, one per period, stacked by provider. */
import type { PeriodScale } from "../format/periods.ts";
import { SQUARES } from "./series.ts";
import { type Axis, explicitTicks, labelLookup, type Panel, type Position, quantitative } from "./spec.ts";
import { PANEL, providerLabel, providerScale } from "./theme.ts";

interface PeriodValue {
  readonly provider: string;
  /** Begin of the period: days since 1970-01-01. */
  readonly start: number;
  readonly value: number;
}

export interface PeriodBarsOptions {
  /** Stacked in the order given; periods without a value need no entry. */
  readonly values: readonly PeriodValue[];
  readonly scale: PeriodScale;
  /** Providers that have a color, in the whole figure. */
  readonly providers: readonly string[];
  /** A linear axis with room for the largest stack: see `largestStack`. */
  readonly y: Axis;
  /** Whether to draw the legend. Default true. */
  readonly legend?: boolean;
  readonly height: number;
  /** Whether to draw dates below the panel. Default true. */
  readonly dates?: boolean;
}

/** Narrower bars are drawn without a gap between them. */
const GAP_FROM_PX = 8;
const FEWEST_PERIODS = 5;

export function periodBars({ values, scale, providers, y, legend = true, height, dates = true }: PeriodBarsOptions): Panel {
  const titles = providers.map((name) => providerLabel(name));
  const [from, to] = shownDays(scale);
  const barPx = (PANEL.width * scale.width) / (to - from);
  return {
    width: PANEL.width,
    height,
    data: { values: stacked(values, scale.width) },
    mark: { type: "bar", binSpacing: barPx >= GAP_FROM_PX ? 2 : 0 },
    encoding: {
      x: startsOf(scale, dates),
      x2: { field: "end" },
      y: quantitative("from", y),
      y2: { field: "to" },
      color: {
        field: "provider",
        type: "nominal",
        scale: providerScale(providers),
        legend: legend ? { title: null, ...SQUARES, labelExpr: labelLookup(providers, titles) } : null,
      },
    },
  };
}

/** Begin and end of what a panel shows: some periods more where there are few, because a bar as wide as the panel looks like a fill. */
export function shownDays({ from, to, width }: Pick<PeriodScale, "from" | "to" | "width">): [from: number, to: number] {
  const added = Math.max(0, FEWEST_PERIODS - (to - from) / width);
  const before = Math.floor(added / 2) * width;
  return [from - before, to + added * width - before];
}

/** The channel of the beginnings of bars; their ends are the field `end`. */
export function startsOf(scale: Pick<PeriodScale, "from" | "to" | "width" | "ticks">, dates = true): Position {
  const [from, to] = shownDays(scale);
  const { ticks } = scale;
  return {
    field: "start",
    type: "quantitative",
    bin: "binned",
    title: null,
    scale: { domain: [from, to], nice: false, zero: false },
    axis: { ...explicitTicks(ticks), grid: false, ...(dates ? {} : { labels: false }) },
  };
}

/** Height of the highest bar. */
export function largestStack(values: readonly PeriodValue[]): number {
  return Math.max(0, ...stacked(values, 0).map(({ to }) => to));
}

/** Bars that begin where the one before in their period ends. */
export function stacked<T extends { readonly start: number; readonly value: number }>(values: readonly T[], width: number) {
  const tops = new Map<number, number>();
  return values.map(({ value, ...bar }) => {
    const from = tops.get(bar.start) ?? 0;
    tops.set(bar.start, from + value);
    return { ...bar, from, to: from + value, end: bar.start + width };
  });
}
