/** The figures: what steps add to prefixes of each size, and how much of what is billed is output that comes back. */
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerColor, providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { type QuantileRange, quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import { scatterPanel } from "../../../lib/chart/scatter.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { type TokenAxis, tokenAxis, tokenAxisOf, tokenExtent, tokenPosition } from "../../../lib/chart/token-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { adjustedAppendAt, type Metric, type PairSummary, type Pairs, summaryOf } from "./measure.ts";

const SCATTER_WIDTH = 780;
const SCATTER_HEIGHT = 600;
const FIRST_TICK_TOKENS = 1;

const RANGE_TITLES = {
  raw_append: "Append as billed",
  previous_output: "Output taken out",
  adjusted_append: "What is left",
} as const satisfies Partial<Record<Metric, string>>;
const RANGES = Object.keys(RANGE_TITLES) as (keyof typeof RANGE_TITLES)[];

/** Prefix against adjusted append of the first `sampleSize` pairs; null where the providers have none. */
export function scatterFigure(pairs: Pairs, providers: readonly string[], sampleSize: number): Figure | null {
  const rows = [...pairs.provider.slice(0, sampleSize).keys()].filter((i) => providers.includes(pairs.provider[i] as string));
  if (rows.length === 0) return null;
  const tokens = rows.map((i) => ({
    series: pairs.provider[i] as string,
    prefix: pairs.prefix_tokens[i] as number,
    append: adjustedAppendAt(pairs, i),
  }));
  const x = tokenAxis(tokenExtent(tokens.map(({ prefix }) => prefix)));
  const y = tokenAxis(tokenExtent(tokens.map(({ append }) => append)));
  const points = tokens.map(({ series, prefix, append }) => ({
    series,
    x: tokenPosition(prefix, x.firstTick),
    y: tokenPosition(append, y.firstTick),
  }));
  const legend = (provider: string) => `${title(provider)} (n=${grouped(points.filter(({ series }) => series === provider).length)})`;
  const names = providerOrder(points.map(({ series }) => series))
    .map(legend)
    .join(", ");
  return {
    name: "prefix_vs_adjusted_append_sample",
    title: "Prefix against append without the replayed output",
    spec: figure(
      scatterPanel({
        points,
        x: tokenAxisOf(x, "Prefix tokens (binary scale)"),
        y: tokenAxisOf(y, "Append tokens without the output of the step before"),
        width: SCATTER_WIDTH,
        height: SCATTER_HEIGHT,
        legend,
      }),
      figureTitle(
        "How much a step really adds to a prefix of each size",
        `One point for each of ${grouped(points.length)} pairs of neighbouring steps.`,
        95,
      ),
    ),
    caption: `Cached prefix of a step and its append without the output of the step before, of ${names} pairs. A vertical slice spans several powers of two: how much is reused says little about how much is new. Where the output was larger than the append, the point lies at 0.`,
    alt: `Scatter plot on two binary token axes: prefix of a step across, its append without the output of the step before upwards, for ${names} pairs.`,
  };
}

/** For each provider the ranges of the append, of what is taken out and of what is left; null without any pairs. */
export function rangesFigure(summaries: readonly PairSummary[], providers: readonly string[]): Figure | null {
  if (providers.length === 0) return null;
  const drawn = providers.map((provider) => RANGES.map((metric) => summaryOf(summaries, provider, metric)));
  const axis = tokenAxis({ max: Math.max(...drawn.flat().map(({ p99 }) => p99)), firstTick: FIRST_TICK_TOKENS });
  const panels = drawn.map((rows, i) => {
    const provider = providers[i] as string;
    const isLast = i === drawn.length - 1;
    const x = tokenAxisOf(axis, isLast ? "Tokens of a pair (binary scale)" : null);
    const ranges = rows.map((row) => rangeOf(row, axis, providerColor(provider, providers)));
    return withHeading(quantileRanges({ ranges, x }), `${title(provider)} (${grouped(rows[0]?.count ?? 0)} pairs)`, { over: "plot" });
  });
  const shares = providers.map((provider) => replayText(summaries, provider)).join("; ");
  return {
    name: "adjusted_append_ranges",
    title: "Append with and without the replayed output",
    spec: grid(panels, {
      title: figureTitle("How much of the append is output that comes back", "Bar from p25 to the median, dots at p90 and p99.", 95),
      spacing: 22,
    }),
    caption: `Append of a step as it was billed, the output of the step before that is taken out of it, and what is left. ${shares}.`,
    alt: `Horizontal quantile ranges on a binary token axis, for each provider three rows: append as billed, output taken out, what is left. ${shares}.`,
  };
}

function rangeOf(summary: PairSummary, axis: TokenAxis, color: string): QuantileRange {
  const at = (tokens: number) => tokenPosition(tokens, axis.firstTick);
  return {
    name: RANGE_TITLES[summary.metric as keyof typeof RANGE_TITLES],
    whiskers: [at(summary.p25), at(summary.p99)],
    box: [at(summary.p25), at(summary.median)],
    median: at(summary.median),
    dots: [at(summary.p90), at(summary.p99)],
    color,
  };
}

function replayText(summaries: readonly PairSummary[], provider: string): string {
  const raw = summaryOf(summaries, provider, "raw_append");
  const adjusted = summaryOf(summaries, provider, "adjusted_append");
  const clipped = summaryOf(summaries, provider, "clipped_after_subtract");
  const subtracted = summaryOf(summaries, provider, "subtracted_pair");
  const share = raw.sum > 0 ? `, ${percent((raw.sum - adjusted.sum) / raw.sum, 1)} of all appended tokens` : "";
  return (
    `${title(provider)}: median ${grouped(raw.median)} becomes ${grouped(adjusted.median)}${share}; ` +
    `output taken out in ${percent(subtracted.sum / subtracted.count, 1)} of pairs, larger than the append in ${percent(clipped.sum / clipped.count, 1)}`
  );
}

function title(provider: string): string {
  return shortLabel(providerTitle(provider));
}
