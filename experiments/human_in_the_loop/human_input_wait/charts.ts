/** Figures: how long waits are, and how many of them and how much idle time are below each length. */

import { countAxis, durationAxis, hoursAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { type CurvePoint, curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { figure, grid } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { allAndProviders, type ProviderGroup } from "../../../lib/trace/provider-groups.ts";
import { CACHE_LIFETIME_S, upTo } from "./measure.ts";

const S_PER_H = 3600;
const ONE_HOUR_S = 3600;
const TICKS_WITHIN_AN_HOUR_S = [1, 10, 60, 300, 600, 1_800, 3_600];
/** The axis spans at least this, so that the line at five minutes is on it. */
const LEAST_DOMAIN_S = [1, 600] as const;
const MOST_CHARACTERS = 22;
const X_TITLE = "Wait from the event before to the user message (log scale)";

/** @param groups all waits first, then one provider at least */
export function waitFigures(groups: readonly ProviderGroup[]): Figure[] {
  return [shareFigure(groups), countFigure(groups), timeFigure(groups)];
}

function shareFigure(groups: readonly ProviderGroup[]): Figure {
  const [all, providers] = allAndProviders(groups);
  const { n, p50, p90, p99, max } = summarize(all.seconds, 0);
  const ascending = providers.map(({ name, seconds }) => ({ name, seconds: sorted(seconds) }));
  const shortest = Math.min(LEAST_DOMAIN_S[0], ...ascending.map(({ seconds }) => at(seconds, 0)));
  const panel = curvesPanel({
    points: ascending.flatMap(({ name, seconds }) => ecdfPoints(name, seconds)),
    x: durationAxis([shortest, Math.max(LEAST_DOMAIN_S[1], max)], { title: X_TITLE }),
    y: shareAxis({ title: "Waits up to this length", ticks: [0, 0.25, 0.5, 0.75, 1] }),
    reference: {
      x: CACHE_LIFETIME_S,
      label: "5 min",
      callouts: providers.map((group) => {
        const share = upTo(group, CACHE_LIFETIME_S).count / group.seconds.length;
        return { series: group.name, y: share, text: `${titleOf(group)} ${percent(share, 1)}` };
      }),
    },
    stairs: true,
    legend: new Map(providers.map((group) => [group.name, legendText(group)])),
  });
  const facts =
    `Half of the ${grouped(n)} waits last at most ${durationCompact(p50)}, nine in ten at most ${durationCompact(p90)}, ` +
    `and one in a hundred more than ${durationCompact(p99)}; the longest took ${durationCompact(max)}.`;
  return {
    name: "human_input_wait_cdf",
    title: "Length of waits",
    spec: figure(
      panel,
      `Half of the waits last at most ${durationCompact(p50)}, one in ten more than ${durationCompact(p90)}`,
      "Cumulative share of waits by the time from the event before to the user message, by provider.",
    ),
    caption: `Waits of a few milliseconds are between messages that were sent together. ${facts}`,
    reading: `For each length, the share of waits that are at most as long, by provider. The dashed line marks five minutes, about
the lifetime of a cached prompt: a message to its right probably finds a cold cache.`,
    alt: `Rising curves by provider: share of waits over a log axis of their length. ${facts}`,
  };
}

function countFigure(groups: readonly ProviderGroup[]): Figure {
  const [all, providers] = allAndProviders(groups);
  const short = upTo(all, CACHE_LIFETIME_S).count;
  const facts = `${grouped(short)} of ${grouped(all.seconds.length)} waits (${percent(short / all.seconds.length, 1)}) last at most five minutes.`;
  return {
    name: "human_input_wait_count_cdf_by_provider",
    title: "How many waits are shorter",
    spec: cumulativeSpec(providers, {
      title: `${percent(short / all.seconds.length)} of the waits end within five minutes`,
      subtitle: "Number of waits up to each length, cut at the right end of the axis.",
      columns: ["waits", "within 1 h"],
      cells: (group) => [grouped(group.seconds.length), grouped(upTo(group, ONE_HOUR_S).count)],
      measure: ({ count }) => count,
      axis: (most) => countAxis(most, { title: "Waits up to this length" }),
      callout: ({ count }, group) => `${titleOf(group)} ${grouped(count)} (${percent(count / group.seconds.length)})`,
    }),
    caption: `Each curve counts the waits of a provider up to each length. Waits shorter than the axis are included at its start; longer ones are only in the table. ${facts}`,
    reading: `The same waits as counts, cut at one hour so that short waits have room; the table above counts all of them. The curves
start at one second and include all shorter waits there. Where no wait is between a second and an hour, the axis ends at the longest.`,
    alt: `Rising curves by provider: number of waits up to each length on a log axis, with a table of quantiles above. ${facts}`,
  };
}

function timeFigure(groups: readonly ProviderGroup[]): Figure {
  const [all, providers] = allAndProviders(groups);
  const total = sumInOrder(all.seconds);
  const within = (limit: number) => percent(upTo(all, limit).seconds / total, 1);
  const facts =
    `Waits up to five minutes hold ${within(CACHE_LIFETIME_S)} and waits up to an hour ${within(ONE_HOUR_S)} ` +
    `of the ${hoursCompact(total / S_PER_H)} that sessions sat idle.`;
  return {
    name: "human_input_wait_total_cdf_by_provider",
    title: "How much idle time is in shorter waits",
    spec: cumulativeSpec(providers, {
      title: `Waits up to five minutes hold ${within(CACHE_LIFETIME_S)} of the idle time`,
      subtitle: "Summed time of the waits up to each length, cut at the right end of the axis.",
      columns: ["idle time", "within 1 h"],
      cells: (group) => [hours(sumInOrder(group.seconds)), hours(upTo(group, ONE_HOUR_S).seconds)],
      measure: ({ seconds }) => seconds / S_PER_H,
      axis: (most) => hoursAxis(most, { title: "Summed time of waits up to this length" }),
      callout: ({ seconds }, group) => `${titleOf(group)} ${hours(seconds)} (${percent(seconds / sumInOrder(group.seconds))})`,
    }),
    caption: `Each curve adds up the waits of a provider up to each length; the table has the totals. ${facts}`,
    reading: `The summed time of the waits up to each length, cut at one hour. Compare it with the counts: where the counts have
flattened, the time still rises, and the table shows how much of it is beyond the cut.`,
    alt: `Rising curves by provider: summed hours of waits up to each length on a log axis, with a table above; they rise steepest at the right end. ${facts}`,
  };
}

type Part = ReturnType<typeof upTo>;

interface CumulativeOptions {
  readonly title: string;
  readonly subtitle: string;
  /** Headings of the table's first columns, and their cells. */
  readonly columns: readonly string[];
  readonly cells: (group: ProviderGroup) => readonly string[];
  /** Height of the curve, from what is up to a length. */
  readonly measure: (part: Part) => number;
  readonly axis: (most: number) => Axis;
  readonly callout: (part: Part, group: ProviderGroup) => string;
}

/** A table that names the colors over one curve per provider. */
function cumulativeSpec(providers: readonly ProviderGroup[], options: CumulativeOptions) {
  const { title, subtitle, measure, axis, callout } = options;
  const domain = domainOf(providers);
  const most = Math.max(...providers.map((group) => measure(upTo(group, domain[1]))));
  const panel = curvesPanel({
    points: providers.flatMap((group) => cumulativePoints(group, domain, measure)),
    x: durationAxis(domain, domain[1] > ONE_HOUR_S ? { title: X_TITLE } : { title: X_TITLE, ticks: TICKS_WITHIN_AN_HOUR_S }),
    y: axis(most),
    reference: {
      x: CACHE_LIFETIME_S,
      label: "5 min",
      callouts: providers.map((group) => {
        const part = upTo(group, CACHE_LIFETIME_S);
        return { series: group.name, y: measure(part), text: callout(part, group) };
      }),
    },
    stairs: true,
    legend: null,
  });
  return grid([statisticsTable(providers, options), panel], { title, subtitle, spacing: 18 });
}

function statisticsTable(providers: readonly ProviderGroup[], { columns, cells }: CumulativeOptions): Panel {
  const names = providers.map(({ name }) => name);
  return textTable({
    columns: ["", ...columns, "p25", "p50", "p90", "p99", "mean"],
    rows: providers.map((group) => {
      const { p25, p50, p90, p99, mean } = summarize(group.seconds, 0);
      return {
        color: providerColor(group.name, names),
        cells: [titleOf(group), ...cells(group), ...[p25, p50, p90, p99, mean].map(durationCompact)],
      };
    }),
    nameWidth: 210,
    columnWidth: 92,
  });
}

/** From a second to an hour; further where no wait is in that range. */
function domainOf(providers: readonly ProviderGroup[]): readonly [number, number] {
  const low = LEAST_DOMAIN_S[0];
  const within = providers.some(({ seconds }) => seconds.some((wait) => wait > low && wait <= ONE_HOUR_S));
  const longest = providers.reduce((most, { seconds }) => seconds.reduce((a, b) => Math.max(a, b), most), ONE_HOUR_S);
  return [low, within ? ONE_HOUR_S : longest];
}

function cumulativePoints(
  { name, seconds }: ProviderGroup,
  [low, high]: readonly [number, number],
  measure: (part: Part) => number,
): CurvePoint[] {
  const ascending = sorted(seconds);
  const first = ascending.findIndex((wait) => wait > low);
  const before = first < 0 ? ascending : ascending.slice(0, first);
  const points: CurvePoint[] = [];
  let part: Part = { count: before.length, seconds: sumInOrder(before) };
  points.push({ series: name, x: low, y: measure(part) });
  for (const wait of ascending.slice(before.length)) {
    if (wait > high) break;
    part = { count: part.count + 1, seconds: part.seconds + wait };
    points.push({ series: name, x: wait, y: measure(part) });
  }
  return [...points, { series: name, x: high, y: measure(part) }];
}

function legendText(group: ProviderGroup): string {
  const { n, p50, p90 } = summarize(group.seconds, 0);
  return `${titleOf(group)} (n=${grouped(n)}, p50=${durationCompact(p50)}, p90=${durationCompact(p90)})`;
}

function titleOf({ name }: ProviderGroup): string {
  return providerLabel(name, MOST_CHARACTERS);
}

function hours(seconds: number): string {
  return hoursCompact(seconds / S_PER_H);
}
