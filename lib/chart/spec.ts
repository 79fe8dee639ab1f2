/** Names for the parts of Vega-Lite specs that builders pass around. */
import type { TopLevelSpec } from "vega-lite";
import type { PositionFieldDef } from "vega-lite/types_unstable/channeldef.js";
import type { LayerSpec, UnitSpec } from "vega-lite/types_unstable/spec/index.js";

export type Spec = TopLevelSpec;
/** One plot with its own axes and data; several make a figure: see grid.ts. */
export type Panel = LayerSpec<string> | UnitSpec<string>;
export type Layer = LayerSpec<string> | UnitSpec<string>;
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

/** Axis options that put exactly these ticks with these labels; a label that would touch its neighbour is left out. */
export function explicitTicks(ticks: readonly Tick[]): NonNullable<Position["axis"]> {
  const labels = Object.fromEntries(ticks.map(({ value, label }) => [String(value), label]));
  const values = ticks.map(({ value }) => value);
  // A smaller tick count, as in the theme, would thin out the given values.
  return { values, tickCount: Math.max(1, values.length), labelOverlap: "greedy", labelExpr: `(${JSON.stringify(labels)})[datum.value]` };
}
