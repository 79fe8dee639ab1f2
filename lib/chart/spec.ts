/** Names for the parts of Vega-Lite specs that builders pass around. */

import type { ExprRef } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { PositionFieldDef } from "vega-lite/types_unstable/channeldef.js";
import type { Legend as VegaLiteLegend } from "vega-lite/types_unstable/legend.js";
import type { MarkDef } from "vega-lite/types_unstable/mark.js";
import type { DataMixins } from "vega-lite/types_unstable/spec/base.js";
import type { LayerSpec, UnitSpec, UnitSpecWithFrame } from "vega-lite/types_unstable/spec/index.js";
import { printable } from "./glyphs.ts";

export type Spec = TopLevelSpec;
/** One plot with its own axes and data; several make a figure: see grid.ts. */
export type LayeredPanel = LayerSpec<string>;
export type Panel = LayeredPanel | (UnitSpecWithFrame<string> & DataMixins);
export type Layer = LayerSpec<string> | UnitSpec<string>;
/** A layer with rows of its own. */
export type DataLayer = UnitSpec<string> & { readonly data: { readonly values: readonly object[] } };
/** The channels of a mark. Annotate a channel built apart from its mark, so that `as` is not needed: `const color: Channel<"color"> = …`. */
export type Encoding = NonNullable<UnitSpec<string>["encoding"]>;
export type Channel<C extends keyof Encoding> = NonNullable<Encoding[C]>;
/** An x or y channel over a field. */
export type Position = PositionFieldDef<string>;
export type Mark = MarkDef;
export type Legend = VegaLiteLegend<ExprRef>;

/** Scale and axis of a position channel, without a field: see `quantitative`. */
export interface Axis {
  readonly scale: Omit<NonNullable<Position["scale"]>, "domain"> & { readonly domain: [low: number, high: number] };
  readonly axis: NonNullable<Position["axis"]>;
  readonly title: string | null;
}

/** An x or y channel over a numeric field. */
export function quantitative(field: string, axis: Axis): Position {
  return { field, type: "quantitative", ...axis };
}

/** The layers that have rows: a layer without any would still take part in scales and legends. */
export function withRows(layers: readonly DataLayer[]): DataLayer[] {
  return layers.filter(({ data }) => data.values.length > 0);
}

/** A tick and its label. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Labels closer than this read as one. */
const LABEL_SEPARATION_PX = 6;

/** Axis options that put exactly these ticks with these labels; a label that would touch its neighbor is left out. */
export function explicitTicks(ticks: readonly Tick[]): NonNullable<Position["axis"]> {
  const values = ticks.map(({ value }) => value);
  const labels = ticks.map(({ label }) => label);
  // A smaller tick count, as in the theme, would thin out the given values.
  return {
    values,
    tickCount: Math.max(1, values.length),
    labelOverlap: "greedy",
    labelSeparation: LABEL_SEPARATION_PX,
    labelExpr: labelLookup(values, labels),
  };
}

/** Expression that shows the label of a tick's or a legend entry's value. Text is escaped as the same text in rows will be. */
export function labelLookup(values: readonly (number | string)[], labels: readonly string[]): string {
  return `${arrayLiteral(labels)}[indexof(${arrayLiteral(values)}, datum.value)]`;
}

function arrayLiteral(values: readonly (number | string)[]): string {
  return `[${values.map((value) => (typeof value === "string" ? textLiteral(printable(value)) : String(value))).join(",")}]`;
}

/** Vega trips over a literal that is the name of a member of every object, such as "constructor": such a text is written in two pieces. */
function textLiteral(text: string): string {
  return text in {} ? `(${JSON.stringify(text.slice(0, 1))}+${JSON.stringify(text.slice(1))})` : JSON.stringify(text);
}
