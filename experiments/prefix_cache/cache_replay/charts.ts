/** Figures: the distance of the prefix from the input before, and the output before as a part of the append. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { type CurvePoint, curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { type TokenAxis, tokenAxis, tokenAxisOf, tokenExtent, tokenPosition } from "../../../lib/chart/token-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { tokenLabel } from "../../../lib/format/tokens.ts";
import { known } from "../../../lib/stats/known.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import type { Measured, Provider } from "./measure.ts";
import type { Pairs } from "./replay.ts";

const ERROR_READING = `Above, the distance of the prefix from the input before; below, from input and output before. The hypothesis whose curve is higher on
the left describes the cache better. The dashed line is at 8 tokens.`;
const APPEND_READING = `Sizes of the append, of the output before, and of the append without that output. If the first and the last box hardly differ, the
output is a small part of what is sent as new.`;

/** @param providers with pairs, at least one */
export function replayFigures(providers: readonly Provider[], measured: Measured): Figure[] {
  const withOutput = providers.filter((provider) => measured.outputPairs[provider].count > 0);
  return [errorFigure(providers, measured), ...(withOutput.length > 0 ? [appendFigure(withOutput, measured)] : [])];
}

/** Errors up to this many tokens count as exact in the captions: about the length of a separator. */
const EXACT_TOKENS = 8;
const ERROR_PANEL_HEIGHT = 300;

const HYPOTHESES = [
  { of: "pairs", column: "error", heading: "If the whole input before was cached", legend: undefined },
  { of: "outputPairs", column: "error_with_output", heading: "If the output before was cached as well", legend: null },
] as const;

function errorFigure(providers: readonly Provider[], measured: Measured): Figure {
  const sections = measured.analysis.providers;
  const hypotheses = HYPOTHESES.map((hypothesis) => ({
    ...hypothesis,
    errors: providers.map((provider) => sorted(measured[hypothesis.of][provider].numbers[hypothesis.column].map(Math.abs))),
  })).filter(({ errors }) => errors.some((ascending) => ascending.length > 0));
  const largest = Math.max(...hypotheses.flatMap(({ errors }) => errors.map((ascending) => ascending.at(-1) ?? 0)));
  const axis = tokenAxis({ max: largest, firstTick: 1, maxTicks: 12 });
  const panels = hypotheses.map(({ heading, legend, errors }, i) => {
    const points = providers.flatMap((provider, p) => ecdfPoints(provider, errors[p] ?? []));
    return withHeading(errorPanel(points, axis, i === hypotheses.length - 1, legend), heading, { over: "plot" });
  });
  const texts = providers.map((provider) => {
    const { within_absolute, within_relative, ...prefix } = sections[provider].prefix_relationship;
    const withOutput = prefix.with_prior_output_added_within_absolute_8.fraction;
    return `${providerTitle(provider)}: ${share(within_absolute[EXACT_TOKENS].fraction)} of the prefixes are within ${EXACT_TOKENS} tokens of the input before (${share(within_relative["1pct"].fraction)} within 1%)${withOutput === null ? "" : `, ${share(withOutput)} of input and output`}.`;
  });
  return {
    name: "cache_replay_prefix_error",
    title: "Distance of the cached prefix from the input before",
    spec: grid(panels, {
      title: figureTitle(
        "Distance of the cached prefix from the input before",
        "Share of the pairs up to each distance in tokens, in either direction. The higher a curve starts, the more often the hypothesis is exactly right.",
      ),
      spacing: 22,
    }),
    caption: texts.join(" "),
    reading: ERROR_READING,
    alt: `${panels.length > 1 ? "Two charts of cumulative curves, one above the other" : "A chart of cumulative curves"}, a line for each of ${titlesOf(providers)}: the share of pairs whose cached prefix is within a distance in tokens (binary axis from 0) of the input before${panels.length > 1 ? ", and of input and output before" : ""}.`,
  };
}

function errorPanel(points: CurvePoint[], axis: TokenAxis, isLast: boolean, legend: null | undefined): Panel {
  return curvesPanel({
    points: points.map((point) => ({ ...point, x: tokenPosition(point.x, axis.firstTick) })),
    x: tokenAxisOf(axis, isLast ? "Distance (tokens, binary scale)" : null),
    y: shareAxis({ title: "Pairs up to this distance" }),
    stairs: true,
    landmarks: [{ x: tokenPosition(EXACT_TOKENS, axis.firstTick), label: `${EXACT_TOKENS} tokens` }],
    ...(legend === null ? { legend } : {}),
    height: ERROR_PANEL_HEIGHT,
  });
}

const PARTS = [
  { column: "append_tokens", name: "append" },
  { column: "previous_output_tokens", name: "output before" },
  { column: "adjusted_append", name: "append − output" },
] as const;

function appendFigure(providers: readonly Provider[], { analysis: { providers: sections }, outputPairs }: Measured): Figure {
  const rows = providers.flatMap((provider) =>
    PARTS.map((part) => ({ provider, part, spread: spreadOf(outputPairs[provider], part.column) })),
  );
  const { max, smallestPositive } = tokenExtent(rows.flatMap(({ spread: { p10, p25, p75, p90 } }) => [p10, p90, p25, p75]));
  const axis = tokenAxis({ max, smallestPositive });
  const at = (tokens: number) => tokenPosition(tokens, axis.firstTick);
  const panel = quantileRanges({
    ranges: rows.map(({ provider, part, spread: { p10, p25, p50, p75, p90 } }) => ({
      name: `${providerTitle(provider)}: ${part.name}`,
      whiskers: [at(p10), at(p90)],
      box: [at(p25), at(p75)],
      median: at(p50),
      color: providerColor(provider),
    })),
    x: tokenAxisOf(axis, "Tokens (binary scale)"),
  });
  const texts = providers.map((provider) => {
    const { raw_append, adjusted_append, next_append_ge_previous_output: covers } = sections[provider].adjusted_append;
    return `${providerTitle(provider)}: the append is at least the output before in ${share(covers.fraction)} of the pairs; its median is ${grouped(raw_append.median ?? 0)} tokens, ${grouped(adjusted_append.median ?? 0)} without that output.`;
  });
  return {
    name: "cache_replay_adjusted_append",
    title: "Append with and without the output before",
    spec: figure(
      panel,
      figureTitle(
        "Append with and without the output before",
        "Tokens of a pair. Boxes from p25 to p75 with the median, lines from p10 to p90; an append smaller than the output counts as 0 in the difference.",
      ),
    ),
    caption: texts.join(" "),
    reading: APPEND_READING,
    alt: `Box plots on a binary token axis for each of ${titlesOf(providers)}: append, output of the step before, and their difference, which is the really new part. Medians of the append: ${rows
      .filter(({ part }) => part.column === "append_tokens")
      .map(({ provider, spread }) => `${providerTitle(provider)} ${tokenLabel(Math.round(spread.p50))}`)
      .join(", ")}.`,
  };
}

/** `pairs`: at least one. */
function spreadOf({ numbers }: Pairs, column: (typeof PARTS)[number]["column"]) {
  const ascending = sorted(numbers[column]);
  const quantile = (q: number) => known(quantileWeighted(ascending, q));
  return { p10: quantile(0.1), p25: quantile(0.25), p50: quantile(0.5), p75: quantile(0.75), p90: quantile(0.9) };
}

function share(fraction: number | null): string {
  return fraction === null ? "none" : percent(fraction, 1);
}

function titlesOf(providers: readonly Provider[]): string {
  return providers.map(providerTitle).join(", ");
}
