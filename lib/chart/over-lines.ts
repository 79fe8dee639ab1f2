/** Labels that can be read where lines pass behind them. */
import type { DataLayer, Mark } from "./spec.ts";
import { COLORS } from "./theme.ts";

interface Labels {
  readonly data: DataLayer["data"];
  readonly mark: Omit<Mark, "type">;
  readonly encoding: NonNullable<DataLayer["encoding"]>;
}

/** Texts with a rim of the background's color. */
export function overLines({ data, mark, encoding }: Labels): DataLayer[] {
  const text = { type: "text", color: COLORS.light.text, ...mark } as const;
  return [
    { data, mark: { ...text, stroke: COLORS.light.background, strokeWidth: 4, strokeJoin: "round" }, encoding },
    { data, mark: text, encoding },
  ];
}
