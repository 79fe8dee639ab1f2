/** Figures: how many steps end within each generation time, how much time these take together, and both as shares. */
import { countAxis, durationAxis, hoursAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { type CurvePoint, curvesPanel } from "../../../lib/chart/cdf.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import type { LegendText } from "../../../lib/chart/series.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { providerColor, providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import type { CumulativeBin } from "../../../lib/stats/fine-bins.ts";
import { type ProviderCurve, shareUpTo } from "./measure.ts";

const SECONDS_PER_HOUR = 3600;
/** Where the captions read the curves. */
const SLOW_S = 60;
const X_TITLE = "Generation time of a step (log scale)";
const HALF_WIDTH = 470;

/** @param curves one at least */
export function generationFigures(curves: readonly ProviderCurve[]): Figure[] {
  return [countFigure(curves), totalFigure(curves), shareFigure(curves)];
}

function countFigure(curves: readonly ProviderCurve[]): Figure {
  const most = Math.max(...curves.map(({ summary }) => summary.n));
  const facts = curves.map((curve) => `${providerText(curve.provider)} ${percent(shareUpTo(curve, SLOW_S).count, 1)}`).join(", ");
  return {
    name: "llm_generation_time_count_cdf_by_provider",
    title: "Steps up to each generation time",
    spec: grid(
      [statisticsTable(curves), curvePanel(curves, countAxis(most, { title: "Steps, cumulative" }), (bin) => bin.cumulativeCount)],
      {
        title: figureTitle(
          "How many steps are generated within a given time",
          "Steps whose observable generation takes less than the time below; a flat right end is a rare slow tail.",
        ),
        spacing: 14,
      },
    ),
    reading: `Steps that take less than the time on the axis. The height at 10 s or 1 min shows how many are fast; a long flat right end
is a rare slow tail. Heights are absolute, so they also show how much each provider was used.`,
    caption: `Running count of steps by generation time; heights compare how much each provider was used. Generated within a minute: ${facts}.`,
    alt: `A rising curve per provider over a log axis of generation times: the number of steps up to each time. Within a minute: ${facts}.`,
  };
}

function totalFigure(curves: readonly ProviderCurve[]): Figure {
  const most = Math.max(...curves.map(({ totalSeconds }) => totalSeconds)) / SECONDS_PER_HOUR;
  const facts = curves.map((curve) => `${providerText(curve.provider)} ${hoursCompact(curve.totalSeconds / SECONDS_PER_HOUR)}`).join(", ");
  return {
    name: "llm_generation_time_total_cdf_by_provider",
    title: "Summed generation time up to each generation time",
    spec: grid(
      [
        statisticsTable(curves),
        curvePanel(curves, hoursAxis(most, { title: "Summed generation time, cumulative" }), (bin) => bin.cumulativeSum / SECONDS_PER_HOUR),
      ],
      {
        title: figureTitle(
          "Which steps the generation time is spent in",
          "Summed time of all steps that take less than the time below: it is spent where a curve is steep.",
        ),
        spacing: 14,
      },
    ),
    reading: `The same steps weighted by their time, in hours. Time is spent where a curve is steep; it climbs later than the count.`,
    caption: `The same steps weighted by their duration. The right end is the whole generation time: ${facts}.`,
    alt: `A rising curve per provider over a log axis of generation times: hours spent in steps up to each time. In total: ${facts}.`,
  };
}

function shareFigure(curves: readonly ProviderCurve[]): Figure {
  const facts = curves
    .map((curve) => ({ curve, share: shareUpTo(curve, SLOW_S) }))
    .map(
      ({ curve, share }) =>
        `${providerText(curve.provider)}: ${percent(1 - share.count, 1)} of the steps, ${percent(1 - share.time, 1)} of the time`,
    )
    .join("; ");
  const panel = (heading: string, y: string, read: (bin: CumulativeBin) => number) =>
    withHeading(
      curvePanel(curves, shareAxis({ title: y, ticks: [0, 0.25, 0.5, 0.75, 1] }), read, HALF_WIDTH, X_TITLE, providerText),
      heading,
    );
  return {
    name: "llm_generation_time_shares_by_provider",
    title: "Shares of steps and of time up to each generation time",
    spec: grid(
      [
        panel("Share of steps", "Steps up to this time", (bin) => bin.cumulativeCountShare),
        panel("Share of their time", "Generation time up to this time", (bin) => bin.cumulativeSumShare),
      ],
      {
        columns: 2,
        spacing: 48,
        title: figureTitle("Few slow steps or many fast ones?", `Steps of a minute and more. ${facts}.`, 130),
      },
    ),
    caption: `Both curves end at 100%, so that providers can be compared. The further right a provider's curve is in the right panel than in the left one, the more of its time is in few slow steps. Steps of a minute and more: ${facts}.`,
    reading: `Both as shares of the provider's own total. The further right a curve is in the right panel than in the left one, the more of
the provider's time is in few slow steps.`,
    alt: `Two panels over the same log axis of generation times: cumulative share of steps on the left, of summed generation time on the right, a curve per provider; the right curves rise further to the right. ${facts}.`,
  };
}

/** Also the legend of the curves. */
function statisticsTable(curves: readonly ProviderCurve[]): Panel {
  const names = curves.map(({ provider }) => provider);
  return textTable({
    columns: ["Generation of a step", "steps", "p25", "p50", "p90", "p99", "avg", "total"],
    nameWidth: 250,
    rows: curves.map(({ provider, summary: { n, p25, p50, p90, p99, mean }, totalSeconds }) => ({
      color: providerColor(provider, names),
      cells: [
        providerText(provider),
        grouped(n),
        ...[p25, p50, p90, p99, mean].map(durationCompact),
        hoursCompact(totalSeconds / SECONDS_PER_HOUR),
      ],
    })),
  });
}

function curvePanel(
  curves: readonly ProviderCurve[],
  y: Axis,
  read: (bin: CumulativeBin) => number,
  width?: number,
  xTitle = X_TITLE,
  legend: LegendText = null,
): Panel {
  const bins = curves[0]?.bins ?? [];
  const domain = [bins[0]?.lo ?? 1, bins.at(-1)?.hi ?? 1] as const;
  return curvesPanel({
    points: curves.flatMap((curve) => pointsOf(curve, read)),
    x: durationAxis(domain, { title: xTitle }),
    y,
    legend,
    ...(width === undefined ? {} : { width }),
  });
}

/** From zero at the smallest value; then each upper edge with what is below it. */
function pointsOf({ provider, bins }: ProviderCurve, read: (bin: CumulativeBin) => number): CurvePoint[] {
  const start = bins.slice(0, 1).map(({ lo }) => ({ series: provider, x: lo, y: 0 }));
  return [...start, ...bins.map((bin) => ({ series: provider, x: bin.hi, y: read(bin) }))];
}

function providerText(provider: string): string {
  return shortLabel(providerTitle(provider));
}
