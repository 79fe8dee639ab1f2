import { providerScale } from "./theme.ts";

/** Rewrites the name of a series for the legend; `null` draws no legend (a table beside the chart names the colours). */
export type LegendText = ((series: string) => string) | null;

/** Colour channel over the field `series`, which holds raw provider names, with a legend in one row above the panel. */
export function seriesColor(names: readonly string[], legend: LegendText): object {
  const labels = legend && Object.fromEntries(names.map((name) => [name, legend(name)]));
  return {
    field: "series",
    type: "nominal",
    title: null,
    scale: providerScale(names),
    legend: labels && { orient: "top", direction: "horizontal", labelExpr: `(${JSON.stringify(labels)})[datum.value]` },
  };
}
