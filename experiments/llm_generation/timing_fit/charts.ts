/** Predictions of the fit to relative error against what was observed, on test segments. */

import { latencyAxis, ratioAxis } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import { type ScatterPoint, scatterPanel } from "../../../lib/chart/scatter.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type DataLayer, type Panel, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS, providerColor, providerOrder, providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { logBin } from "../../../lib/stats/log-bin.ts";
import { power } from "../../../lib/stats/power.ts";
import { quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { type FitMetrics, finite, type Target } from "../../../lib/trace/latency-fits.ts";
import { segmentLabel } from "../../../lib/trace/segments.ts";
import type { Measured, MeasuredGroup } from "./measure.ts";

/** The fit that is shown: it is the best one over short and long segments together. */
const SHOWN: Target = "smooth_relative_duration_ms";
const PANEL_PX = 430;
/** Shorter predictions come from a polynomial that went below zero and are not drawn on the log axis. */
const LEAST_DRAWN_MS = 1;
/** How far above the longest observed segment a prediction is still drawn. */
const MOST_DRAWN_FACTOR = 3;
const QUANTILES = [
  { q: 0.1, name: "p10", dash: [5, 4] },
  { q: 0.5, name: "median", dash: [1, 0] },
  { q: 0.9, name: "p90", dash: [5, 4] },
];
const FEWEST_ROWS_OF_A_BIN = 20;
const BIN_STEP = 0.5;
const MOST_GROUPS = 20;
const RATIO_WIDTH = 620;
const LEAST_RATIO = 0.01;
const MOST_RATIO = 100;

const PREDICTION_READING = `One panel per provider: each point is a test segment, observed over predicted latency. On the dashed diagonal a prediction is right. The
black lines are quantiles of what was observed where that much was predicted: the median should follow the diagonal, and the distance from p10 to
p90 is what tokens do not explain. Both figures show the fit to the smooth relative error.`;
const RATIO_READING = `One bar per group from p10 to p90 of predicted / observed. A short bar around 1x is a good fit; a bar far to the right has segments
that were much shorter than predicted.`;

/** Predicted ms on x, observed ms on y; the series is the provider. */
type Prediction = ScatterPoint;

/** Null without a fitted group. */
export function predictionFigure({ groups }: Measured): Figure | null {
  const all = groups.flatMap(predictionsOf);
  if (all.length === 0) return null;
  const longest = all.reduce((most, { y }) => Math.max(most, y), 0);
  const drawn = all.filter(({ x, y }) => x >= LEAST_DRAWN_MS && y >= LEAST_DRAWN_MS && x <= longest * MOST_DRAWN_FACTOR);
  if (drawn.length === 0) return null;
  const providers = providerOrder(drawn.map(({ series }) => series));
  const panels = providers.map((provider, i) =>
    providerPanel(
      provider,
      drawn.filter(({ series }) => series === provider),
      i === 0,
      withinFactorTwo(all.filter(({ series }) => series === provider)),
    ),
  );
  const within = providers.map(
    (provider) => `${providerTitle(provider)} ${percent(withinFactorTwo(all.filter(({ series }) => series === provider)))}`,
  );
  const left = all.length - drawn.length;
  return {
    name: "timing_fit_predicted_vs_observed",
    title: `Predicted within a factor of two: ${within.join(", ")} of the segments`,
    subtitle:
      "Test segments of all groups, fit to the relative error. Panels have scales of their own. Dashed diagonal: observed as predicted. Black lines: median (solid), p10 and p90 (dashed) of what was observed where that much was predicted.",
    spec: grid(panels, { columns: 2, spacing: 40 }),
    caption: `Each point is a timing segment that the fit has not seen (n = ${grouped(all.length)}). Above the diagonal it took longer than predicted. Within a factor of two of the prediction: ${within.join(", ")}. The distance between the p10 and p90 lines is what the prediction does not explain.${left === 0 ? "" : ` Not drawn: ${grouped(left)} segments (${percent(left / all.length, 1)}) predicted or observed below 1 ms, or predicted to take more than ${MOST_DRAWN_FACTOR} times the longest.`}`,
    reading: PREDICTION_READING,
    alt: `Scatter plots of observed over predicted latency, both log, one panel for each provider, with the diagonal and lines of quantiles. Within a factor of two of the prediction: ${within.join(", ")}.`,
  };
}

/** Null without a fitted group. */
export function ratioFigure({ groups }: Measured): Figure | null {
  const fitted = groups.filter(({ fit }) => fit.fits !== null).sort((a, b) => b.fit.fitRows - a.fit.fitRows);
  const shown = fitted.slice(0, MOST_GROUPS);
  if (shown.length === 0) return null;
  const ranges = shown.map((group) => ({
    name: segmentLabel(group),
    color: providerColor(group.provider),
    ...ratiosOf(group),
  }));
  const domain = [Math.min(0.5, ...ranges.map(({ box }) => box[0] / 1.1)), Math.max(2, ...ranges.map(({ box }) => box[1] * 1.1))] as const;
  const x = ratioAxis(domain, { title: "Predicted / observed latency (log scale)" });
  const bars = withSideColumns(
    { ...quantileRanges({ ranges, x }), width: RATIO_WIDTH },
    ranges.map(({ name }) => name),
    [
      { heading: "segments", width: 80, texts: shown.map(({ fit }) => grouped(fit.fits?.testRows ?? 0)) },
      { heading: "median", width: 70, texts: ranges.map(({ median }) => `${toFixedHalfEven(median, 2)}x`) },
    ],
  );
  const one: DataLayer = {
    data: { values: [{ x: 1 }] },
    mark: { type: "rule", color: COLORS.light.text, strokeWidth: 1.4 },
    encoding: { x: quantitative("x", x) },
  };
  const widths = shown.map(({ fit }) => spreadFactor(fit.fits?.targets[SHOWN].test)).filter((factor) => factor !== null);
  const typical = widths.length === 0 ? "" : toFixedHalfEven(known(quantileNumpy(sorted(widths), 0.5)), 1);
  const medians = ranges.map(({ median }) => median);
  const [least, most] = [Math.min(...medians), Math.max(...medians)].map((ratio) => `${toFixedHalfEven(ratio, 2)}x`);
  const title = `Median predictions of the groups are ${least === most ? least : `${least} to ${most}`} of what was observed`;
  return {
    name: "timing_fit_prediction_ratio",
    title,
    spec: figure(
      { ...bars, layer: [...bars.layer, one] },
      figureTitle(
        title,
        "Predicted over observed latency of test segments: bar from p10 to p90, line at the median. Right of 1x: predicted longer than it took.",
      ),
    ),
    caption: `One bar per provider, model and kind of segment, ${fitted.length > shown.length ? `the ${shown.length} of ${fitted.length} groups with most segments, ` : ""}most segments first; the fit to the relative error. In the middle group the p90 of the ratio is ${typical} times its p10. Bars end at ${LEAST_RATIO}x and ${MOST_RATIO}x.`,
    reading: RATIO_READING,
    alt: `Horizontal bars of the ratio of predicted to observed latency from p10 to p90 with a line at 1, one for each of ${shown.length} groups. In the middle group p90 is ${typical} times p10.`,
  };
}

function predictionsOf({ provider, fit }: MeasuredGroup): Prediction[] {
  if (!fit.fits) return [];
  const predicted = fit.fits.targets[SHOWN].testPredictedMs;
  return Array.from(fit.fits.testMs, (y, i) => ({ series: provider, x: predicted[i] ?? Number.NaN, y }));
}

function withinFactorTwo(predictions: readonly Prediction[]): number {
  return predictions.filter(({ x, y }) => x <= 2 * y && y <= 2 * x).length / predictions.length;
}

/** Both axes have the same range, so that the diagonal divides the panel in half. */
function providerPanel(provider: string, points: readonly Prediction[], first: boolean, within: number): Panel {
  const values = sorted(points.flatMap(({ x, y }) => [x, y]));
  const [low, high] = [at(values, 0) / 1.1, at(values, -1) * 1.1];
  const x = latencyAxis([low, high], { title: "Predicted latency (log scale)" });
  const y = latencyAxis([low, high], { title: first ? "Observed latency (log scale)" : null });
  const diagonal = [
    { x: low, y: low },
    { x: high, y: high },
  ] as const;
  const cloud = scatterPanel({ points, x, y, line: diagonal, legend: null, width: PANEL_PX, height: PANEL_PX });
  const lines = quantileLines(points);
  const encoding = { x: quantitative("x", x), y: quantitative("y", y) };
  const layers = QUANTILES.flatMap(({ name, dash }): DataLayer[] => {
    const values = lines.filter((point) => point.name === name);
    if (values.length < 2) return [];
    return [
      { data: { values }, mark: { type: "line", color: COLORS.light.background, strokeWidth: 4.5 }, encoding },
      { data: { values }, mark: { type: "line", color: COLORS.light.text, strokeWidth: 2, strokeDash: dash }, encoding },
    ];
  });
  const panel = { ...cloud, layer: [...cloud.layer, ...layers] };
  return withHeading(panel, `${providerTitle(provider)} (n = ${grouped(points.length)}; ${percent(within)} within a factor of two)`, {
    over: "plot",
  });
}

/** Quantiles of what was observed, in bins of what was predicted. */
function quantileLines(points: readonly Prediction[]): { name: string; x: number; y: number }[] {
  return [...groupBy(points, ({ x }) => logBin(x, BIN_STEP))]
    .filter(([, members]) => members.length >= FEWEST_ROWS_OF_A_BIN)
    .sort(([a], [b]) => a - b)
    .flatMap(([bin, members]) => {
      const observed = sorted(members.map(({ y }) => y));
      return QUANTILES.map(({ q, name }) => ({ name, x: power(2, (bin + 0.5) * BIN_STEP), y: known(quantileNumpy(observed, q)) }));
    });
}

function ratiosOf({ fit }: MeasuredGroup): { box: readonly [number, number]; median: number } {
  const clipped = (ratio: number | undefined) => Math.min(MOST_RATIO, Math.max(LEAST_RATIO, ratio ?? 1));
  const test = fit.fits?.targets[SHOWN].test;
  return { box: [clipped(test?.prediction_ratio_p10), clipped(test?.prediction_ratio_p90)], median: clipped(test?.prediction_ratio_p50) };
}

function spreadFactor(test: FitMetrics | undefined): number | null {
  return finite(test && test.prediction_ratio_p90 / test.prediction_ratio_p10);
}
