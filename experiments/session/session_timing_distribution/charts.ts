/** Figures: what the time of sessions, requests and steps is spent on, and how long single waits, generation spans and tool calls take. */

import { durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import type { Axis } from "../../../lib/chart/spec.ts";
import { type SplitBar, splitBars } from "../../../lib/chart/split-bars.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { ACTIVITIES, ACTIVITY_COLORS, ACTIVITY_LEGENDS, type Activity, UNEXPLAINED } from "../../../lib/trace/activities.ts";
import { SCOPES, type Scope, scopeTitle } from "../../../lib/trace/scopes.ts";
import {
  type Block,
  type Category,
  FIVE_MINUTES_S,
  type MeasuredTimes,
  type TimeSummary,
  timeSummaryOf,
  type WaitInterval,
} from "./measure.ts";

/** What a bar divides, and the heading of its panel. */
const WHOLES: readonly { readonly block: Block; readonly heading: string }[] = [
  { block: "session", heading: "Sessions, from the first event to the last" },
  { block: "session_capped", heading: "Sessions, each wait for the human cut at one hour" },
  { block: "step", heading: "Agent steps, generation and tools" },
];
const PROVIDER_SCOPES = SCOPES.filter((scope) => scope !== "merged");
const PARTS = [
  ...ACTIVITIES.map((activity) => ({ name: ACTIVITY_LEGENDS[activity], color: ACTIVITY_COLORS[activity] })),
  { name: UNEXPLAINED.title, color: UNEXPLAINED.color },
];
/** Space right of the longest bar, as a factor. */
const HEADROOM = 1.02;

const SPLIT_READING = `One bar for all sessions or steps together and one for each provider; in parentheses the mean time of one. The gray
part up to 100% is time in which nothing was recorded: no wait before a message, no generation, no running tool. The part of a
bar beyond the dashed line is time that ran in parallel, mostly tools that were called at once.

Sessions that were left open overnight dominate the first panel. The second shows what remains when a wait counts for an hour at
most.`;

interface Split {
  readonly bar: SplitBar;
  /** Of the kinds of time; above 1 when some of it ran in parallel. */
  readonly sum: number;
}

/** Null when no time was spent at all. */
export function splitFigure(summaries: readonly TimeSummary[], waits: WaitInterval): Figure | null {
  const blocks = WHOLES.map(({ block, heading }) => ({
    heading,
    splits: groupsToShow(
      SCOPES.map((scope) => ({ scope })),
      ({ scope }) => secondsOf(summaries, scope, block),
    ).flatMap(({ scope }) => splitOf(summaries, scope, block, block === "session" ? waits(scope) : null)),
  })).filter(({ splits }) => splits.length > 0);
  if (blocks.length === 0) return null;
  const longest = Math.max(1, ...blocks.flatMap(({ splits }) => splits.map(({ sum }) => sum)));
  const x = shareAxis({ title: "Share of the summed time", domain: [0, HEADROOM * longest] });
  const panels = blocks.map(({ heading, splits }, i) =>
    withHeading(
      splitBars({
        bars: splits.map(({ bar }) => bar),
        parts: PARTS,
        x: i === blocks.length - 1 ? x : withoutLabels(x),
        label: (share) => percent(share),
        mark: { x: 1 },
        legend: i === 0,
      }),
      heading,
      { over: "plot" },
    ),
  );
  return {
    name: "session_timing_split",
    title: sharesTitle(summaries),
    subtitle:
      "Shares of the summed time, in parentheses the mean of one. Past the dashed 100% line, time ran in parallel. Lines below bars of sessions: intervals of the waits.",
    spec: grid(panels, { spacing: 16 }),
    caption:
      "The summed time of all sessions and steps, split by what it was spent on, for all providers together and for each. " +
      "The part that is not accounted for is neither a wait before a message, nor generation, nor a tool that runs. " +
      `${sentence(summaries)} Tools that run in parallel count in full, so a bar can be longer than the whole. ${INTERVALS_SENTENCE}`,
    reading: SPLIT_READING,
    alt:
      "Stacked horizontal bars of shares of time in three panels (sessions, sessions with waits cut at an hour, steps), one bar for all and one for each provider. " +
      sentence(summaries),
  };
}

/** What waits take of the sessions of each provider; of steps, what tools take, where no session spans any time. */
function sharesTitle(summaries: readonly TimeSummary[]): string {
  const named = (block: Block, category: Category) =>
    PROVIDER_SCOPES.flatMap((scope) => {
      const { share } = timeSummaryOf(summaries, scope, block, category);
      return share === null ? [] : [`${percent(share)} (${scopeTitle(scope)})`];
    }).join(", ");
  const waits = named("session", "human");
  return waits === ""
    ? `Tools take ${named("step", "tool")} of the time of steps`
    : `Waiting for the human takes ${waits} of the time of sessions`;
}

function sentence(summaries: readonly TimeSummary[]): string {
  const shareOf = (block: Block, category: Category) => {
    const { share } = timeSummaryOf(summaries, "merged", block, category);
    return share === null ? "no time" : percent(share);
  };
  return (
    `Waiting for the human takes ${shareOf("session", "human")} of the time of sessions, and ${shareOf("session_capped", "human")} when no wait counts for more than an hour. ` +
    `Within a request, generation takes ${shareOf("request", "generation")} and tools take ${shareOf("request", "tool")} of the response time.`
  );
}

/** Summed seconds of the whole of a block and of its parts. */
function secondsOf(summaries: readonly TimeSummary[], scope: Scope, block: Block): number {
  return sumOf(
    summaries.filter((row) => row.scope === scope && row.block === block),
    ({ n, mean }) => n * mean,
  );
}

/** A bar, or none where there is no time to divide. */
function splitOf(summaries: readonly TimeSummary[], scope: Scope, block: Block, interval: ReturnType<WaitInterval>): Split[] {
  const rows = summaries.filter((row) => row.scope === scope && row.block === block);
  const parts = ACTIVITIES.flatMap((activity) => {
    const share = rows.find(({ category }) => category === activity)?.share ?? null;
    return share === null ? [] : [[ACTIVITY_LEGENDS[activity], share] as const];
  });
  if (parts.length === 0) return [];
  const sum = parts.reduce((total, [, share]) => total + share, 0);
  const values = Object.fromEntries([...parts, [UNEXPLAINED.title, Math.max(0, 1 - sum)]]);
  return [
    { bar: { name: `${scopeTitle(scope)} (${durationCompact(meanOf(rows))})`, values, ...(interval && { intervals: [interval] }) }, sum },
  ];
}

/** The mean of the whole; of its parts where the table has no row for the whole. */
function meanOf(rows: readonly TimeSummary[]): number {
  return rows.find(({ category }) => category === "total")?.mean ?? rows.reduce((sum, { mean }) => sum + mean, 0);
}

function withoutLabels(axis: Axis): Axis {
  return { ...axis, title: null, axis: { ...axis.axis, labels: false, ticks: false } };
}

const ONE_HOUR_S = 3600;
const PANEL_HEIGHT = 190;
const HEADINGS: Readonly<Record<Activity, string>> = {
  human: "Waits before a user's message",
  generation: "Generation spans",
  tool: "Tool calls",
};

const LATENCY_READING = `For each duration, the share of single events that took at most as long. The dashed lines mark five minutes, a common lifetime of
a cache entry, and one hour. A jump in a curve means that many events took equally long: a timeout, or a clock of whole seconds.`;

type Curve = ReturnType<typeof curvesOf>[number];

/** Null when no event took any time. */
export function latencyFigure(times: MeasuredTimes): Figure | null {
  const kinds = ACTIVITIES.map((activity) => ({ activity, curves: curvesOf(times, activity) })).filter(({ curves }) => curves.length > 0);
  if (kinds.length === 0) return null;
  const x = durationAxis(domainOf(kinds.flatMap(({ curves }) => curves)), { title: "Duration (log scale)" });
  const panels = kinds.map(({ activity, curves }, i) =>
    withHeading(
      curvesPanel({
        points: curves.flatMap(({ scope, ascending }) => ecdfPoints(scope, ascending)),
        x: i === kinds.length - 1 ? x : { ...x, title: null },
        y: shareAxis({ title: "Cumulative share", ticks: [0, 0.25, 0.5, 0.75, 1] }),
        landmarks: [{ x: ONE_HOUR_S, label: "1 h" }],
        reference: { x: FIVE_MINUTES_S, label: "5 min" },
        stairs: true,
        legend: (series) => legendText(curves, series),
        height: PANEL_HEIGHT,
      }),
      HEADINGS[activity],
      { over: "plot" },
    ),
  );
  const sentence = kinds.map(({ activity, curves }) => `${ACTIVITY_LEGENDS[activity]}: ${curves.map(typical).join(", ")}.`).join(" ");
  return {
    name: "session_timing_latencies",
    title: mediansTitle(kinds),
    subtitle: "Cumulative share of single events that took some time, by duration. Dashed lines at five minutes and at one hour.",
    spec: grid(panels, { spacing: 20 }),
    caption: `Single events, whatever session they belong to. Median and p99: ${sentence} Where a curve is flat, durations are rare; where it jumps, many are equal (a timeout, for example). ${INTERVALS_SENTENCE}`,
    reading: LATENCY_READING,
    alt: `Cumulative curves by provider over a log axis of durations, in panels for waits, generation spans and tool calls. Median and p99: ${sentence}`,
  };
}

function curvesOf({ single, summaries }: MeasuredTimes, activity: Activity) {
  return PROVIDER_SCOPES.map((scope) => ({
    scope,
    ...single[activity](scope),
    summary: timeSummaryOf(summaries, scope, "individual", activity),
  })).filter(({ n }) => n > 0);
}

function mediansTitle(kinds: readonly { readonly activity: Activity; readonly curves: readonly Curve[] }[]): string {
  const names: Readonly<Record<Activity, string>> = { human: "wait", generation: "generation", tool: "tool call" };
  const scopes = PROVIDER_SCOPES.filter((scope) => kinds.some(({ curves }) => curves.some((curve) => curve.scope === scope)));
  const medians = kinds.map(({ activity, curves }) => {
    const texts = scopes
      .map((scope) => curves.find((curve) => curve.scope === scope))
      .map((curve) => (curve ? durationCompact(curve.summary.p50) : "none"));
    return `${names[activity]} ${texts.join(", ")}`;
  });
  return `Medians (${scopes.map(scopeTitle).join(", ")}): ${medians.join("; ")}`;
}

/** Wide enough for all durations and for both dashed lines. */
function domainOf(curves: readonly Curve[]): readonly [number, number] {
  const ends = curves.flatMap(({ ascending, n }) => [at(ascending, 0), at(ascending, n - 1)]);
  return [Math.min(1, ...ends), Math.max(2 * ONE_HOUR_S, ...ends)];
}

function legendText(curves: readonly Curve[], series: string): string {
  const curve = curves.find(({ scope }) => scope === series);
  if (!curve) throw new Error(`no curve of ${series}`);
  const { scope, n, underFiveMinutes, summary, interval } = curve;
  const p50 = `${durationCompact(summary.p50)}${intervalText(interval, durationCompact)}`;
  return `${scopeTitle(scope)}: n=${grouped(n)}, p50=${p50}, ${percent(underFiveMinutes / n, 1)} under 5 min`;
}

function typical({ scope, summary: { p50, p99 } }: Curve): string {
  return `${scopeTitle(scope)} ${durationCompact(p50)} and ${durationCompact(p99)}`;
}
