/** Names for the parts of Vega-Lite specs that builders pass around. */

import type { ExprRef } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { PositionFieldDef } from "vega-lite/types_unstable/channeldef.js";
import type { Legend as VegaLiteLegend } from "vega-lite/types_unstable/legend.js";
import type { LayerSpec, UnitSpec } from "vega-lite/types_unstable/spec/index.js";
import { printable } from "./glyphs.ts";

export type Spec = TopLevelSpec;
/** One plot with its own axes and data; several make a figure: see grid.ts. */
export type Panel = LayerSpec<string> | UnitSpec<string>;
export type Layer = LayerSpec<string> | UnitSpec<string>;
/** The channels of a mark. A channel built apart from its mark is `const x: Encoding["x"] = …`, so that `as` is not needed. */
export type Encoding = NonNullable<UnitSpec<string>["encoding"]>;
export type Legend = VegaLiteLegend<ExprRef>;
type Position = PositionFieldDef<string>;

/** Scale and axis of a position channel, without a field: `{ field: "seconds", type: "quantitative", ...axis }`. */
export interface Axis {
  readonly scale: NonNullable<Position["scale"]>;
  readonly axis: NonNullable<Position["axis"]>;
  readonly title: string | null;
}

/** A tick with the text that stands at it. */
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
