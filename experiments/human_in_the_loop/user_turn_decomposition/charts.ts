/** Figures: what the response time consists of, and what is left of single requests. */

import { decimalSteps, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { type SplitBar, splitBars } from "../../../lib/chart/split-bars.ts";
import { symlogDurationAxis } from "../../../lib/chart/symlog-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { ACTIVITY_COLORS, ACTIVITY_TITLES, UNEXPLAINED } from "../../../lib/trace/activities.ts";
import {
  type Decomposition,
  type Decompositions,
  EXPLAINED_S,
  type ExplainedIntervals,
  type ObservedIntervals,
  RESIDUAL_KINDS,
  type ResidualKind,
} from "./decompose.ts";

const GENERATION = ACTIVITY_TITLES.generation;
const TOOL = ACTIVITY_TITLES.tool;
const LEFT_OVER = "Left over";
const PARTS = [
  { name: GENERATION, color: ACTIVITY_COLORS.generation },
  { name: TOOL, color: ACTIVITY_COLORS.tool },
  { name: LEFT_OVER, color: UNEXPLAINED.color },
];
/** Space beyond the longest bars, as a factor, and how many ticks there are at most. */
const HEADROOM = 1.02;
const MOST_TICKS = 8;
const CURVE_HEIGHT = 230;
const HEADINGS: Readonly<Record<ResidualKind, string>> = {
  effective: "After subtracting what tools reported (where they did)",
  wall: "After subtracting the time from call to result",
};

/** Providers without kept requests are left out; there must be one with some. */
export function sharesFigure(decompositions: Decompositions, observed: ObservedIntervals): Figure {
  const drawn = groupsToShow(decompositions, ({ kept }) => kept);
  const bars = drawn.flatMap((each) => RESIDUAL_KINDS.map((kind) => shareBar(each, kind, observed)));
  const most = Math.max(
    1,
    ...bars.flatMap(({ values, intervals = [] }) => [sumInOrder(Object.values(values)), ...intervals.map(({ hi }) => hi)]),
  );
  const domain = [0, HEADROOM * most] as const;
  const [all, ...others] = decompositions;
  const share = (seconds: number) => percent(seconds / all.response_s, 1);
  const facts = `Generation is ${share(all.generation_s)} of the response time, tools ${share(all.tool_s.effective)}; ${leftOver(all, "effective")}`;
  const providers = others.filter(({ kept }) => kept > 0).map((each) => `${leftOver(each, "effective")} (${providerLabel(each.provider)})`);
  return {
    name: "user_turn_decomposition",
    title: `Of the response time, ${providers.join(", ")}`,
    subtitle:
      "Where generation and tools exceed the response time, because tools ran in parallel, the label says by how much. Lines below bars: intervals of both together.",
    coverage: { shown: all.kept, of: all.opened, what: "requests", rest: "took no time" },
    spec: figure(
      splitBars({
        bars,
        parts: PARTS,
        x: shareAxis({ title: "Share of the summed response time", domain, ticks: ticksWithin(domain) }),
        label: (share) => percent(share),
        mark: { x: 1, text: "response time" },
      }),
    ),
    caption:
      "Two bars per provider: tool latencies as reported by the tools where they did (effective), and from call to result (wall), which includes approvals. " +
      `${facts} with effective latencies, ${leftOver(all, "wall")} with wall latencies. ${INTERVALS_SENTENCE}`,
    reading: `Two bars per provider, one for each kind of tool latency, as shares of the summed response time. The dashed line is the
response time itself.

- Gray: time that nothing accounts for, such as approvals, queues, or a busy client.
- A bar beyond the line: generation and tools add up to more than the response time, because they ran in parallel. Its label
  says by how much.
- A longer tool part with wall latencies: time around the tool, such as waiting for permission.`,
    alt: `Stacked horizontal bars per provider and kind of tool latency: generation, tools and what is left over as shares of the response time. ${facts}.`,
  };
}

/** As above. */
export function residualFigure([all, ...others]: Decompositions, intervalOf: ExplainedIntervals): Figure {
  const providers = others.filter(({ kept }) => kept > 0);
  const everything = providers.flatMap(({ residuals_s }) => RESIDUAL_KINDS.map((kind) => residuals_s[kind]));
  const least = Math.min(-EXPLAINED_S, ...everything.map((ascending) => at(ascending, 0)));
  const most = Math.max(EXPLAINED_S, ...everything.map((ascending) => at(ascending, ascending.length - 1)));
  const panels = RESIDUAL_KINDS.map((kind, i) =>
    withHeading(
      curvesPanel({
        points: providers.flatMap(({ provider, residuals_s }) => ecdfPoints(provider, residuals_s[kind])),
        x: symlogDurationAxis([least, most], {
          title: i === RESIDUAL_KINDS.length - 1 ? "Left over of a request (log scale in both directions, linear within 1 s)" : null,
        }),
        y: shareAxis({ title: "Cumulative share", ticks: [0, 0.25, 0.5, 0.75, 1] }),
        landmarks: [{ x: 0, label: "all accounted for" }],
        stairs: true,
        legend: new Map(providers.map((each) => [each.provider, legendText(each, kind, intervalOf)])),
        height: CURVE_HEIGHT,
      }),
      HEADINGS[kind],
      { over: "plot" },
    ),
  );
  const explained = percent(explainedShare(all, "effective"), 1);
  const shares = providers.map((each) => `${percent(explainedShare(each, "effective"), 1)} (${providerLabel(each.provider)})`);
  return {
    name: "user_turn_residuals",
    title: `Requests explained to within a second: ${shares.join(", ")}`,
    subtitle:
      "Cumulative share of requests by response time minus generation and tools. Left of zero, tools ran in parallel or beyond the last output; right of zero, nothing was recorded.",
    coverage: { shown: all.kept, of: all.opened, what: "requests", rest: "took no time" },
    spec: grid(panels, { spacing: 20 }),
    caption: `A steep rise at zero is requests that generation and tools account for: ${explained} of all are within a second of it. The left arm is time counted twice, the right arm time that nothing in the trace explains, such as approvals or a slow client. ${INTERVALS_SENTENCE}`,
    reading: `The share of requests with at most that much left over, for both kinds of tool latency. The scale is logarithmic on
both sides of zero and linear within a second of it. A steep rise at zero means that generation and tools account for the response
time; compare how far the arms reach on either side.`,
    alt: `Cumulative curves by provider over a symmetric log axis of seconds, one panel per kind of tool latency. They rise steeply at zero, where ${explained} of the requests are within a second, and have long arms on both sides.`,
  };
}

function leftOver({ response_s, residual_s }: Decomposition, kind: ResidualKind): string {
  const share = percent(Math.abs(residual_s[kind]) / response_s, 1);
  return residual_s[kind] < 0 ? `${share} is counted twice` : `${share} is left over`;
}

function shareBar(decomposition: Decomposition, kind: ResidualKind, observed: ObservedIntervals): SplitBar {
  const { provider, response_s, generation_s, tool_s, residual_s } = decomposition;
  const left = residual_s[kind] / response_s;
  const interval = observed(provider, kind);
  return {
    name: `${providerLabel(provider)}, ${kind}${left < 0 ? ` (${percent(-left, 1)} too much)` : ""}`,
    values: { [GENERATION]: generation_s / response_s, [TOOL]: tool_s[kind] / response_s, [LEFT_OVER]: Math.max(0, left) },
    ...(interval && { intervals: [interval] }),
  };
}

function legendText(decomposition: Decomposition, kind: ResidualKind, intervalOf: ExplainedIntervals): string {
  const interval = intervalText(intervalOf(decomposition.provider, kind), (share) => percent(share, 1));
  return `${providerLabel(decomposition.provider)}, n=${grouped(decomposition.kept)}: ${percent(explainedShare(decomposition, kind), 1)} within ${EXPLAINED_S} s of zero${interval}`;
}

function explainedShare({ explained, kept }: Decomposition, kind: ResidualKind): number {
  return explained[kind] / kept;
}

/** Round shares within the domain, zero among them. */
function ticksWithin([low, high]: readonly [number, number]): number[] {
  const step = decimalSteps((high - low) / MOST_TICKS);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
