/** The figure: one row per session, its time colored by what it went to. */
import { linearDurationAxis } from "../../../lib/chart/axes.ts";
import { explicitTicks, type Layer, type Panel, type Position, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ACTIVITIES, ACTIVITY_COLORS, ACTIVITY_LEGENDS, type Activity, UNEXPLAINED } from "../../../lib/trace/activities.ts";
import { splitOf, type TimeSplit } from "../../../lib/trace/spans.ts";
import { addSplits, cutLong, type DrawnSpan, strokesOf } from "./spans.ts";
import type { DrawnTimeline } from "./tables.ts";

/** Longer stretches are drawn as long as this, with a gap in them. */
const LONGEST_S = 300;
const WIDTH = 900;
const STACK_WIDTH = 3;
const ROW_STEP = 40;
/** Share of a row that its band takes. */
const BAND = 0.68;

const READING = `One row per session, from its first event to its last. Each stack of three pixels holds a few seconds; the height of a color
is its share of them, so a stack of a quarter violet and three quarters green is a moment in which tools took most of the
time. A stretch of one kind that lasts longer than five minutes is drawn as five, with a white gap in it: a night
between two messages takes no more room than a coffee break. The text at the end of a row is the real duration of the session.

Violet and green in turn is an agent at work. Long dark stretches are people reading, thinking or away. Rows of one green
block are tools that keep everybody waiting, often one that asks for permission. Pale stretches are what the trace doesn't
explain.`;

/** @param drawn sessions that have some time, at least one; `chosen` how many there are with those that have none */
export function timelinesFigure(drawn: readonly DrawnTimeline[], chosen: number): Figure {
  const all = addSplits(drawn.map(({ spans }) => splitOf(spans)));
  const share = (seconds: number) => percent(seconds / all.total);
  const facts =
    `Of ${durationCompact(all.total)} in all, ${share(all.human)} went to waits for the human, ${share(all.tool)} to tools ` +
    `and ${share(all.generation)} to generation.`;
  return {
    name: "session_timelines",
    title: `In the chosen sessions, ${share(all.human)} of the time is a wait for the human`,
    subtitle:
      "Percentages are of the real time, and so is the length at the end of a row. Any stretch longer than five minutes, such as a night, " +
      "is drawn as five with a white gap in it. Sessions are chosen for being interesting, not for being typical.",
    coverage: { shown: drawn.length, of: chosen, what: "chosen sessions", rest: "have no times" },
    spec: panelOf(drawn, all),
    caption:
      `${grouped(drawn.length)} chosen sessions, one row each, in the order of choice. Where a row is mostly one color, the session did one thing for minutes; ` +
      `where colors alternate, model and tools take turns. ${facts}`,
    reading: READING,
    alt:
      `One band per session over its time, with stretches above five minutes shortened, split into generation, tools, waits for the human and what is not accounted for. ` +
      facts,
  };
}

/** What a moment can go to, with the share of the whole time that did. */
function seriesOf(all: TimeSplit) {
  const named = (title: string, seconds: number) => `${title} (${percent(seconds / all.total)})`;
  return {
    titleOf: (activity: Activity | null) =>
      activity === null ? named(UNEXPLAINED.title, all.other) : named(ACTIVITY_LEGENDS[activity], all[activity]),
    colorOf: (activity: Activity | null) => (activity === null ? UNEXPLAINED.color : ACTIVITY_COLORS[activity]),
    activities: [...ACTIVITIES, null],
  };
}

function panelOf(drawn: readonly DrawnTimeline[], all: TimeSplit): Panel {
  const { titleOf, colorOf, activities } = seriesOf(all);
  const rows = drawn.map(({ timeline, spans }) => ({ timeline, spans: cutLong(spans, LONGEST_S), total: splitOf(spans).total }));
  const longest = Math.max(...rows.map(({ spans }) => endOf(spans)));
  const x = linearDurationAxis(longest, { title: "Drawn time since the first event" });
  const on = (field: string) => quantitative(field, x);
  const rowScale = { domain: [rows.length - 0.5, -0.5], nice: false, zero: false };
  const names = rows.map(({ timeline }, rank) => ({ value: rank, label: shortLabel(timeline.name) }));
  const y: Position = {
    field: "low",
    type: "quantitative",
    title: null,
    scale: rowScale,
    axis: { ...explicitTicks(names), grid: false, ticks: false, domain: false, labelPadding: 8 },
  };
  const strokes = rows.flatMap(({ spans }, rank) =>
    strokesOf(spans, (longest * STACK_WIDTH) / WIDTH).map(({ activity, left, right, low, high }) => ({
      session: rows[rank]?.timeline.name,
      activity: titleOf(activity),
      left,
      right,
      low: rowPosition(rank, low),
      high: rowPosition(rank, high),
    })),
  );
  const gaps = rows.flatMap(({ spans }, rank) =>
    spans
      .filter((span) => span.cut)
      .map((span) => ({ rank, at: (span.left + span.right) / 2, low: rowPosition(rank, -0.06), high: rowPosition(rank, 1.06) })),
  );
  const ends = rows.map(({ spans, total }, rank) => ({ rank, end: endOf(spans), text: durationCompact(total) }));
  const bands: Layer = {
    data: { values: strokes },
    mark: { type: "rect", stroke: null },
    encoding: {
      x: on("left"),
      x2: { field: "right" },
      y,
      y2: { field: "high" },
      color: {
        field: "activity",
        type: "nominal",
        scale: { domain: activities.map(titleOf), range: activities.map(colorOf) },
        legend: { title: null, orient: "top", direction: "horizontal", symbolType: "square", symbolStrokeWidth: 0 },
      },
    },
  };
  const whiteGaps: Layer = {
    data: { values: gaps },
    mark: { type: "rule", strokeWidth: 2, color: COLORS.light.background },
    encoding: { x: on("at"), y: { field: "low", type: "quantitative", scale: rowScale }, y2: { field: "high" } },
  };
  const durations: Layer = {
    data: { values: ends },
    mark: { type: "text", align: "left", dx: 7, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted, baseline: "middle" },
    encoding: { x: on("end"), y: { field: "rank", type: "quantitative", scale: rowScale }, text: { field: "text", type: "nominal" } },
  };
  return { width: WIDTH, height: ROW_STEP * rows.length, layer: [bands, ...(gaps.length > 0 ? [whiteGaps] : []), durations] };
}

/** Rows run downwards, stacks upwards. */
function rowPosition(rank: number, share: number): number {
  return rank + BAND / 2 - BAND * share;
}

function endOf(spans: readonly DrawnSpan[]): number {
  return spans.at(-1)?.right ?? 0;
}
