/** Figures: the distance of the prefix from the input before, and the output before as a part of the append. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { type CurvePoint, curvesPanel, ecdfPoints, type ReferenceLine } from "../../../lib/chart/cdf.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { enoughFor } from "../../../lib/chart/minimum.ts";
import { providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { type TokenAxis, tokenAxis, tokenAxisOf, tokenExtent, tokenPosition } from "../../../lib/chart/token-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { Measured } from "./measure.ts";
import type { AppendIntervals, EqualIntervals } from "./replay.ts";
import type { Provider } from "./sections.ts";
import { valuesOf } from "./statistics.ts";

const ERROR_READING = `Above, the distance of the prefix from the input before; below, from input and output before. The hypothesis whose curve is higher on
the left describes the cache better. The dashed line is at 8 tokens: what is left of it counts as equal. A cache that holds blocks of 128 tokens
is up to that much short.`;
const APPEND_READING = `Sizes of the append, of the output before, and of the append without that output: boxes from p25 to p75 with the median, lines from p10
to p90. If the first and the last box hardly differ, the output is a small part of what is sent as new. An append smaller than the output counts as 0 in the
difference.`;

/** @param providers with pairs, at least one */
export function replayFigures(
  providers: readonly Provider[],
  measured: Measured,
  intervals: { readonly equal: EqualIntervals; readonly append: AppendIntervals },
): Figure[] {
  return [errorFigure(providers, measured, intervals.equal), ...appendFigure(providers, measured, intervals.append)];
}

/** Errors up to this many tokens count as none: about the length of a separator. */
const EXACT_TOKENS = 8;
/** Codex caches in blocks of this many tokens: https://platform.openai.com/docs/guides/prompt-caching */
const BLOCK_TOKENS = 128;
const ERROR_PANEL_HEIGHT = 300;

const HYPOTHESES = [
  { column: "absolute_error", isEqual: "is_equal", heading: "If the whole input before was cached" },
  { column: "absolute_error_with_output", isEqual: "is_equal_with_output", heading: "If the output before was cached as well" },
] as const;

function errorFigure(
  providers: readonly Provider[],
  { replay: { curves }, analysis: { providers: sections } }: Measured,
  intervalOf: EqualIntervals,
): Figure {
  const hypotheses = HYPOTHESES.map(({ column, isEqual, heading }) => ({
    column,
    isEqual,
    heading,
    errors: providers.map((provider) => ({ provider, ...valuesOf(curves, column, (group) => group.provider === provider) })),
  })).filter(({ errors }) => errors.some(({ n }) => n > 0));
  const largest = Math.max(...hypotheses.flatMap(({ errors }) => errors.map(({ n, ascending }) => ascending[n - 1] ?? 0)));
  const axis = tokenAxis({ max: largest, firstTick: 1, maxTicks: 12 });
  const exactOf = (provider: Provider, column: (typeof HYPOTHESES)[number]["column"]) => {
    const { within_absolute, with_prior_output_added_within_absolute_8 } = sections[provider].prefix_relationship;
    return (column === "absolute_error" ? within_absolute[EXACT_TOKENS] : with_prior_output_added_within_absolute_8).fraction;
  };
  const panels = hypotheses.map(({ column, isEqual, heading, errors }, i) => {
    const points = errors.flatMap(({ provider, ascending }) => ecdfPoints(provider, ascending));
    const exact = providers.flatMap((provider) => {
      const y = exactOf(provider, column);
      if (y === null) return [];
      const interval = intervalText(intervalOf(provider, isEqual), (value) => percent(value, 1));
      return [{ series: provider, y, text: `${providerTitle(provider)} ${percent(y, 1)}`, interval }];
    });
    const note = `within ${EXACT_TOKENS} tokens: ${exact.map(({ text, interval }) => text + interval).join(", ")}`;
    return withHeading(errorPanel(points, axis, exact, i === hypotheses.length - 1, i === 0), heading, { over: "plot", note });
  });
  const texts = providers.map((provider) => {
    const { within_absolute, within_relative } = sections[provider].prefix_relationship;
    const withOutput = exactOf(provider, "absolute_error_with_output");
    return `${providerTitle(provider)}: ${share(within_absolute[EXACT_TOKENS].fraction)} of the prefixes are within ${EXACT_TOKENS} tokens of the input before (${share(within_absolute[BLOCK_TOKENS].fraction)} within ${BLOCK_TOKENS}, ${share(within_relative["1pct"].fraction)} within 1% of it)${withOutput === null ? "" : `, ${share(withOutput)} of input and output`}.`;
  });
  const pairs = sumOf(providers, (provider) => sections[provider].prefix_relationship.pairs);
  return {
    name: "cache_replay_prefix_error",
    title: `${providers.map((provider) => `${share(exactOf(provider, "absolute_error"))} of ${providerTitle(provider)}'s`).join(" and ")} prefixes are the whole input before`,
    subtitle: `Share of the pairs of a step and the one just before it, by the distance of the prefix in either direction; up to ${EXACT_TOKENS} tokens count as equal.`,
    coverage: { shown: pairs, of: pairs, what: "pairs" },
    spec: grid(panels, { spacing: 22 }),
    caption: `${texts.join(" ")} ${INTERVALS_SENTENCE}`,
    reading: ERROR_READING,
    alt: `${panels.length > 1 ? "Two charts of cumulative curves, one above the other" : "A chart of cumulative curves"}, a line for each of ${titlesOf(providers)}: the share of pairs whose cached prefix is within a distance in tokens (binary axis from 0) of the input before${panels.length > 1 ? ", and of input and output before" : ""}.`,
  };
}

function errorPanel(
  points: CurvePoint[],
  axis: TokenAxis,
  callouts: NonNullable<ReferenceLine["callouts"]>,
  isLast: boolean,
  hasLegend: boolean,
): Panel {
  const place = (tokens: number) => tokenPosition(tokens, axis.firstTick);
  return curvesPanel({
    points: points.map((point) => ({ ...point, x: place(point.x) })),
    x: tokenAxisOf(axis, isLast ? "Distance (tokens, binary scale)" : null),
    y: shareAxis({ title: "Pairs up to this distance" }),
    stairs: true,
    reference: { x: place(EXACT_TOKENS), label: `${EXACT_TOKENS} tokens`, callouts },
    landmarks: [{ x: place(BLOCK_TOKENS), label: `${BLOCK_TOKENS} tokens` }],
    ...(hasLegend ? {} : { legend: null }),
    height: ERROR_PANEL_HEIGHT,
  });
}

const PARTS = [
  { column: "append_tokens", name: "append" },
  { column: "previous_output_tokens", name: "output before" },
  { column: "adjusted_append", name: "append − output" },
] as const;

/** None without a provider that has enough pairs for boxes. */
function appendFigure(
  providers: readonly Provider[],
  { replay: { appends }, analysis: { providers: sections } }: Measured,
  intervalOf: AppendIntervals,
): Figure[] {
  const groups = providers.map((provider) => ({
    provider,
    name: providerTitle(provider),
    n: sections[provider].adjusted_append.pairs,
    medians: mediansOf(provider, appends),
  }));
  const { drawn, sentence } = enoughFor("box", groups, "pair");
  if (drawn.length === 0) return [];
  const rows = drawn.flatMap(({ provider, name }) =>
    PARTS.map((part) => ({
      provider,
      name,
      part,
      spread: spreadOf(appends, provider, part.column),
      interval: intervalOf(provider, part.column),
    })),
  );
  const { max, smallestPositive } = tokenExtent(rows.flatMap(({ spread: { p10, p25, p75, p90 } }) => [p10, p90, p25, p75]));
  const axis = tokenAxis({ max, smallestPositive });
  const place = (tokens: number) => tokenPosition(tokens, axis.firstTick);
  const panel = quantileRanges({
    ranges: rows.map(({ provider, name, part, spread: { p10, p25, p50, p75, p90 }, interval }) => ({
      name: `${name}: ${part.name}, ${grouped(p50)}`,
      whiskers: [place(p10), place(p90)],
      box: [place(p25), place(p75)],
      median: place(p50),
      ...(interval && { interval: { lo: place(interval.lo), hi: place(interval.hi) } }),
      color: providerColor(provider),
    })),
    x: tokenAxisOf(axis, "Tokens (binary scale)"),
  });
  const texts = drawn.map(({ provider, name, medians: { append, rest } }) => {
    const covers = sections[provider].adjusted_append.next_append_ge_previous_output.fraction;
    return `${name}: the append is at least the output before in ${share(covers)} of the pairs; its median is ${grouped(append)} tokens, ${grouped(rest)} without that output.`;
  });
  return [
    {
      name: "cache_replay_adjusted_append",
      title: `Median append without the output before: ${drawn.map(({ name, medians: { rest } }) => `${grouped(rest)} (${name})`).join(", ")} tokens`,
      subtitle: [
        "Tokens of a pair and their medians; boxes from p25 to p75, lines from p10 to p90. Lines below boxes: intervals of the medians.",
        ...(sentence ? [sentence] : []),
      ].join(" "),
      coverage: {
        shown: sumOf(drawn, ({ n }) => n),
        of: sumOf(providers, (provider) => sections[provider].prefix_relationship.pairs),
        what: "pairs",
        rest: "follow an output whose count is not final",
      },
      spec: panel,
      caption: `${texts.join(" ")} ${ruleText(drawn)} ${INTERVALS_SENTENCE}`,
      reading: APPEND_READING,
      alt: `Box plots on a binary token axis for each of ${titlesOf(drawn.map(({ provider }) => provider))}: append, output of the step before, and their difference, which is the really new part. Medians of the append: ${drawn
        .map(({ name, medians }) => `${name} ${grouped(medians.append)}`)
        .join(", ")}.`,
    },
  ];
}

interface Medians {
  readonly append: number;
  /** Without the output before. */
  readonly rest: number;
  /** The same where only some models' output is taken out. */
  readonly selected: number;
}

function ruleText(drawn: readonly { readonly name: string; readonly medians: Medians }[]): string {
  const medians = drawn.map(({ name, medians: { selected } }) => `${name} ${grouped(selected)}`).join(", ");
  return `Here the output of every model is taken out. The experiment adjusted_prefix_append takes out that of Claude and gpt-5.5 only, and its medians are: ${medians}.`;
}

type Appends = Measured["replay"]["appends"];

function mediansOf(provider: Provider, appends: Appends): Medians {
  const median = (column: Appends[number]["column"]) =>
    quantileWeighted(valuesOf(appends, column, (group) => group.provider === provider).ascending, 0.5) ?? 0;
  return { append: median("append_tokens"), rest: median("adjusted_append"), selected: median("selected_adjusted_append") };
}

/** Of a provider with pairs. */
function spreadOf(appends: Appends, provider: Provider, column: (typeof PARTS)[number]["column"]) {
  const { ascending } = valuesOf(appends, column, (group) => group.provider === provider);
  const quantile = (q: number) => known(quantileWeighted(ascending, q));
  return { p10: quantile(0.1), p25: quantile(0.25), p50: quantile(0.5), p75: quantile(0.75), p90: quantile(0.9) };
}

function share(fraction: number | null): string {
  return fraction === null ? "none" : percent(fraction, 1);
}

function titlesOf(providers: readonly Provider[]): string {
  return providers.map(providerTitle).join(", ");
}
