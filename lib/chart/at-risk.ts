/** Below the axis of survival curves: how many things are still followed. */
import { grouped } from "../format/numbers.ts";
import { type Axis, type DataLayer, quantitative, withRows } from "./spec.ts";
import { widestOf } from "./text-width.ts";
import { COLORS, FONT_SIZE, PANEL } from "./theme.ts";

/** CSS pixels from the plot to the numbers below its axis, and from one line of them to the next. */
const BELOW_AXIS = 74;
const LINE = 22;
/** From the plot to the names, at least, and from a name to the first number. */
const NAMES_LEFT = 34;
const NAME_GAP = 10;

export interface AtRiskRow {
  readonly name: string;
  readonly color: string;
  readonly atRisk: (x: number) => number;
}

/** A line of numbers for each row, below a panel of the usual size. @param what is counted, before the first name */
export function atRiskLayers(what: string, rows: readonly AtRiskRow[], places: readonly number[], x: Axis): DataLayer[] {
  const first = rows.flatMap(({ atRisk }) => places.slice(0, 1).map((place) => grouped(atRisk(place))));
  const dx = -Math.max(NAMES_LEFT, Math.ceil(widestOf(first, FONT_SIZE.annotation) / 2) + NAME_GAP);
  return withRows(
    rows.flatMap(({ name, color, atRisk }, i): DataLayer[] => {
      const y = { value: PANEL.height + BELOW_AXIS + i * LINE };
      const text = { type: "text", baseline: "middle", fontSize: FONT_SIZE.annotation } as const;
      return [
        {
          data: { values: places.map((place) => ({ x: place, text: grouped(atRisk(place)) })) },
          mark: { ...text, color: COLORS.light.text },
          encoding: { x: quantitative("x", x), y, text: { field: "text", type: "nominal" } },
        },
        {
          data: { values: [{ text: `${i === 0 ? `${what}: ` : ""}${name}` }] },
          mark: { ...text, align: "right", dx, color },
          encoding: { x: { value: 0 }, y, text: { field: "text", type: "nominal" } },
        },
      ];
    }),
  );
}
