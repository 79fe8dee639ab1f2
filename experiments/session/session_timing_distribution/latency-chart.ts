/** The figure of cumulative shares: how long single waits, generation spans and tool calls take. */

import { durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { sorted } from "../../../lib/stats/quantile.ts";
import { ACTIVITIES, ACTIVITY_TITLES, type Activity } from "../../../lib/trace/activities.ts";
import { SCOPES, type Scope, scopeTitle } from "../../../lib/trace/scopes.ts";
import { durationText } from "./format.ts";
import { individualSeconds, type TimeSummary, type Times, timeSummaryOf } from "./measure.ts";

const FIVE_MINUTES_S = 300;
const ONE_HOUR_S = 3600;
const PANEL_HEIGHT = 190;
const HEADINGS: Readonly<Record<Activity, string>> = {
  human: "Waits before a user's message",
  generation: "Generation spans",
  tool: "Tool calls",
};

const READING = `For each duration, the share of single events that took at most as long. The dashed lines mark five minutes, a common lifetime of
a cache entry, and one hour. A jump in a curve means that many events took equally long: a timeout, or a clock of whole seconds.`;

interface Curve {
  readonly scope: Scope;
  /** Ascending, at least one. */
  readonly seconds: Float64Array;
  readonly summary: TimeSummary;
}

/** Null when no event took any time. */
export function latencyFigure(times: readonly Times[], summaries: readonly TimeSummary[]): Figure | null {
  const kinds = ACTIVITIES.map((activity) => ({ activity, curves: curvesOf(times, summaries, activity) })).filter(
    ({ curves }) => curves.length > 0,
  );
  if (kinds.length === 0) return null;
  const x = durationAxis(domainOf(kinds.flatMap(({ curves }) => curves)), { title: "Duration (log scale)" });
  const panels = kinds.map(({ activity, curves }, i) =>
    withHeading(
      curvesPanel({
        points: curves.flatMap(({ scope, seconds }) => ecdfPoints(scope, seconds)),
        x: i === kinds.length - 1 ? x : { ...x, title: null },
        y: shareAxis({ title: "Cumulative share", ticks: [0, 0.25, 0.5, 0.75, 1] }),
        landmarks: [ONE_HOUR_S],
        reference: { x: FIVE_MINUTES_S, label: "5 min" },
        stairs: true,
        legend: (series) => legendText(curves, series),
        height: PANEL_HEIGHT,
      }),
      HEADINGS[activity],
      { over: "plot" },
    ),
  );
  const sentence = kinds.map(({ activity, curves }) => `${ACTIVITY_TITLES[activity]}: ${curves.map(typical).join(", ")}.`).join(" ");
  return {
    name: "session_timing_latencies",
    title: "How long single waits, generations and calls take",
    spec: grid(panels, {
      title: figureTitle(title(summaries), "Cumulative share of single events by duration. Dashed lines at five minutes and at one hour."),
      spacing: 20,
    }),
    caption: `Single events, whatever session they belong to. Median and p99: ${sentence} Where a curve is flat, durations are rare; where it jumps, many are equal (a timeout, for example).`,
    reading: READING,
    alt: `Cumulative curves by provider over a log axis of durations, in panels for waits, generation spans and tool calls. Median and p99: ${sentence}`,
  };
}

function curvesOf(times: readonly Times[], summaries: readonly TimeSummary[], activity: Activity): Curve[] {
  return SCOPES.filter((scope) => scope !== "merged")
    .map((scope) => ({
      scope,
      seconds: sorted(individualSeconds(times, scope, activity)),
      summary: timeSummaryOf(summaries, scope, "individual", activity),
    }))
    .filter(({ seconds }) => seconds.length > 0);
}

function title(summaries: readonly TimeSummary[]): string {
  const names: Readonly<Record<Activity, string>> = { human: "wait for the human", generation: "generation", tool: "tool call" };
  const medians = ACTIVITIES.flatMap((activity) => {
    const { n, p50 } = timeSummaryOf(summaries, "merged", "individual", activity);
    return n === 0 ? [] : [`${names[activity]} ${durationText(p50)}`];
  });
  return `Medians: ${medians.join(", ")}`;
}

/** Wide enough for all durations and for both dashed lines. */
function domainOf(curves: readonly Curve[]): readonly [number, number] {
  const ends = curves.flatMap(({ seconds }) => [...seconds.slice(0, 1), ...seconds.slice(-1)]);
  return [Math.min(1, ...ends), Math.max(2 * ONE_HOUR_S, ...ends)];
}

function legendText(curves: readonly Curve[], series: string): string {
  const curve = curves.find(({ scope }) => scope === series);
  if (!curve) throw new Error(`no curve of ${series}`);
  const { n, p50 } = curve.summary;
  const within = curve.seconds.filter((value) => value <= FIVE_MINUTES_S).length / n;
  return `${scopeTitle(curve.scope)} (n=${grouped(n)}, p50=${durationText(p50)}, ${percent(within)} within 5 min)`;
}

function typical({ scope, summary: { p50, p99 } }: Curve): string {
  return `${scopeTitle(scope)} ${durationText(p50)} and ${durationText(p99)}`;
}
