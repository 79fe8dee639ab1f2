/** How the verdicts on a dimension look in figures. */
import { COLORS, seriesColor } from "../../../lib/chart/palette.ts";
import type { Channel } from "../../../lib/chart/spec.ts";
import type { Finding } from "./drift.ts";

const VERDICTS = [
  { name: "Drifted", color: seriesColor(3) },
  { name: "Not drifted", color: COLORS.light.text },
  { name: "No verdict", color: COLORS.light.neutral },
] as const;
type Verdict = (typeof VERDICTS)[number]["name"];

export function verdictOf({ drifted }: Pick<Finding, "drifted">): Verdict {
  if (drifted === null) return "No verdict";
  return drifted ? "Drifted" : "Not drifted";
}

/** @param legendOffset in pixels above the plot; null for no legend */
export function verdictColor(legendOffset: number | null): Channel<"color"> {
  return {
    field: "verdict",
    type: "nominal",
    scale: { domain: VERDICTS.map(({ name }) => name), range: VERDICTS.map(({ color }) => color) },
    legend: legendOffset === null ? null : { title: null, orient: "top", direction: "horizontal", offset: legendOffset },
  };
}
