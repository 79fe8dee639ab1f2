/** The floor of each group and the errors of the three fits. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { type Channel, type DataLayer, type Legend, type Position, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS, PANEL, seriesColor } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { segmentLabel } from "../../../lib/trace/segments.ts";
import { errorOf, type Measured, over, smoothMeans } from "./measure.ts";

const TITLE = "The error that tokens leave, and the errors of the fits";
const ROW_STEP = 46;
/** Larger errors are drawn at the end of the axis. */
const MOST_DRAWN = 2;

const READING = `One row per group: the bar ends at the floor over similar tokens, the points are the smooth relative errors of the three fits. A point at the
end of its bar predicts as well as tokens allow. The distance between them is what a better model of tokens could gain; the bar is what only other
knowledge could.`;

/** In the order of the legend; the floor is a bar, the fits are points. */
const FLOOR = "floor, similar tokens";
const FITS = [
  { name: "fit to relative error", shape: "circle", color: seriesColor(3), target: "smooth_relative_duration_ms" },
  { name: "fit to logs", shape: "diamond", color: seriesColor(0), target: "log_duration_ms" },
  { name: "fit to milliseconds", shape: "square", color: seriesColor(1), target: "duration_ms" },
] as const;

/** Null when no group has both neighborhoods and a fit. */
export function floorFigure({ comparisons }: Measured, topGroups: number): Figure | null {
  const shown = comparisons.slice(0, topGroups).filter(({ local }) => local.smooth !== null);
  if (shown.length === 0) return null;
  const floors = shown.map(({ local }, rank) => ({ rank, x: Math.min(local.smooth ?? 0, MOST_DRAWN), zero: 0, series: FLOOR }));
  const errors = shown.flatMap((comparison, rank) =>
    FITS.flatMap(({ name, target }) => {
      const x = errorOf(comparison, target, "smooth_relative_absolute_error");
      return x === null ? [] : [{ rank, x: Math.min(x, MOST_DRAWN), series: name }];
    }),
  );
  const largest = [...floors, ...errors].reduce((most, { x }) => Math.max(most, x), 0);
  const x = shareAxis({ title: "Mean |predicted - observed| / (observed + T)", domain: [0, largest * 1.04] });
  const y: Position = { field: "rank", ...rankAxis(shown.map(({ group }) => segmentLabel(group))) };
  const names = [FLOOR, ...FITS.map(({ name }) => name)];
  const range = [COLORS.light.boxFace, ...FITS.map(({ color }) => color)];
  const shapes = ["square", ...FITS.map(({ shape }) => shape)];
  const legend: Legend = { orient: "top", direction: "horizontal", title: null };
  const color: Channel<"color"> = { field: "series", type: "nominal", scale: { domain: names, range }, legend };
  const layers: DataLayer[] = [
    {
      data: { values: floors },
      mark: { type: "bar", height: { band: 0.5 } },
      encoding: { y, x: quantitative("zero", x), x2: { field: "x" }, color },
    },
    {
      data: { values: errors },
      mark: { type: "point", filled: true, size: 150, opacity: 1, stroke: COLORS.light.background, strokeWidth: 1 },
      encoding: {
        y,
        x: quantitative("x", x),
        color,
        shape: { field: "series", type: "nominal", scale: { domain: names, range: shapes }, legend },
      },
    },
  ];
  const panel = { width: PANEL.width, height: { step: ROW_STEP }, layer: layers };
  const means = smoothMeans(comparisons);
  const ratio = over(means.smooth, means.floor);
  const sentence = `${share(means.smooth)} of the fit against ${share(means.floor)} of the floor`;
  return {
    name: "timing_feature_ambiguity_floor_vs_fit",
    title: TITLE,
    spec: figure(
      panel,
      figureTitle(
        ratio === null ? TITLE : `The error of the best fit is ${toFixedHalfEven(ratio, 2)} times the error that tokens leave`,
        "Relative error by group. Bar: smallest error of one prediction for segments with similar tokens. Points: polynomials of tokens on test segments.",
      ),
    ),
    caption: `One row per provider, model and kind of segment with neighborhoods and a fit, ${shown.length < comparisons.length ? `the first ${shown.length} of ${comparisons.length}, ` : ""}most segments in neighborhoods first. Weighted by these: ${sentence}. A point inside its bar is possible, because bar and points are over different segments. Errors over ${percent(MOST_DRAWN)} are drawn at ${percent(MOST_DRAWN)}.`,
    reading: READING,
    alt: `Horizontal bars of the smallest relative error of ${shown.length} groups, with points for three fits, most of them to the right of the bar's end. Weighted over the groups: ${sentence}.`,
  };
}

function share(value: number | null): string {
  return value === null ? "n/a" : percent(value, 1);
}
