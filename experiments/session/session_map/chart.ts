/** The figure of one session: its lanes over one axis. */
import { linearDurationAxis, roundTicks } from "../../../lib/chart/axes.ts";
import { type DataLayer, explicitTicks, type LayeredPanel, type Position, withRows } from "../../../lib/chart/spec.ts";
import { textWidth } from "../../../lib/chart/text-width.ts";
import { COLORS, FONT_SIZE, kindColor, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, money } from "../../../lib/format/numbers.ts";
import { type Fact, factsOf, type Summary, summaryOf } from "./facts.ts";
import { type Drawing, drawingOf, GUTTER, type Key, legendOf, WIDTH, withRoom } from "./lanes.ts";
import type { SessionMap } from "./map.ts";
import { type Mode, type Track, trackOf } from "./track.ts";

const READING = `One figure per chosen session, its lanes over one axis. Left to right is work, not time: at a **dotted line** the session was idle for more than five minutes
while nothing ran, and that takes no more room than 30 seconds; the length of the pause is above it, the time of day below. Silence in which the model or a
tool ran keeps its length.

- **Requests**: gray blocks, numbered U1, U2 …; below them, phases in the color of what most of their steps do.
- **Tool calls**: how many begin in each bin, by what the tool is for; in red below, how many of them failed. A small circle is a retry of a failed call: filled if the
  input is known to be the same, hollow if only its length is. Step by step, each call is a bar instead, as high as the logarithm of its time.
- **Waits**: dark is a call that waited for a person, often an approval. Pale green is a call or an answer that took more than a minute.
- **Helpers**: from the first to the last event, below the helper that started it. Full color: the transcript names the parent. Pale: found by the times of a call.
  Outlined: a call of which nothing else is known.
- **Context**: tokens of each step; a dashed line is the window, a purple one a compaction with the tokens that it freed.
- **Cost** of the steps that begin in the same bins.`;

const FACTS_TOP = 12;
const LABELS_TOP = 36;
const LEGEND_TOP = 64;
const GAPS_TOP = 96;
const LANES_TOP = 112;
const GAP_LABEL_PX = 60;
const CLOCK_LABEL_PX = 92;
const KEY_PX = 12;
const KEY_SPACE_PX = 24;

/** @param asOf when the prices were listed */
export function mapFigure(map: SessionMap, mode: Mode, asOf: string): Figure {
  const { timeline } = map;
  const summary = summaryOf(map);
  const finding = findingOf(map, summary);
  const whole = timeline.steps.length === timeline.stepCount ? "" : ` Its first ${grouped(timeline.steps.length)} steps.`;
  const gaps = map.axis.gaps.length > 0 ? ": idle gaps are left out at dotted lines" : "";
  const along = mode === "time" ? `by active time${gaps}` : "step by step";
  return {
    name: mode === "time" ? `${timeline.name}_session_map` : `${timeline.name}_session_map_steps`,
    title: finding,
    subtitle: `Session ${timeline.name} (${shortLabel(timeline.model)}), ${along}.${whole}`,
    ...(summary.usd === null
      ? {}
      : { coverage: `List prices of ${asOf}${timeline.cost.prices === null ? "" : `: ${timeline.cost.prices}`}.` }),
    spec: panelOf(map, trackOf(map, mode)),
    caption: `Requests, tool calls, waits, ${timeline.helperSpans.length > 0 ? "helpers, " : ""}context and cost of one ${timeline.provider} session, ${along}. ${finding}.`,
    reading: READING,
    alt: `Lanes over one axis for requests, tool calls by kind with failures below, waits, helpers, context tokens and cost of one session. ${finding}.`,
  };
}

function findingOf({ timeline }: SessionMap, { wallS, activeS, calls, errors, usd }: Summary): string {
  const parts = [
    activeS === null || wallS === null
      ? counted(timeline.stepCount, "step")
      : activeS === wallS
        ? `${durationCompact(wallS)} without a long pause`
        : `${durationCompact(activeS)} of work in ${durationCompact(wallS)}`,
    `${counted(calls, "call")}${errors > 0 ? `, ${grouped(errors)} failed` : ""}`,
    ...(usd === null ? [] : [money(usd)]),
  ];
  return parts.join("; ");
}

function panelOf(map: SessionMap, track: Track): LayeredPanel {
  const drawing = drawingOf(map, track, LANES_TOP);
  return {
    width: WIDTH,
    height: drawing.bottom,
    layer: withRows([
      ...factLayers(factsOf(map)),
      ...legendLayers(legendOf(map)),
      ...laneLayers(drawing, track, providerColor(map.timeline.provider)),
      ...gapLayers(map, track, drawing),
      ...textLayers(drawing, track),
    ]),
  };
}

/** A place that is given in pixels. */
const pixels = (field: string): Position => ({ field, type: "quantitative", scale: null, axis: null });

function alongOf(track: Track) {
  const scale = { domain: [0, track.length || 1], range: [GUTTER, WIDTH], nice: false, zero: false };
  const axis =
    track.mode === "time"
      ? { ...linearDurationAxis(track.length, { title: null }).axis, title: "Active time" }
      : { ...explicitTicks(stepTicks(track.length)), title: "Step of the session" };
  return (field: string): Position => ({ field, type: "quantitative", scale, axis: { ...axis, grid: false, offset: 6, titlePadding: 26 } });
}

/** Each in the middle of its step. */
function stepTicks(steps: number) {
  const numbers = roundTicks(steps).map((tick) => Math.max(1, Math.round(tick)));
  return [...new Set(numbers)].filter((step) => step <= steps).map((step) => ({ value: step - 0.5, label: grouped(step) }));
}

function factLayers(facts: readonly Fact[]): DataLayer[] {
  const rows = facts.map(({ value, label }, i) => ({ x: (i * WIDTH) / facts.length, y: FACTS_TOP, below: LABELS_TOP, value, label }));
  const text = { type: "text", align: "left", baseline: "middle" } as const;
  return [
    {
      data: { values: rows },
      mark: { ...text, fontSize: FONT_SIZE.panelTitle, fontWeight: "bold" },
      encoding: { x: pixels("x"), y: pixels("y"), text: { field: "value", type: "nominal" } },
    },
    {
      data: { values: rows },
      mark: { ...text, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { x: pixels("x"), y: pixels("below"), text: { field: "label", type: "nominal" } },
    },
  ];
}

function legendLayers(keys: readonly Key[]): DataLayer[] {
  let x = 0;
  const rows = keys.map((key) => {
    const row = {
      ...key,
      x,
      x2: x + KEY_PX,
      y: LEGEND_TOP,
      y2: LEGEND_TOP + KEY_PX,
      textX: x + KEY_PX + 6,
      middle: LEGEND_TOP + KEY_PX / 2,
    };
    x += KEY_PX + 6 + textWidth(key.text, FONT_SIZE.annotation) + KEY_SPACE_PX;
    return row;
  });
  return [
    {
      data: { values: rows },
      mark: { type: "rect", stroke: null },
      encoding: {
        x: pixels("x"),
        x2: { field: "x2" },
        y: pixels("y"),
        y2: { field: "y2" },
        fill: { field: "color", type: "nominal", scale: null },
        fillOpacity: { field: "opacity", type: "quantitative", scale: null },
      },
    },
    {
      data: { values: rows },
      mark: { type: "text", align: "left", baseline: "middle", fontSize: FONT_SIZE.annotation },
      encoding: { x: pixels("textX"), y: pixels("middle"), text: { field: "text", type: "nominal" } },
    },
  ];
}

function laneLayers(drawing: Drawing, track: Track, color: string): DataLayer[] {
  const x = alongOf(track);
  const generation = kindColor("generation");
  return [
    {
      data: { values: drawing.names.map((name) => ({ ...name, x: GUTTER - 12 })) },
      mark: { type: "text", align: "right", baseline: "middle", fontSize: FONT_SIZE.annotation },
      encoding: {
        x: pixels("x"),
        y: pixels("y"),
        text: { field: "text", type: "nominal" },
        color: { field: "color", type: "nominal", scale: null },
      },
    },
    {
      data: { values: drawing.context.map((place) => ({ ...place, bottom: drawing.contextBottom })) },
      mark: { type: "area", color, opacity: 0.35, interpolate: "step-after", line: { color, strokeWidth: 1.5 } },
      encoding: { x: x("at"), y: pixels("y"), y2: { field: "bottom" } },
    },
    {
      data: { values: drawing.rects },
      mark: { type: "rect" },
      encoding: {
        x: x("from"),
        x2: { field: "to" },
        y: pixels("top"),
        y2: { field: "bottom" },
        fill: { field: "fill", type: "nominal", scale: null },
        fillOpacity: { field: "opacity", type: "quantitative", scale: null },
        stroke: { field: "stroke", type: "nominal", scale: null },
      },
    },
    {
      data: { values: drawing.windows.map((y) => ({ y, from: 0, to: track.length })) },
      mark: { type: "rule", strokeDash: [6, 4], color: COLORS.light.text, strokeWidth: 1.5 },
      encoding: { x: x("from"), x2: { field: "to" }, y: pixels("y") },
    },
    {
      data: { values: drawing.resets },
      mark: { type: "rule", color: generation, strokeWidth: 2 },
      encoding: { x: x("at"), y: pixels("top"), y2: { field: "bottom" } },
    },
    {
      data: {
        values: drawing.retries.map(({ basis, ...place }) => ({
          ...place,
          fill: basis === "hash" ? kindColor("error") : COLORS.light.background,
        })),
      },
      mark: { type: "point", size: 34, opacity: 1, filled: true, stroke: kindColor("error"), strokeWidth: 1.5 },
      encoding: { x: x("at"), y: pixels("y"), fill: { field: "fill", type: "nominal", scale: null } },
    },
  ];
}

function textLayers({ texts, labels }: Drawing, track: Track): DataLayer[] {
  const x = alongOf(track);
  const encoding = {
    x: x("at"),
    y: pixels("y"),
    text: { field: "text", type: "nominal" },
    color: { field: "color", type: "nominal", scale: null },
  } as const;
  const mark = { baseline: "middle", fontSize: FONT_SIZE.small } as const;
  const rim = { ...mark, type: "text", stroke: COLORS.light.background, strokeWidth: 4, strokeJoin: "round" } as const;
  return [
    { data: { values: texts }, mark: { ...mark, type: "text" }, encoding },
    { data: { values: labels }, mark: rim, encoding },
    { data: { values: labels }, mark: { ...mark, type: "text" }, encoding },
  ];
}

/** Dotted lines at the gaps that are left out; how long they are above them, the time of day after them below the lanes. */
function gapLayers({ axis, timeline }: SessionMap, track: Track, { top, bottom }: Drawing): DataLayer[] {
  const x = alongOf(track);
  const gaps = axis.gaps.map((gap) => ({
    at: track.mode === "time" ? gap.at + axis.collapsedS / 2 : track.at(gap.toS),
    seconds: gap.toS - gap.fromS,
    text: `idle ${durationTick(roundedDuration(gap.toS - gap.fromS))}`,
    clock: timeline.start === null ? "" : clockText(timeline.start, gap.toS),
  }));
  const first = timeline.start === null ? [] : [{ at: 0, seconds: Number.POSITIVE_INFINITY, clock: clockText(timeline.start, 0) }];
  const longest = gaps.toSorted((a, b) => b.seconds - a.seconds);
  const clocks = withRoom(
    track,
    [...first, ...longest].map((gap) => ({ at: gap.at, text: gap.clock })),
    CLOCK_LABEL_PX,
  );
  const lengths = withRoom(track, longest, GAP_LABEL_PX).map(({ at: place, text }) => ({ at: place, text, y: GAPS_TOP }));
  return [
    {
      data: { values: gaps.map((gap) => ({ at: gap.at, top: top - 6, bottom })) },
      mark: { type: "rule", strokeDash: [2, 3], color: COLORS.light.muted, strokeWidth: 1.5 },
      encoding: { x: x("at"), y: pixels("top"), y2: { field: "bottom" } },
    },
    {
      data: { values: lengths },
      mark: { type: "text", baseline: "middle", fontSize: FONT_SIZE.small, color: COLORS.light.muted },
      encoding: { x: x("at"), y: pixels("y"), text: { field: "text", type: "nominal" } },
    },
    {
      data: { values: clocks.map(({ at: place, text }) => ({ at: place, text, y: bottom + 40 })) },
      mark: { type: "text", baseline: "middle", fontSize: FONT_SIZE.small, color: COLORS.light.muted },
      encoding: { x: x("at"), y: pixels("y"), text: { field: "text", type: "nominal" } },
    },
  ];
}

/** To minutes above an hour, so that labels are short. */
function roundedDuration(seconds: number): number {
  const unit = seconds >= 36_000 ? 3_600 : 60;
  return Math.round(seconds / unit) * unit;
}

/** `Jan 30 10:05`, in UTC. */
function clockText(start: string, seconds: number): string {
  const time = new Date(Date.parse(start) + seconds * 1000);
  const day = time.toLocaleDateString("en-US", { timeZone: "UTC", month: "short", day: "numeric" });
  return `${day} ${time.toISOString().slice(11, 16)}`;
}
