/** The figure: prefix, append and output of both providers on one axis. */
import { figure } from "../../../lib/chart/grid.ts";
import { providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { quantileRanges, tokenRange } from "../../../lib/chart/quantile-ranges.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { tokenAxis, tokenAxisOf, tokenPosition } from "../../../lib/chart/token-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { INTERVALS_SENTENCE } from "../../../lib/format/intervals.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { type LengthSummary, METRICS, type MedianInterval, type Metric, PROVIDERS } from "./measure.ts";
import { METRIC_TITLES } from "./tables.ts";

const FIRST_TICK_TOKENS = 1;

const READING = `Each count and provider has a row on one logarithmic axis: the box runs from p25 to p75 with the median, the dots are p90 and p99. The prefix is
usually far to the right of the append: a step reads much again, adds a little and writes less. A p99 far to the right means that few steps make the
average, in the append mostly cache misses and large tool results.`;

/** A row for each count and provider with steps. @param summaries one at least with steps */
export function lengthsFigure(summaries: readonly LengthSummary[], intervalOf: MedianInterval): Figure {
  const drawn = summaries.filter(({ n }) => n > 0);
  const axis = tokenAxis({ max: Math.max(...drawn.map(({ p99 }) => p99)), firstTick: FIRST_TICK_TOKENS });
  const ranges = drawn.map((summary) => {
    const name = `${METRIC_TITLES[summary.metric].replace(" tokens", "")}, ${providerTitle(summary.provider)} (n=${grouped(summary.n)}): ${grouped(summary.p50)}`;
    const interval = intervalOf(summary);
    const place = (tokens: number) => tokenPosition(tokens, FIRST_TICK_TOKENS);
    return {
      ...tokenRange({ name, color: providerColor(summary.provider) }, summary, axis),
      ...(interval && { interval: { lo: place(interval.lo), hi: place(interval.hi) } }),
    };
  });
  const medians = textOf(drawn, ({ p50 }) => p50);
  const title = titleText(drawn);
  return {
    name: "token_length_distribution",
    title,
    spec: figure(
      quantileRanges({ ranges, x: tokenAxisOf(axis, "Tokens of a step (binary scale)") }),
      figureTitle(
        title,
        "Tokens of a step. Boxes from p25 to p75 with the median, which the row names, dots at p90 and p99. Lines below: intervals of the medians.",
        95,
      ),
    ),
    caption: `Tokens of an agent step. Medians: ${medians}. Means: ${textOf(drawn, ({ mean }) => mean)}. Where the mean is far above the median, few steps have most of the tokens. ${INTERVALS_SENTENCE}`,
    reading: READING,
    alt: `Horizontal quantile ranges on one binary token axis, a row for each of prefix, append and output and provider. Medians: ${medians}.`,
  };
}

function titleText(drawn: readonly LengthSummary[]): string {
  const parts = PROVIDERS.flatMap((provider) => {
    const own = (metric: Metric) => drawn.find((summary) => summary.metric === metric && summary.provider === provider);
    const [prefix, append] = [own("prefix_tokens"), own("newly_append_tokens")];
    return prefix && append ? `${providerTitle(provider)} ${grouped(prefix.p50)} + ${grouped(append.p50)}` : [];
  });
  return parts.length > 0 ? `Median prefix + append of a step: ${parts.join(", ")} tokens` : "Prefix, append and output of a step";
}

function textOf(drawn: readonly LengthSummary[], tokensOf: (summary: LengthSummary) => number): string {
  return METRICS.flatMap((metric) => {
    const own = drawn.filter((summary) => summary.metric === metric);
    const values = own.map((summary) => `${grouped(tokensOf(summary))} (${providerTitle(summary.provider)})`);
    return own.length > 0 ? `${METRIC_TITLES[metric].toLowerCase()} ${values.join(" and ")}` : [];
  }).join(", ");
}
