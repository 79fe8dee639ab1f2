/** The figures: where prefixes and appends lie, how they go together, and which appends carry the tokens. */
import { countAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { outlineHistogram } from "../../../lib/chart/histogram.ts";
import { providerColor, providerOrder } from "../../../lib/chart/palette.ts";
import { tokenScatterPanel } from "../../../lib/chart/scatter.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { sharePanels } from "../../../lib/chart/stacked-shares.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { PANEL } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { type TokenAxis, tokenAxis, tokenAxisOf } from "../../../lib/chart/token-axis.ts";
import { tokenCurve, tokenHistogram } from "../../../lib/chart/token-histogram.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ALL, type GroupBy, groupTitle } from "../../../lib/trace/groups.ts";
import { type AppendBin, type GroupMetric, METRICS, type Metric, type SampledStep } from "./measure.ts";

/** Both panels of a figure have the same axis, so that lengths can be compared between them. */
const FIRST_TICK_TOKENS = 32;
const MOST_TICKS = 18;
const PANEL_HEIGHT = 230;
/** Width in CSS pixels of the columns after the name; long names leave room for fewer columns. */
const TABLE_COLUMN_WIDTH = 104;
const TABLE_QUANTILES = { provider: ["p50", "p90", "p99"], longer: ["p50", "p90"] } as const;
const SMALLEST_LABELLED_SHARE = 0.075;
const LONG_APPEND_TOKENS = 10_000;

const AXIS_READING =
  "Each doubling of tokens is equally wide, `2k` is 2,048, and below the first tick the axis is linear, so that zero has a place.";
const HISTOGRAM_READING = `The height of an outline is the number of steps with a prefix, and an append, of that length. Both panels have the same axis:
the distance between the lower hump and the upper one is how much more a step reads again than it adds. Providers differ at the right end of the
prefix, where context windows end. Heights depend on how many steps a group has, so compare shapes. ${AXIS_READING}`;
const CDF_READING = `A curve is the share of steps with at most that many tokens; the median is where it crosses 50 %. ${AXIS_READING}`;
const SCATTER_READING = `Each point is a step. At the top left are cold starts and cache misses, where nearly everything is new; at the bottom right is the
usual growth of a session with a warm cache. The steps are a sample, so read the shape, not the density. ${AXIS_READING}`;
const SHARES_READING = `The upper bar of a provider has its steps by append length, the lower bar its appended tokens, from short appends (light) to long ones
(dark). Ribbons join the same range: some are rare among the steps and have many of the tokens, or the other way around. Ranges below 0.5 % in
every bar are left out, so a bar may end before 100 %.`;

const PANEL_TITLES: Readonly<Record<Metric, string>> = { prefix_tokens: "Prefix (cached)", newly_append_tokens: "Append (new)" };

/** Histogram and CDF of the given groups; none when no group has a value. */
export function lengthFigures(metrics: readonly GroupMetric[], groupBy: GroupBy): Figure[] {
  const drawn = metrics.filter(({ ascending }) => ascending.length > 0);
  if (drawn.length === 0) return [];
  const max = Math.max(...drawn.map(({ summary }) => summary.max));
  const axis = tokenAxis({ max, firstTick: FIRST_TICK_TOKENS, maxTicks: MOST_TICKS });
  return [histogramFigure(drawn, axis, groupBy), cdfFigure(drawn, axis, groupBy)];
}

/** Prefix against append of the sampled steps; null without any. */
export function scatterFigure(sample: readonly SampledStep[], labels: readonly string[], groupBy: GroupBy): Figure | null {
  const steps = sample.filter(({ label }) => labels.includes(label));
  if (steps.length === 0) return null;
  const points = steps.map(({ label, prefix_tokens, append_tokens }) => ({ series: label, x: prefix_tokens, y: append_tokens }));
  const counts = new Map(labels.map((label) => [label, points.filter(({ series }) => series === label).length]));
  const names = [...counts].filter(([, count]) => count > 0).map(([label, count]) => `${groupTitle(label, groupBy)} ${grouped(count)}`);
  const titles = { x: "Prefix tokens (binary scale)", y: "Append tokens (binary scale)" };
  const panel = tokenScatterPanel(points, titles, (label) => `${groupTitle(label, groupBy)} (n=${grouped(counts.get(label) ?? 0)})`);
  return {
    name: "prefix_vs_append_sample",
    title: "Prefix against append",
    spec: figure(
      panel,
      figureTitle(
        "Cold starts are at the top left, steps with a warm cache at the bottom right",
        `One point for each of ${grouped(points.length)} agent steps.`,
        95,
      ),
    ),
    caption:
      `Cached prefix and new append of sampled steps (${names.join(", ")}). A small prefix with a large append is a cold start or a cache miss; ` +
      "a large prefix with a small append is how a session usually grows.",
    reading: SCATTER_READING,
    alt: `Scatter plot on two binary token axes: prefix of a step across, its append upwards, for ${names.join(", ")} steps.`,
  };
}

/** For each provider, its steps and its appended tokens by append length; null without any steps. */
export function shareFigure(bins: readonly AppendBin[]): Figure | null {
  const own = bins.filter(({ provider }) => provider !== ALL);
  if (own.length === 0) return null;
  const providers = providerOrder(own.map(({ provider }) => provider));
  const labels = [...new Set(own.map(({ label }) => label))];
  const segments = providers.flatMap((group) =>
    own
      .filter(({ provider }) => provider === group)
      .flatMap(({ label, round_share, token_share }) => [
        { group, bar: "Agent steps", bin: label, share: round_share },
        { group, bar: "Append tokens", bin: label, share: token_share },
      ]),
  );
  const bars = { segments, bins: labels, bars: ["Agent steps", "Append tokens"], legendTitle: "Append (tokens)" };
  const panels = sharePanels({ ...bars, labelFrom: SMALLEST_LABELLED_SHARE }).map(({ group, panel }) =>
    withHeading(panel, groupTitle(group, "provider")),
  );
  const statements = providers.map((provider) => {
    const long = own.filter((bin) => bin.provider === provider && bin.lo_tokens >= LONG_APPEND_TOKENS);
    const share = (of: "round_share" | "token_share") => percent(long.reduce((sum, bin) => sum + bin[of], 0));
    return `${groupTitle(provider, "provider")}: ${share("round_share")} of steps, ${share("token_share")} of tokens`;
  });
  return {
    name: "append_tokens_weighted_bins",
    title: "Steps and tokens by append length",
    spec: grid(panels, {
      sharedColor: true,
      title: figureTitle("Which appends have the tokens", `Appends of 10k tokens or more: ${statements.join("; ")}.`),
    }),
    caption: `The same appends counted by steps and by tokens. Appends of 10,000 tokens or more, ${statements.join("; ")}. Ranges below 0.5 % everywhere are left out.`,
    reading: SHARES_READING,
    alt: `For each of ${providers.map((provider) => groupTitle(provider, "provider")).join(", ")}, two stacked bars from short appends (light) to long ones (dark): share of agent steps and share of append tokens. Appends of 10,000 tokens or more: ${statements.join("; ")}.`,
  };
}

function histogramFigure(drawn: readonly GroupMetric[], axis: TokenAxis, groupBy: GroupBy): Figure {
  const panels = panelsOf(drawn, axis, (own, x) => {
    const bins = own.flatMap(({ group, ascending }) => tokenHistogram(group, ascending, axis));
    const y = countAxis(Math.max(...bins.map((bin) => bin.y)), { title: "Agent steps" });
    return outlineHistogram({ bins, x, y, series: labelsOf(drawn), legend: null, height: PANEL_HEIGHT });
  });
  return {
    name: "prefix_append_distribution",
    title: "Prefix and append tokens of a step",
    spec: grid([legendTable(drawn, groupBy), ...panels], {
      title: figureTitle("Steps read a prefix again and append to it", ratioText(drawn, groupBy)),
      spacing: 22,
    }),
    caption: `How many steps have a prefix, and an append, of each length. ${mediansText(drawn, groupBy)}`,
    reading: HISTOGRAM_READING,
    alt: `Histogram outlines in two panels over one binary token axis: prefix tokens above, append tokens below. ${mediansText(drawn, groupBy)}`,
  };
}

function cdfFigure(drawn: readonly GroupMetric[], axis: TokenAxis, groupBy: GroupBy): Figure {
  const panels = panelsOf(drawn, axis, (own, x) =>
    curvesPanel({
      points: own.flatMap(({ group, ascending }) => tokenCurve(group, ascending, axis)),
      x,
      y: shareAxis({ title: "Agent steps", ticks: [0, 0.25, 0.5, 0.75, 1] }),
      stairs: true,
      series: labelsOf(drawn),
      legend: null,
      height: PANEL_HEIGHT,
    }),
  );
  return {
    name: "prefix_append_cdf",
    title: "Prefix and append tokens of a step, cumulative",
    spec: grid([legendTable(drawn, groupBy), ...panels], {
      title: figureTitle(
        "Prefix and append up to each length",
        "Share of agent steps with at most that many tokens, on one binary scale for both panels.",
      ),
      spacing: 22,
    }),
    caption: `The share of steps whose prefix, and whose append, has at most that many tokens. ${mediansText(drawn, groupBy)}`,
    reading: CDF_READING,
    alt: `Cumulative curves in two panels over one binary token axis: prefix tokens above, append tokens below. ${mediansText(drawn, groupBy)}`,
  };
}

/** A panel for each metric that some group has values of; the lowest has the title of the axis. */
function panelsOf(
  drawn: readonly GroupMetric[],
  axis: TokenAxis,
  draw: (own: readonly GroupMetric[], x: ReturnType<typeof tokenAxisOf>) => Panel,
): Panel[] {
  const present = METRICS.filter((metric) => drawn.some((each) => each.metric === metric));
  return present.map((metric) => {
    const title = metric === present.at(-1) ? "Tokens of a step (binary scale)" : null;
    const own = drawn.filter((each) => each.metric === metric);
    return withHeading(draw(own, tokenAxisOf(axis, title)), PANEL_TITLES[metric], { over: "plot" });
  });
}

function legendTable(drawn: readonly GroupMetric[], groupBy: GroupBy): Panel {
  const labels = labelsOf(drawn);
  const quantiles = TABLE_QUANTILES[groupBy === "provider" ? "provider" : "longer"];
  const columns = ["", "steps", ...["prefix", "append"].flatMap((name) => quantiles.map((q) => `${name} ${q}`))];
  return textTable({
    columns,
    columnWidth: TABLE_COLUMN_WIDTH,
    nameWidth: PANEL.width - TABLE_COLUMN_WIDTH * (columns.length - 1),
    rows: labels.map((label) => {
      const own = METRICS.map((metric) => drawn.find((each) => each.group === label && each.metric === metric)?.summary);
      const steps = Math.max(...own.map((summary) => summary?.n ?? 0));
      const tokens = own.flatMap((summary) => quantiles.map((q) => (summary ? grouped(summary[q]) : "")));
      return { color: providerColor(label, labels), cells: [groupTitle(label, groupBy), grouped(steps), ...tokens] };
    }),
  });
}

/** Median prefix as a multiple of the median append, by group; without such a number, only what is drawn. */
function ratioText(drawn: readonly GroupMetric[], groupBy: GroupBy): string {
  const medianOf = (label: string, metric: Metric) =>
    drawn.find((each) => each.group === label && each.metric === metric)?.summary.p50 ?? 0;
  const ratios = labelsOf(drawn).flatMap((label) => {
    const append = medianOf(label, "newly_append_tokens");
    return append > 0 ? `${groupTitle(label, groupBy)} ${grouped(medianOf(label, "prefix_tokens") / append, 1)}` : [];
  });
  const drawnText = "Both panels on one binary scale.";
  return ratios.length > 0 && groupBy === "provider" ? `${drawnText} Median prefix / median append: ${ratios.join(", ")}.` : drawnText;
}

function mediansText(drawn: readonly GroupMetric[], groupBy: GroupBy): string {
  const texts = drawn.map(
    ({ group, metric, summary }) =>
      `${groupTitle(group, groupBy)} ${metric === "prefix_tokens" ? "prefix" : "append"} ${grouped(summary.p50)}`,
  );
  return `Medians in tokens: ${texts.join(", ")}.`;
}

function labelsOf(drawn: readonly GroupMetric[]): string[] {
  return [...new Set(drawn.map(({ group }) => group))];
}
