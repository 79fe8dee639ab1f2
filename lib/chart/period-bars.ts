/** Bars over time, one per period, stacked by provider. */
import type { PeriodScale } from "../format/periods.ts";
import { type Axis, explicitTicks, labelLookup, type Panel, quantitative } from "./spec.ts";
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

export function periodBars({ values, scale, providers, y, legend = true, height, dates = true }: PeriodBarsOptions): Panel {
  const barPx = (PANEL.width * scale.width) / (scale.to - scale.from);
  return {
    width: PANEL.width,
    height,
    data: { values: stacked(values, scale.width) },
    mark: { type: "bar", binSpacing: barPx >= GAP_FROM_PX ? 2 : 0 },
    encoding: {
      x: {
        field: "start",
        type: "quantitative",
        bin: "binned",
        title: null,
        scale: { domain: [scale.from, scale.to], nice: false, zero: false },
        axis: { ...explicitTicks(scale.ticks), grid: false, ...(dates ? {} : { labels: false }) },
      },
      x2: { field: "end" },
      y: quantitative("from", y),
      y2: { field: "to" },
      color: {
        field: "provider",
        type: "nominal",
        scale: providerScale(providers),
        legend: legend
          ? {
              title: null,
              orient: "top",
              direction: "horizontal",
              symbolType: "square",
              symbolStrokeWidth: 0,
              labelExpr: labelLookup(
                providers,
                providers.map((name) => providerLabel(name)),
              ),
            }
          : null,
      },
    },
  };
}

/** Height of the highest bar. */
export function largestStack(values: readonly PeriodValue[]): number {
  return Math.max(0, ...stacked(values, 0).map(({ to }) => to));
}

interface StackedBar {
  readonly provider: string;
  readonly start: number;
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

function stacked(values: readonly PeriodValue[], width: number): StackedBar[] {
  const tops = new Map<number, number>();
  return values.map(({ provider, start, value }) => {
    const from = tops.get(start) ?? 0;
    tops.set(start, from + value);
    return { provider, start, from, to: from + value, end: start + width };
  });
}
