/** The look shared by all figures, as a Vega-Lite config. Sizes are CSS pixels and stay legible at half the size. */
import type { Config } from "vega-lite";
import { FONT_STACK } from "./font-stack.ts";
import { COLORS, type Mode, providerColor, seriesColor } from "./palette.ts";

export * from "./palette.ts";

/** Font sizes in CSS pixels. */
export const FONT_SIZE = { title: 20, subtitle: 15, panelTitle: 16, axisTitle: 16, label: 15, annotation: 14, small: 12 } as const;

/** Sizes in CSS pixels of a figure with one panel. */
export const PANEL = { width: 860, height: 440 } as const;

const NO_LIMIT = 0;
const MANY_LEGEND_ENTRIES = 500;
const WIDEST_LABELS = 900;

/** Frozen once per mode: `prepareSpec` merges it below what a spec says itself. */
export function themeConfig(mode: Mode = "light"): Config {
  const colors = COLORS[mode];
  return {
    font: FONT_STACK,
    background: colors.background,
    padding: { left: 16, right: 20, top: 14, bottom: 10 },
    view: { stroke: null, continuousWidth: PANEL.width, continuousHeight: PANEL.height },
    axis: {
      domainColor: colors.axis,
      gridColor: colors.grid,
      tickColor: colors.axis,
      tickSize: 5,
      labelColor: colors.muted,
      labelFontSize: FONT_SIZE.label,
      labelLimit: NO_LIMIT,
      labelPadding: 5,
      labelFlush: false,
      titleColor: colors.text,
      titleFontSize: FONT_SIZE.axisTitle,
      titleFontWeight: "normal",
      titleLimit: NO_LIMIT,
      titlePadding: 12,
      maxExtent: WIDEST_LABELS,
    },
    axisBand: { grid: false },
    axisQuantitative: { tickCount: 7 },
    header: {
      labelColor: colors.text,
      labelFontSize: FONT_SIZE.panelTitle,
      labelFontWeight: "bold",
      labelLimit: NO_LIMIT,
      titleColor: colors.text,
      titleFontSize: FONT_SIZE.axisTitle,
      titleLimit: NO_LIMIT,
    },
    legend: {
      labelColor: colors.text,
      labelFontSize: FONT_SIZE.label,
      labelLimit: NO_LIMIT,
      titleColor: colors.text,
      titleFontSize: FONT_SIZE.label,
      titleFontWeight: "normal",
      titleLimit: NO_LIMIT,
      symbolLimit: MANY_LEGEND_ENTRIES,
      symbolOpacity: 1,
      symbolSize: 150,
      symbolStrokeWidth: 3,
      rowPadding: 5,
      columnPadding: 22,
    },
    title: {
      anchor: "start",
      frame: "bounds",
      color: colors.text,
      fontSize: FONT_SIZE.title,
      fontWeight: "bold",
      limit: NO_LIMIT,
      offset: 16,
      subtitleColor: colors.muted,
      subtitleFontSize: FONT_SIZE.subtitle,
      subtitleLineHeight: FONT_SIZE.subtitle + 6,
      subtitlePadding: 7,
    },
    concat: { spacing: 36 },
    facet: { spacing: 36 },
    range: {
      category: [
        providerColor("codex", [], mode),
        providerColor("claude", [], mode),
        ...Array.from({ length: 6 }, (_, i) => seriesColor(i, mode)),
      ],
    },
    mark: { color: providerColor("codex", [], mode) },
    text: { color: colors.text, fontSize: FONT_SIZE.annotation, limit: NO_LIMIT },
    rule: { color: colors.muted },
    line: { strokeWidth: 2.5, strokeCap: "round", strokeJoin: "round" },
    bar: { stroke: null },
  };
}
