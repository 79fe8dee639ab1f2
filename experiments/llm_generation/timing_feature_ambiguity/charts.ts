/** From the floor of each group to the error of the best fit. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type Layer, type LayeredPanel, type Legend, type Position, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, seriesColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { segmentLabel } from "../../../lib/trace/segments.ts";
import { errorOf, type Measured, type Options, smoothMeans } from "./measure.ts";

/** Right of the greatest error, for its label. */
const ROOM_FOR_LABELS = 1.15;
const WIDTH = 640;
const ROW_STEP = 40;
/** Larger errors are drawn at the end of the axis. */
const MOST_DRAWN = 2;
/** The fit that is shown: the best one on this error. */
const SHOWN = "smooth_relative_duration_ms";
const FLOOR = "same or similar tokens";
const FIT = "best fit";

const READING = `One row per group: from the error that remains when tokens are nearly the same (circle) to the error of the best fit on test segments
(diamond). The length of the line is what a better model of tokens could gain; what is left of the circle only other knowledge could. Errors are
|predicted - observed| / (observed + T), where T keeps short segments from dominating (see \`--smooth-relative-threshold-ms\`).`;

/** Null when no group has both neighborhoods and a fit. */
export function floorFigure({ comparisons }: Measured, { topGroups, smoothRelativeThresholdMs }: Options): Figure | null {
  const shown = comparisons.slice(0, topGroups).flatMap((comparison) => {
    const { group, local } = comparison;
    const fit = errorOf(comparison, SHOWN, "smooth_relative_absolute_error");
    return local.smooth === null || fit === null ? [] : [{ name: segmentLabel(group), n: local.rows, floor: local.smooth, fit }];
  });
  if (shown.length === 0) return null;
  const means = smoothMeans(comparisons);
  const mean =
    means.floor === null || means.smooth === null || shown.length === 1
      ? []
      : [{ name: "All groups, weighted", n: shown.reduce((sum, { n }) => sum + n, 0), floor: means.floor, fit: means.smooth }];
  const rows = [...shown, ...mean];
  const [floor, fit] = [share(means.floor), share(means.smooth)];
  const sentence = `${fit} of the fit against ${floor} that tokens leave`;
  return {
    name: "timing_feature_ambiguity_floor_vs_fit",
    title: `Similar tokens leave ${floor} error; the best fit makes ${fit}`,
    subtitle: "The smallest error of one prediction for segments with similar tokens, and that of a polynomial of tokens on test segments.",
    coverage: { shown: shown.length, of: comparisons.length, what: "groups", rest: "are in the tables" },
    spec: dumbbells(rows, smoothRelativeThresholdMs),
    caption: `One row per provider, model and kind of segment with neighborhoods and a fit, most segments in neighborhoods first; T is ${grouped(smoothRelativeThresholdMs)} ms. Weighted by these: ${sentence}. A fit may be left of its floor, because the two are over different segments. Errors over ${percent(MOST_DRAWN)} are drawn at ${percent(MOST_DRAWN)}.`,
    reading: READING,
    alt: `Dumbbells for ${shown.length} groups from the smallest relative error to that of the best fit. Weighted over the groups: ${sentence}.`,
  };
}

interface ErrorRow {
  readonly name: string;
  /** Segments in neighborhoods. */
  readonly n: number;
  readonly floor: number;
  readonly fit: number;
}

function dumbbells(rows: readonly ErrorRow[], thresholdMs: number): LayeredPanel {
  const labels = rows.map(({ name }) => name);
  const drawn = rows.map(({ floor, fit }, rank) => ({
    rank,
    floor: Math.min(floor, MOST_DRAWN),
    fit: Math.min(fit, MOST_DRAWN),
    floorText: percent(floor, 1),
    fitText: percent(fit, 1),
  }));
  const largest = Math.max(...drawn.flatMap(({ floor, fit }) => [floor, fit]));
  const x = shareAxis({
    title: `Mean of |predicted - observed| / (observed + ${grouped(thresholdMs)} ms)`,
    domain: [0, largest * ROOM_FOR_LABELS],
  });
  const y: Position = { field: "rank", ...rankAxis(labels) };
  const marks = [
    { field: "floor", series: FLOOR, shape: "circle", color: COLORS.light.text },
    { field: "fit", series: FIT, shape: "diamond", color: seriesColor(3) },
  ] as const;
  const names = marks.map(({ series }) => series);
  const legend: Legend = { orient: "top", direction: "horizontal", title: null };
  const text = (field: "floor" | "fit", isRight: boolean): Layer => ({
    mark: {
      type: "text",
      align: isRight ? "left" : "right",
      baseline: "middle",
      dx: isRight ? 10 : -10,
      fontSize: FONT_SIZE.annotation,
      color: COLORS.light.text,
    },
    encoding: { y, x: quantitative(field, x), text: { field: `${field}Text`, type: "nominal" } },
  });
  const sides = [drawn.filter(({ floor, fit }) => floor <= fit), drawn.filter(({ floor, fit }) => floor > fit)];
  const layer: Layer[] = [
    {
      data: { values: drawn },
      mark: { type: "rule", strokeWidth: 3, color: COLORS.light.axis },
      encoding: { y, x: quantitative("floor", x), x2: { field: "fit" } },
    },
    {
      data: { values: marks.flatMap(({ field, series }) => drawn.map((row) => ({ rank: row.rank, x: row[field], series }))) },
      mark: { type: "point", filled: true, size: 130, opacity: 1 },
      encoding: {
        y,
        x: quantitative("x", x),
        color: { field: "series", type: "nominal", scale: { domain: names, range: marks.map(({ color }) => color) }, legend },
        shape: { field: "series", type: "nominal", scale: { domain: names, range: marks.map(({ shape }) => shape) }, legend },
      },
    },
    ...sides.flatMap((values, i): Layer[] =>
      values.length === 0 ? [] : [{ data: { values }, layer: [text("floor", i === 1), text("fit", i === 0)] }],
    ),
  ];
  const panel = { width: WIDTH, height: { step: ROW_STEP }, layer };
  return withSideColumns(panel, labels, [{ heading: "segments", width: 80, texts: rows.map(({ n }) => grouped(n)) }]);
}

function share(value: number | null): string {
  return value === null ? "n/a" : percent(value, 1);
}
