/** Figures: how long requests take, and which of them take most of the time. */

import { durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { type ShareSegment, sharePanels } from "../../../lib/chart/stacked-shares.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { allAndProviders, below, type ProviderGroup, type ShareIntervals } from "../../../lib/trace/provider-groups.ts";
import { extremes, FIVE_MINUTES_S, LENGTH_LABELS, type LongIntervals, sharesByLength } from "./measure.ts";

const TICKS_S = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800];
/** The axis spans at least this, so that the line at five minutes is on it. */
const LEAST_DOMAIN_S = [1, 600] as const;
const BARS = { requests: "Requests", time: "Response time" } as const;

/** @param groups all requests first, then one provider at least */
export function responseTimeFigure(groups: readonly ProviderGroup[], short: ShareIntervals): Figure {
  const [all, providers] = allAndProviders(groups);
  const { p50, p90, p99, n } = all.summary;
  const [shortest, longest] = extremes(all);
  const panel = curvesPanel({
    points: providers.flatMap(({ name, ascending }) => ecdfPoints(name, ascending)),
    x: durationAxis([Math.min(LEAST_DOMAIN_S[0], shortest), Math.max(LEAST_DOMAIN_S[1], longest)], {
      title: "Response time of a request (log scale)",
      ticks: TICKS_S,
    }),
    y: shareAxis({ title: "Requests up to this response time", ticks: [0, 0.25, 0.5, 0.75, 1] }),
    reference: { x: FIVE_MINUTES_S, label: "5 min", callouts: providers.map((group) => calloutAtFiveMinutes(group, short)) },
    stairs: true,
    legend: new Map(providers.map((group) => [group.name, legendText(group)])),
  });
  const shares = providers.map((group) => percent(below(group, FIVE_MINUTES_S).count, 1));
  const facts =
    `Half of the ${grouped(n)} requests are answered within ${durationCompact(p50)}, nine in ten within ${durationCompact(p90)}; ` +
    `one in a hundred takes more than ${durationCompact(p99)}. Within five minutes: ${percent(below(all, FIVE_MINUTES_S).count, 1)}.`;
  return {
    name: "user_turn_response_time",
    title: `Requests answered within five minutes: ${providers.map(({ name }, i) => `${at(shares, i)} (${providerLabel(name)})`).join(", ")}`,
    subtitle: "Cumulative share of requests by the time from the user's message to the last output before the next one.",
    coverage: { shown: n, of: n, what: "requests" },
    spec: figure(panel),
    caption: `The time includes model calls, tools and whatever is between them, but no wait after the last output. ${facts} ${INTERVALS_SENTENCE}`,
    reading: `For each response time, the share of requests that took at most that long. The dashed line marks five minutes: when an
answer takes longer, the cached prefix of the last model call may be gone before the next message. A long flat end is a heavy tail:
a few requests with many tool waits.`,
    alt: `Rising curves by provider: share of requests over a log axis of response times. ${facts}`,
  };
}

/** @param groups as above */
export function timeByLengthFigure(groups: readonly ProviderGroup[], intervalsOf: LongIntervals): Figure {
  const [all, providers] = allAndProviders(groups);
  const segments = providers.flatMap(segmentsOf);
  const panels = sharePanels({ segments, bins: LENGTH_LABELS, bars: Object.values(BARS), legendTitle: "Response time" });
  const longIn = (group: ProviderGroup) => {
    const long = sharesByLength(group).slice(-2);
    return {
      requests: percent(
        sumOf(long, ({ requests }) => requests),
        1,
      ),
      time: percent(
        sumOf(long, ({ time }) => time),
        1,
      ),
    };
  };
  const named = (of: "requests" | "time") => providers.map((group) => `${longIn(group)[of]} (${providerLabel(group.name)})`).join(", ");
  const facts = `Requests of ten minutes and more: ${named("requests")} of the requests, ${named("time")} of the time`;
  const { n } = all.summary;
  return {
    name: "user_turn_time_by_length",
    title: `Requests of ten minutes and more take ${named("time")} of the time`,
    subtitle: "Share of requests and of their summed response time, by length. Ranges below half a percent are not drawn.",
    coverage: { shown: n, of: n, what: "requests" },
    spec: grid(
      panels.map(({ group, panel }) => {
        const provider = known(providers.find(({ name }) => name === group));
        const shares = longIn(provider);
        const intervals = intervalsOf(group);
        const text = (of: "requests" | "time") => `${shares[of]}${intervalText(intervals[of], percent)} of the ${of}`;
        return withHeading(panel, `${providerLabel(group)}: ten minutes and more are ${text("requests")} and ${text("time")}`);
      }),
      { sharedColor: true },
    ),
    caption: `Upper bar: requests by length; lower bar: the summed response time of the same requests. ${facts}. ${INTERVALS_SENTENCE}`,
    reading: `Upper bar: requests by length. Lower bar: the time that they take together. The ribbons connect the same requests: a
thin slice of the upper bar that opens into a wide one below is where waiting time could be saved.`,
    alt: `Pairs of stacked bars per provider, joined by ribbons: the long requests are a thin slice of the requests and a wide one of the time. ${facts}.`,
  };
}

function segmentsOf(group: ProviderGroup): ShareSegment[] {
  return sharesByLength(group).flatMap((share) =>
    (["requests", "time"] as const).map((of) => ({ group: group.name, bar: BARS[of], bin: share.label, share: share[of] })),
  );
}

function calloutAtFiveMinutes(group: ProviderGroup, short: ShareIntervals) {
  const share = below(group, FIVE_MINUTES_S).count;
  return {
    series: group.name,
    y: share,
    text: `${providerLabel(group.name)} ${percent(share, 1)}${intervalText(short.get(group.name), percent)}`,
  };
}

function legendText({ name, summary: { n, p50, p90 } }: ProviderGroup): string {
  return `${providerLabel(name)} (n=${grouped(n)}, p50=${durationCompact(p50)}, p90=${durationCompact(p90)})`;
}
