import { type Channel, type Legend, labelLookup } from "./spec.ts";
import { textWidth } from "./text-width.ts";
import { FONT_SIZE, PANEL, providerScale } from "./theme.ts";

/** The text of each series in the legend; `null` draws no legend (a table next to the chart names the colors). */
export type LegendText = ((series: string) => string) | ReadonlyMap<string, string> | null;

/** A row of squares above the panel. */
export const SQUARES = { orient: "top", direction: "horizontal", symbolType: "square", symbolStrokeWidth: 0 } as const;

/** CSS pixels of a legend entry without its text. */
const ENTRY_PX = 42;

/** Color channel over the field `series`, which holds raw provider names, with a legend above the panel: one row if it fits. @param offset CSS pixels between them */
export function colorBySeries(names: readonly string[], legend: LegendText, offset?: number): Channel<"color"> {
  return {
    field: "series",
    type: "nominal",
    title: null,
    scale: providerScale(names),
    legend: legend && { ...legendOf(names, names.map(textOf(legend))), ...(offset === undefined ? {} : { offset }) },
  };
}

function textOf(legend: NonNullable<LegendText>): (series: string) => string {
  return typeof legend === "function" ? legend : (series) => legend.get(series) ?? series;
}

function legendOf(names: readonly string[], labels: readonly string[]): Legend {
  const widths = labels.map((label) => ENTRY_PX + textWidth(label, FONT_SIZE.label));
  const fits = widths.reduce((sum, width) => sum + width, 0) <= PANEL.width;
  const columns = Math.max(1, Math.floor(PANEL.width / Math.max(...widths)));
  return { orient: "top", direction: "horizontal", labelExpr: labelLookup(names, labels), ...(fits ? {} : { columns }) };
}
