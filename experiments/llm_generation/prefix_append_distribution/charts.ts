/** The figures: where prefixes and appends lie, how they go together, and which appends carry the tokens. */
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerOrder } from "../../../lib/chart/palette.ts";
import { tokenScatterPanel } from "../../../lib/chart/scatter.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { sharePanels } from "../../../lib/chart/stacked-shares.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { tokenSharePanels } from "../../../lib/chart/token-shares.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { ALL, type GroupBy, groupTitle } from "../../../lib/trace/groups.ts";
import type { AppendBin, MedianInterval, Metric, MetricBars, SampledStep } from "./measure.ts";

const COLUMN_WIDTH = 420;

const AXIS_READING =
  "Each doubling of tokens is equally wide, `2k` is 2,048, and below the first tick the axis is linear, so that zero has a place.";
const LENGTH_READING = `A panel for each group and length: bars are shares of the group's steps, so groups of any size compare; the line is the
median. Prefixes are far longer than appends: a step reads much again and adds a little. Providers differ at the right end of the prefix, where
context windows end. Below, each curve is the share of steps with at most that many tokens. ${AXIS_READING}`;
const SCATTER_READING = `Each point is a step. At the top left are cold starts and cache misses, where nearly everything is new; at the bottom right is the
usual growth of a session with a warm cache. Of many steps a sample is drawn, so read the shape, not the density. ${AXIS_READING}`;
const SHARES_READING = `The upper bar of a provider has its steps by append length, the lower bar its appended tokens, from short appends (light) to long ones
(dark). Ribbons join the same range: some are rare among the steps and have many of the tokens, or the other way around. Ranges below 0.5 % in
every bar are left out, so a bar may end before 100 %. Intervals are in parentheses where they fit.`;

const METRIC_NAMES: Readonly<Record<Metric, string>> = { prefix_tokens: "prefix", newly_append_tokens: "append" };
const PANEL_TITLES: Readonly<Record<Metric, string>> = { prefix_tokens: "Prefix (cached)", newly_append_tokens: "Append (new)" };

/** A column of bars and curves for each metric, side by side, each on an axis of its own; null when no group has a value. */
export function lengthFigure(
  bars: readonly MetricBars[],
  labels: readonly string[],
  groupBy: GroupBy,
  intervalOf: MedianInterval,
): Figure | null {
  if (bars.length === 0) return null;
  const columns = bars.map(({ metric, axis, groups }) =>
    tokenSharePanels({
      groups: groups.map(({ group, summary, bins, ascending }) => ({
        series: group,
        heading: `${groupTitle(group, groupBy)}, ${METRIC_NAMES[metric]} (${counted(summary.n, "step")})`,
        median: summary.p50,
        medianText: `${grouped(summary.p50)}${intervalText(intervalOf(group, metric), grouped)}`,
        bins,
        ascending,
      })),
      axis,
      title: `${PANEL_TITLES[metric]}, tokens (binary scale)`,
      series: labels,
      width: COLUMN_WIDTH,
    }),
  );
  const medians = mediansText(bars, groupBy);
  const title = titleText(bars, groupBy);
  return {
    name: "prefix_append_distribution",
    title,
    spec: grid(inRows(columns), {
      columns: new Set(columns.map(({ length }) => length)).size > 1 ? 1 : columns.length,
      spacing: 20,
      title: figureTitle(
        title,
        "Bars: share of a group's steps; the first bar has the shortest lengths, then three for each doubling, each panel on a scale of its own. Below: share of steps up to each length.",
        150,
      ),
    }),
    caption: `Share of steps by the length of their prefix and of their append, each on a scale of its own. ${medians} ${INTERVALS_SENTENCE}`,
    reading: LENGTH_READING,
    alt: `Bars of shares of steps on binary token axes, prefix at the left and append at the right, a row for each of ${labels.map((label) => groupTitle(label, groupBy)).join(", ")}, with cumulative curves below. ${medians}`,
  };
}

/** Row by row; one column after the other where a group has one of the lengths only. */
function inRows([left = [], right]: readonly (readonly Panel[])[]): Panel[] {
  return right?.length === left.length ? left.flatMap((panel, i) => [panel, at(right, i)]) : [...left, ...(right ?? [])];
}

/** Of the two largest groups; the panels have the others. */
function titleText(bars: readonly MetricBars[], groupBy: GroupBy): string {
  const [first] = bars;
  const verbs: Readonly<Record<Metric, string>> = { prefix_tokens: "reads", newly_append_tokens: "adds" };
  const parts = (first?.groups ?? []).slice(0, 2).map(({ group }) => {
    const facts = bars.flatMap(({ metric, groups }) => {
      const own = groups.find((each) => each.group === group);
      return own ? `${verbs[metric]} ${grouped(own.summary.p50)}` : [];
    });
    return `${groupTitle(group, groupBy)} ${facts.join(" and ")}`;
  });
  return `In the median step, ${parts.join("; ")} tokens`;
}

/** Prefix against append of the sampled steps; null without any. @param bins of all steps with both numbers */
export function scatterFigure(
  sample: readonly SampledStep[],
  bins: readonly AppendBin[],
  labels: readonly string[],
  groupBy: GroupBy,
): Figure | null {
  const steps = sample.filter(({ label }) => labels.includes(label));
  if (steps.length === 0) return null;
  const points = steps.map(({ label, prefix_tokens, append_tokens }) => ({ series: label, x: prefix_tokens, y: append_tokens }));
  const counts = new Map(labels.map((label) => [label, points.filter(({ series }) => series === label).length]));
  const of = bins.filter(({ provider }) => provider === ALL).reduce((sum, { rounds }) => sum + rounds, 0);
  const isSample = points.length < of;
  const names = [...counts].filter(([, count]) => count > 0).map(([label, count]) => `${groupTitle(label, groupBy)} ${grouped(count)}`);
  const titles = { x: "Prefix tokens (binary scale)", y: "Append tokens (binary scale)" };
  const panel = tokenScatterPanel(points, titles, (label) => `${groupTitle(label, groupBy)} (n=${grouped(counts.get(label) ?? 0)})`);
  return {
    name: "prefix_vs_append_sample",
    title: "Cold starts are at the top left, steps with a warm cache at the bottom right",
    subtitle: "A point is a step.",
    coverage: { shown: points.length, of, what: "steps with both numbers", rest: "are not drawn" },
    spec: panel,
    caption:
      `Cached prefix and new append of ${isSample ? "a sample of the steps" : "all steps"} (${names.join(", ")}). A small prefix with a large append is a cold start or a ` +
      "cache miss; a large prefix with a small append is how a session usually grows.",
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
      .flatMap(({ label, round_share, token_share, stepInterval, tokenInterval }) => [
        { group, bar: "Agent steps", bin: label, share: round_share, interval: stepInterval },
        { group, bar: "Append tokens", bin: label, share: token_share, interval: tokenInterval },
      ]),
  );
  const stepsOf = (group: string) => sumOf(own, ({ provider, rounds }) => (provider === group ? rounds : 0));
  const panels = sharePanels({
    segments,
    bins: labels,
    bars: ["Agent steps", "Append tokens"],
    legendTitle: "Append (tokens)",
  }).map(({ group, panel }) => withHeading(panel, `${groupTitle(group, "provider")} (${counted(stepsOf(group), "step")})`));
  const statements = providers.map((provider) => largestText(own.filter((bin) => bin.provider === provider)));
  const title = titleOfShares(providers.map((provider) => own.filter((bin) => bin.provider === provider)));
  return {
    name: "append_tokens_weighted_bins",
    title,
    spec: grid(panels, {
      sharedColor: true,
      title: figureTitle(
        title,
        "The same appends as shares of the steps and of the tokens. Ranges that are rare in every bar are left out.",
      ),
    }),
    caption: `The same appends counted by steps and by tokens. ${statements.join("; ")}. ${INTERVALS_SENTENCE}`,
    reading: SHARES_READING,
    alt: `For each of ${providers.map((provider) => groupTitle(provider, "provider")).join(", ")}, two stacked bars from short appends (light) to long ones (dark): share of agent steps and share of append tokens. ${statements.join("; ")}.`,
  };
}

/** The range with most of the tokens. @param bins of one provider */
function largestOf(bins: readonly AppendBin[]): AppendBin {
  return bins.reduce((most, bin) => (bin.token_share > most.token_share ? bin : most));
}

function largestText(bins: readonly AppendBin[]): string {
  const { provider, label, round_share, token_share } = largestOf(bins);
  return `${groupTitle(provider, "provider")}: appends of ${label} are ${percent(round_share)} of the steps and ${percent(token_share)} of the tokens`;
}

/** @param own bins of each provider; the first two are named */
function titleOfShares(own: readonly (readonly AppendBin[])[]): string {
  const largest = own.slice(0, 2).map(largestOf);
  const name = ({ provider }: AppendBin) => groupTitle(provider, "provider");
  const [first, second] = largest;
  if (first && (!second || first.label === second.label)) {
    const shares = largest.map((bin) => `${percent(bin.token_share)} (${name(bin)})`).join(" and ");
    return `Appends of ${first.label} have ${shares} of the appended tokens`;
  }
  return `Most tokens: ${largest.map((bin) => `${percent(bin.token_share)} in appends of ${bin.label} (${name(bin)})`).join(", ")}`;
}

function mediansText(bars: readonly MetricBars[], groupBy: GroupBy): string {
  const texts = bars.flatMap(({ metric, groups }) =>
    groups.map(({ group, summary }) => `${groupTitle(group, groupBy)} ${METRIC_NAMES[metric]} ${grouped(summary.p50)}`),
  );
  return `Medians in tokens: ${texts.join(", ")}.`;
}
