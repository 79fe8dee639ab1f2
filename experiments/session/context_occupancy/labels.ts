/** Labels in figures. */
import type { DataLayer, Mark } from "../../../lib/chart/spec.ts";
import { COLORS } from "../../../lib/chart/theme.ts";

interface Labels {
  readonly data: DataLayer["data"];
  readonly mark: Omit<Mark, "type">;
  readonly encoding: NonNullable<DataLayer["encoding"]>;
}

/** Texts with a rim of the background's color, so that they can be read where lines pass behind them. */
export function overLines({ data, mark, encoding }: Labels): DataLayer[] {
  const text = { type: "text", color: COLORS.light.text, ...mark } as const;
  return [
    { data, mark: { ...text, stroke: COLORS.light.background, strokeWidth: 4, strokeJoin: "round" }, encoding },
    { data, mark: text, encoding },
  ];
}
