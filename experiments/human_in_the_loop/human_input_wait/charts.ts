/** Figures: how long waits are, and how much of the idle time is in the short ones. */

import { durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { countAndSumPanels } from "../../../lib/chart/count-and-sum.ts";
import { figure, grid } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { allAndProviders, below, type ProviderGroup, type ShareIntervals, sharePoints } from "../../../lib/trace/provider-groups.ts";
import { CACHE_LIFETIME_S } from "./measure.ts";

const S_PER_H = 3600;
/** The axis spans at least this, so that the line at five minutes is on it. */
const LEAST_DOMAIN_S = [1, 600] as const;
const MOST_CHARACTERS = 22;
const X_TITLE = "Wait from the event before to the user message (log scale)";

/** @param groups all waits first, then one provider at least */
export function waitFigures(groups: readonly ProviderGroup[], short: ShareIntervals): Figure[] {
  const [all, providers] = allAndProviders(groups);
  const figures = [lengthFigure(all, providers, short)];
  return all.bins.length === 0 ? figures : [...figures, timeFigure(all, providers)];
}

function lengthFigure(all: ProviderGroup, providers: readonly ProviderGroup[], short: ShareIntervals): Figure {
  const { n, p50, p90, p99, max } = all.summary;
  const panel = curvesPanel({
    points: providers.flatMap(({ name, ascending }) => ecdfPoints(name, ascending)),
    x: durationAxis(domainOf(all), { title: X_TITLE }),
    y: shareAxis({ title: "Waits up to this length", ticks: [0, 0.25, 0.5, 0.75, 1] }),
    reference: {
      x: CACHE_LIFETIME_S,
      label: "5 min",
      callouts: providers.map((group) => {
        const { count } = below(group, CACHE_LIFETIME_S);
        return {
          series: group.name,
          y: count,
          text: `${titleOf(group)} ${percent(count, 1)}${intervalText(short.get(group.name), percent)}`,
        };
      }),
    },
    stairs: true,
    legend: new Map(providers.map((group) => [group.name, legendText(group)])),
  });
  const facts =
    `Half of the ${grouped(n)} waits last at most ${durationCompact(p50)}, nine in ten at most ${durationCompact(p90)}, ` +
    `and one in a hundred more than ${durationCompact(p99)}; the longest took ${durationCompact(max)}.`;
  const shares = providers.map((group) => `${percent(below(group, CACHE_LIFETIME_S).count, 1)} (${titleOf(group)})`);
  return {
    name: "human_input_wait_cdf",
    title: `Waits that end within five minutes: ${shares.join(", ")}`,
    subtitle: "Cumulative share of waits by the time from the event before to the user message, by provider.",
    coverage: { shown: n, of: n, what: "waits" },
    spec: figure(panel),
    caption: `Waits of a few milliseconds are between messages that were sent together. ${facts} ${INTERVALS_SENTENCE}`,
    reading: `For each length, the share of waits that are at most as long, by provider. The dashed line marks five minutes, about
the lifetime of a cached prompt: a message to its right probably finds a cold cache.`,
    alt: `Rising curves by provider: share of waits over a log axis of their length. ${facts}`,
  };
}

function timeFigure(all: ProviderGroup, providers: readonly ProviderGroup[]): Figure {
  const totals = providers.map(
    (group) => `${titleOf(group)}: ${grouped(group.summary.n)} waits, ${hoursCompact(group.sum / S_PER_H)} of idle time`,
  );
  const panels = countAndSumPanels({
    groups: providers.map((group, i) => ({
      name: group.name,
      heading: at(totals, i),
      points: sharePoints(group),
      marked: below(group, CACHE_LIFETIME_S),
    })),
    x: durationAxis(domainOf(all), { title: X_TITLE }),
    count: "waits",
    sum: "idle time",
    mark: "5 min",
  });
  const facts = providers.map((group) => {
    const { count, sum } = below(group, CACHE_LIFETIME_S);
    return `${percent(count, 1)} of the waits and ${percent(sum, 1)} of the idle time (${titleOf(group)})`;
  });
  const shares = providers.map((group) => `${percent(below(group, CACHE_LIFETIME_S).sum, 1)} (${titleOf(group)})`);
  return {
    name: "human_input_wait_count_and_time",
    title: `Waits under five minutes hold ${shares.join(" and ")} of the idle time`,
    subtitle: "Dashed: share of the waits up to each length. Solid: share of their summed time.",
    coverage: { shown: all.summary.n, of: all.summary.n, what: "waits" },
    spec: grid(panels, { columns: 2, spacing: 40 }),
    caption: `How many waits are short, and how little of the idle time is in them. Under five minutes: ${facts.join("; ")}.`,
    reading: `The dashed line counts the waits up to each length, the solid one adds up their time. The further apart they are, the more of
the idle time is in few long waits.`,
    alt: `A panel per provider with two rising curves over a log axis of lengths: the share of waits rises first, the share of their time at the right end. ${totals.join("; ")}.`,
  };
}

function domainOf({ ascending, summary }: ProviderGroup): readonly [number, number] {
  return [Math.min(LEAST_DOMAIN_S[0], at(ascending, 0)), Math.max(LEAST_DOMAIN_S[1], summary.max)];
}

function legendText(group: ProviderGroup): string {
  const { n, p50, p90 } = group.summary;
  return `${titleOf(group)} (n=${grouped(n)}, p50=${durationCompact(p50)}, p90=${durationCompact(p90)})`;
}

function titleOf({ name }: ProviderGroup): string {
  return providerLabel(name, MOST_CHARACTERS);
}
