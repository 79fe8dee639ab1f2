import { labelLookup } from "./spec.ts";
import { providerScale } from "./theme.ts";

/** Rewrites the name of a series for the legend; `null` draws no legend (a table beside the chart names the colours). */
export type LegendText = ((series: string) => string) | null;

/** Colour channel over the field `series`, which holds raw provider names, with a legend in one row above the panel. */
export function seriesColor(names: readonly string[], legend: LegendText): object {
  return {
    field: "series",
    type: "nominal",
    title: null,
    scale: providerScale(names),
    legend: legend && { orient: "top", direction: "horizontal", labelExpr: labelLookup(names, names.map(legend)) },
  };
}
