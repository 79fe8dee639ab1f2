/** The figures: what steps add to prefixes of each size, and how much of what is billed is output that comes back. */
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerColor, providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { quantileRanges, tokenRange } from "../../../lib/chart/quantile-ranges.ts";
import { tokenScatterPanel } from "../../../lib/chart/scatter.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { tokenAxis, tokenAxisOf, tokenPosition } from "../../../lib/chart/token-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { type PairIntervals, type PairSummary, type Pairs, summaryOf } from "./measure.ts";

/** Why the same median differs in cache_replay, which has another rule. */
const RULE =
  "Boxes from p25 to p75 with the median, dots at p90 and p99; lines below: intervals of the medians. Taken out: the whole output of the step before, after Claude and gpt-5.5; cache_replay does so after all models.";
const AXES = { x: "Prefix tokens (binary scale)", y: "Append tokens without the output of the step before" };
const FIRST_TICK_TOKENS = 1;
const SCALE = `Token scales are binary: each doubling is equally wide, \`2k\` is 2,048, and below the first tick the scale is linear, so
that zero has a place.`;

const RANGES = [
  { metric: "raw_append", name: "Append as billed" },
  { metric: "previous_output", name: "Output taken out" },
  { metric: "adjusted_append", name: "What is left" },
] as const;

/** Prefix against adjusted append of the sampled pairs; none where the providers have no pairs among them. */
export function scatterFigure({ sample, count }: Pairs, providers: readonly string[]): Figure[] {
  const points = sample
    .map(({ provider, prefix_tokens, adjusted_append }) => ({ series: provider, x: prefix_tokens, y: adjusted_append }))
    .filter(({ series }) => providers.includes(series));
  if (points.length === 0) return [];
  const legend = (provider: string) => `${title(provider)} (n=${grouped(points.filter(({ series }) => series === provider).length)})`;
  const names = providerOrder(points.map(({ series }) => series))
    .map(legend)
    .join(", ");
  return [
    {
      name: "prefix_vs_adjusted_append_sample",
      title: "How much is reused says little about how much is new",
      subtitle: "A point is a pair of consecutive steps.",
      coverage: { shown: points.length, of: count, what: "pairs", rest: "are not drawn" },
      spec: tokenScatterPanel(points, AXES, legend),
      caption: `Cached prefix of a step and its append without the output of the step before, of ${names} pairs. A vertical slice spans several powers of two: how much is reused says little about how much is new. Where the output was larger than the append, the point is at 0.`,
      reading: `${SCALE} A point for each pair, or for a sample of many. A vertical slice at any prefix still spans several powers of two: how much is
reused does not decide how much is new. Points at the bottom are pairs whose output was at least as large as the append.`,
      alt: `Scatter plot on two binary token axes: prefix of a step across, its append without the output of the step before upwards, for ${names} pairs.`,
    },
  ];
}

/** For each provider the ranges of the append, of what is taken out and of what is left; one provider at least. */
export function rangesFigure(summaries: readonly PairSummary[], providers: readonly string[], intervals: PairIntervals): Figure {
  const rangesOf = (provider: string) => RANGES.map(({ metric, name }) => ({ ...summaryOf(summaries, provider, metric), metric, name }));
  const axis = tokenAxis({ max: Math.max(...providers.flatMap(rangesOf).map(({ p99 }) => p99)), firstTick: FIRST_TICK_TOKENS });
  const panels = providers.map((provider, i) => {
    const isLast = i === providers.length - 1;
    const x = tokenAxisOf(axis, isLast ? "Tokens of a pair (binary scale)" : null);
    const ranges = rangesOf(provider).map((range) => {
      const interval = intervals.median(provider, range.metric);
      const place = (tokens: number) => tokenPosition(tokens, axis.firstTick);
      return {
        ...tokenRange({ name: range.name, color: providerColor(provider, providers) }, range, axis),
        ...(interval && { interval: { lo: place(interval.lo), hi: place(interval.hi) } }),
      };
    });
    const { count } = summaryOf(summaries, provider, "raw_append");
    return withHeading(quantileRanges({ ranges, x }), `${title(provider)} (${counted(count, "pair")})`, {
      over: "plot",
      note: noteOf(summaries, provider, intervals),
    });
  });
  const heading = titleText(summaries, providers);
  const shares = providers.map((provider) => replayText(summaries, provider)).join("; ");
  return {
    name: "adjusted_append_ranges",
    title: heading,
    spec: grid(panels, {
      title: figureTitle(heading, RULE, 95),
      spacing: 22,
    }),
    caption: `Append of a step as it was billed, the output of the step before that is taken out of it, and what is left. ${shares}. ${INTERVALS_SENTENCE}`,
    reading: `${SCALE} For each provider the append as billed, the output that is taken out, and what is left. The step from the first
row to the last is replayed output. A provider with pairs of both kinds mixes adjusted and raw appends: the share is in the caption.`,
    alt: `Horizontal quantile ranges on a binary token axis, for each provider three rows: append as billed, output taken out, what is left. ${shares}.`,
  };
}

function noteOf(summaries: readonly PairSummary[], provider: string, { replayed }: PairIntervals): string {
  const share = `${percent(replayedShare(summaries, provider), 1)}${intervalText(replayed(provider), (value) => percent(value, 1))}`;
  return `${share} of the appended tokens are output`;
}

/** Share of all appended tokens of a provider that is replayed output. */
function replayedShare(summaries: readonly PairSummary[], provider: string): number {
  const raw = summaryOf(summaries, provider, "raw_append").sum;
  return raw > 0 ? (raw - summaryOf(summaries, provider, "adjusted_append").sum) / raw : 0;
}

/** The two largest providers; panels name the others, too. */
function titleText(summaries: readonly PairSummary[], providers: readonly string[]): string {
  const parts = providers.slice(0, 2).map((provider) => `${percent(replayedShare(summaries, provider), 1)} (${title(provider)})`);
  return `Of the appended tokens, ${parts.join(" and ")} are output that comes back`;
}

function replayText(summaries: readonly PairSummary[], provider: string): string {
  const raw = summaryOf(summaries, provider, "raw_append");
  const adjusted = summaryOf(summaries, provider, "adjusted_append");
  const clipped = summaryOf(summaries, provider, "clipped_after_subtract");
  const subtracted = summaryOf(summaries, provider, "subtracted_pair");
  const share = raw.sum > 0 ? `, ${percent(replayedShare(summaries, provider), 1)} of all appended tokens` : "";
  return (
    `${title(provider)}: median ${grouped(raw.p50)} becomes ${grouped(adjusted.p50)}${share}; ` +
    `output taken out in ${percent(subtracted.sum / subtracted.count, 1)} of pairs, larger than the append in ${percent(clipped.sum / clipped.count, 1)}`
  );
}

function title(provider: string): string {
  return shortLabel(providerTitle(provider));
}
