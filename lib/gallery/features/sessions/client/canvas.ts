/** Draws a session's timeline: lanes of time, tokens, output and activities over a stretch of its steps. */
import { money } from "../../../../format/numbers.ts";
import { known } from "../../../../stats/known.ts";
import { power } from "../../../../stats/power.ts";
import { SOURCES } from "../../../../trace/context.ts";
import type { TimelineStep } from "../../../../trace/timeline.ts";
import { minutesText } from "./durations.ts";
import type { Extent } from "./layout.ts";
import { type Label, Pen } from "./pen.ts";
import {
  BLOCKS,
  CONTEXT,
  COST,
  GAPS_Y,
  GUTTER,
  MARKS_Y,
  OUTPUT,
  placesBelow,
  RIGHT,
  ROW_HEIGHT,
  ROW_NAMES,
  rowTop,
  type Scene,
  TIMES_Y,
  TOKENS,
} from "./scene.ts";

/** Blocks that begin at a multiple of this carry their time. */
const LABELED_MINUTES = 30;

const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en-US");

/** @param width CSS pixels; the context is scaled to them */
export function drawTimeline(context: CanvasRenderingContext2D, width: number, scene: Scene): void {
  const pen = new Pen(context, width, scene);
  const tops = topsOf(scene);
  const { height } = placesBelow(scene.layout);
  context.clearRect(0, 0, width, height);
  context.lineWidth = 1;
  context.textBaseline = "middle";
  drawAxes(pen, scene, tops);
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, width - GUTTER, height);
  context.clip();
  drawCursorGround(pen, scene);
  drawTime(pen, scene);
  drawTokens(pen, scene, tops.tokens);
  drawContexts(pen, scene, tops.tokens);
  if (tops.output !== null) drawOutput(pen, scene, tops.output);
  if (tops.cost !== null) drawCosts(pen, scene, tops.cost);
  drawActivities(pen, scene);
  drawHelpers(pen, scene);
  drawGaps(pen, scene);
  drawMarks(pen, scene);
  drawCursorFrame(pen, scene);
  drawStepNumbers(pen, scene);
  context.restore();
  drawTrack(pen, scene);
}

/** Upper ends of the axes, in tokens and dollars; null where no output and no price is known. */
function topsOf({ timeline: { steps } }: Scene) {
  const outputs = steps.flatMap(({ outputTokens }) => outputTokens ?? []);
  const cost = steps.reduce((most, { costUsd }) => Math.max(most, costUsd ?? 0), 0);
  return {
    tokens: roundTop(steps.reduce((most, step) => Math.max(most, step.prefixTokens + step.appendTokens), 0)),
    output: outputs.length > 0 ? roundTop(outputs.reduce((most, tokens) => Math.max(most, tokens), 0)) : null,
    cost: cost > 0 ? cost : null,
  };
}

/** The next number with one or two digits that quarters well. */
function roundTop(value: number): number {
  if (value <= 0) return 4;
  const unit = power(10, Math.floor(Math.log10(value)));
  return unit * ([1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].find((factor) => factor * unit >= value) ?? 10);
}

function drawAxes(pen: Pen, { layout, contexts, colors }: Scene, tops: ReturnType<typeof topsOf>): void {
  const name = (text: string, y: number) => pen.text(text, GUTTER - 6, y, { align: "right", color: colors.soft });
  const lanes = [
    { lane: TOKENS, title: "input", top: tops.tokens, ticks: [0, 0.25, 0.5, 0.75, 1], text: compact.format, none: "" },
    {
      ...{ lane: CONTEXT, title: "context", top: contexts.length > 0 ? tops.tokens : null, ticks: [0, 0.5, 1], text: compact.format },
      none: "what fills it is not known",
    },
    { lane: OUTPUT, title: "output", top: tops.output, ticks: [0, 1], text: compact.format, none: "no final counts" },
    { lane: COST, title: "cost", top: tops.cost, ticks: [0, 1], text: (usd: number) => (usd === 0 ? "$0" : money(usd)), none: "no price" },
  ];
  for (const { lane, title, top, ticks, text, none } of lanes) {
    name(title, lane.top - 14);
    if (top === null) {
      pen.text(none, GUTTER, (lane.top + lane.bottom) / 2, { align: "left", color: colors.soft });
      continue;
    }
    for (const share of ticks) {
      const y = Math.round(lane.bottom - share * (lane.bottom - lane.top)) + 0.5;
      pen.rule(GUTTER, y, pen.width - RIGHT, y, colors.line);
      name(text(share * top), y);
    }
  }
  for (const [i, row] of ROW_NAMES.entries()) name(row, rowTop(i) + ROW_HEIGHT / 2);
  if (layout.helpers.length > 0) name("Helpers", rowTop(ROW_NAMES.length) + ROW_HEIGHT / 2);
}

/** Blocks of five minutes with the time since the start above, and below it what was folded away. */
function drawTime(pen: Pen, { layout, view, colors }: Scene): void {
  for (const [i, block] of layout.blocks.entries()) {
    pen.context.globalAlpha = i % 2 === 0 ? 1 : 0.55;
    pen.rect(block, BLOCKS.top, BLOCKS.bottom, colors.block, 1);
  }
  pen.context.globalAlpha = 1;
  const cut = layout.blocks.findLast(({ from, to }) => from < view.from && to > view.from);
  const times = layout.blocks
    .filter((block, i) => i === 0 || block === cut || block.startMinutes % LABELED_MINUTES === 0)
    .map((block) => ({ at: block === cut ? view.from : block.from, text: minutesText(block.startMinutes) }));
  pen.labels(times, TIMES_Y, { align: "left", color: colors.ink });
  const gaps = layout.gaps.toSorted((a, b) => b.minutes - a.minutes).map(({ at, minutes }) => ({ at, text: `+${minutesText(minutes)}` }));
  pen.labels(gaps, GAPS_Y, { align: "center", color: colors.soft });
}

function drawTokens(pen: Pen, scene: Scene, top: number): void {
  const height = TOKENS.bottom - TOKENS.top;
  for (const [extent, step] of visibleSteps(pen, scene)) {
    const prefix = (step.prefixTokens / top) * height;
    const append = (step.appendTokens / top) * height;
    pen.bar(extent, TOKENS.bottom - prefix, TOKENS.bottom, scene.colors.prefix);
    pen.bar(extent, TOKENS.bottom - prefix - append, TOKENS.bottom - prefix, scene.colors.append);
  }
}

/** What fills the context. Of steps that share a pixel, the last is drawn. */
function drawContexts(pen: Pen, { contexts, layout, colors }: Scene, top: number): void {
  const height = CONTEXT.bottom - CONTEXT.top;
  const byPixel = new Map(
    layout.steps.flatMap((extent, i) => {
      const parts = contexts[i];
      return extent && parts && pen.isVisible(extent) ? [[Math.round(pen.scale.x(extent.from)), { extent, parts }] as const] : [];
    }),
  );
  for (const { extent, parts } of byPixel.values()) {
    let bottom = CONTEXT.bottom;
    for (const source of SOURCES) {
      const from = bottom - (parts[source] / top) * height;
      pen.bar(extent, from, bottom, known(colors.sources.get(source)));
      bottom = from;
    }
  }
}

function drawOutput(pen: Pen, scene: Scene, top: number): void {
  const { context } = pen;
  context.strokeStyle = scene.colors.output;
  context.fillStyle = scene.colors.output;
  context.lineWidth = 1.5;
  context.beginPath();
  const points = visibleSteps(pen, scene, 1).flatMap(([extent, { outputTokens }], i) => {
    if (outputTokens === null) return [];
    const x = pen.scale.x(scene.byClock ? extent.from : middleOf(extent));
    return [{ i, x, y: OUTPUT.bottom - (outputTokens / top) * (OUTPUT.bottom - OUTPUT.top) }];
  });
  // The line has gaps at steps without a final count.
  for (const [n, { i, x, y }] of points.entries()) points[n - 1]?.i === i - 1 ? context.lineTo(x, y) : context.moveTo(x, y);
  context.stroke();
  context.lineWidth = 1;
  if (points.length >= pen.width / 8) return;
  for (const { x, y } of points) {
    context.beginPath();
    context.arc(x, y, 2.5, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawCosts(pen: Pen, scene: Scene, top: number): void {
  for (const [extent, { costUsd }] of visibleSteps(pen, scene))
    pen.bar(extent, COST.bottom - ((costUsd ?? 0) / top) * (COST.bottom - COST.top), COST.bottom, scene.colors.cost);
}

function drawActivities(pen: Pen, { layout, colors }: Scene): void {
  const row = (i: number, spans: readonly Extent[], color: string) => {
    for (const span of spans) if (pen.isVisible(span)) pen.rect(span, rowTop(i), rowTop(i) + ROW_HEIGHT, color);
  };
  const failed = layout.tools.filter((tool) => tool.failed);
  const requests = layout.requests.filter((span) => pen.isVisible(span));
  row(0, requests, colors.request);
  for (const request of requests) pen.rect({ from: request.from, to: request.from }, rowTop(0), rowTop(0) + ROW_HEIGHT, colors.soft);
  for (const { no, ...span } of requests) if (no > 0) pen.inside(span, whole.format(no), rowTop(0) + ROW_HEIGHT / 2, colors.ink);
  for (const { activity, ...span } of layout.activities) row(1, [span], colors[activity]);
  row(2, layout.generation, colors.generation);
  row(3, layout.tools, colors.tool);
  row(3, failed, colors.failed);
  row(4, layout.waits, colors.human);
}

/** Each in its row; paler where only the times of a call say whose it is. */
function drawHelpers(pen: Pen, { layout, colors }: Scene): void {
  for (const { helper, row, ...span } of layout.helpers) {
    if (row === null || !pen.isVisible(span)) continue;
    const top = rowTop(ROW_NAMES.length + row);
    pen.context.globalAlpha = helper.basis === "nested" || helper.basis === "call" ? 0.35 : 0.7;
    pen.rect(span, top, top + ROW_HEIGHT, colors.helper);
    pen.context.globalAlpha = 1;
    pen.inside(span, helper.type ?? helper.name ?? "call", top + ROW_HEIGHT / 2, colors.ink);
  }
}

/** Where idle time is left out. */
function drawGaps(pen: Pen, { layout, colors }: Scene): void {
  pen.context.setLineDash([1, 3]);
  for (const { at } of layout.gaps) pen.mark(at, GAPS_Y + 8, placesBelow(layout).rowsBottom - 5, colors.soft);
  pen.context.setLineDash([]);
}

/** Steps with a user message, and compactions. */
function drawMarks(pen: Pen, scene: Scene): void {
  const { colors } = scene;
  const numbered = (letter: string, isMarked: (step: TimelineStep) => boolean): Label[] =>
    placedSteps(scene)
      .filter(([, step]) => isMarked(step))
      .map(([{ from }], i) => ({ at: from, text: `${letter}${i + 1}` }));
  const users = numbered("U", (step) => step.user);
  const compactions = numbered("C", (step) => step.compaction !== null);
  const [top, bottom] = [MARKS_Y + 7, placesBelow(scene.layout).rowsBottom - 5];
  pen.context.setLineDash([4, 4]);
  for (const { at } of users) pen.mark(at, top, bottom, colors.user);
  pen.context.setLineDash([]);
  pen.context.lineWidth = 2;
  for (const { at } of compactions) pen.mark(at, top, bottom, colors.compaction);
  pen.context.lineWidth = 1;
  const taken: Extent[] = [];
  pen.labels(compactions, MARKS_Y, { align: "left", color: colors.compaction, indent: 2 }, taken);
  pen.labels(users, MARKS_Y, { align: "left", color: colors.user, indent: 2 }, taken);
}

function drawCursorGround(pen: Pen, scene: Scene): void {
  const extent = cursorExtent(scene);
  if (!extent) return;
  pen.context.globalAlpha = 0.14;
  pen.rect(extent, MARKS_Y + 6, placesBelow(scene.layout).rowsBottom, scene.colors.cursor, 0, 6);
  pen.context.globalAlpha = 1;
}

function drawCursorFrame(pen: Pen, scene: Scene): void {
  for (const step of new Set([scene.pointed, scene.cursor])) drawFrame(pen, scene, step, step === scene.cursor ? 1.5 : 1);
}

function drawFrame(pen: Pen, scene: Scene, step: number | null, lineWidth: number): void {
  const extent = step === null ? null : scene.layout.steps[step];
  if (!extent) return;
  const [left, right] = pen.pixels(extent, 6);
  pen.context.strokeStyle = scene.colors.cursor;
  pen.context.lineWidth = lineWidth;
  pen.context.strokeRect(left, MARKS_Y + 6, right - left, placesBelow(scene.layout).rowsBottom - MARKS_Y - 6);
  pen.context.lineWidth = 1;
}

function drawStepNumbers(pen: Pen, { layout, cursor, byClock, colors }: Scene): void {
  const { steps } = layout;
  const y = placesBelow(layout).steps;
  const first = [cursor, 0, steps.length - 1].filter((step) => step !== null);
  const round = [100, 50, 20, 10, 5, 2, 1].flatMap((every) => steps.flatMap((_, i) => ((i + 1) % every === 0 ? i : [])));
  const labels = [...new Set([...first, ...round])].flatMap((step) => {
    const extent = steps[step];
    if (!extent) return [];
    return { at: byClock ? extent.from : middleOf(extent), text: whole.format(step + 1), strong: step === cursor };
  });
  pen.labels(labels, y, { align: "center", color: colors.soft });
  pen.text("step", GUTTER - 6, y, { align: "right", color: colors.soft });
}

/** Which part of the session is in view. */
function drawTrack({ context, width }: Pen, { view, layout, colors }: Scene): void {
  const length = width - GUTTER - RIGHT;
  const { track } = placesBelow(layout);
  context.fillStyle = colors.line;
  context.fillRect(GUTTER, track, length, 4);
  context.fillStyle = colors.soft;
  const from = (view.from / layout.length) * length;
  context.fillRect(GUTTER + from, track, Math.max(6, ((view.to - view.from) / layout.length) * length), 4);
}

function cursorExtent({ cursor, layout }: Scene): Extent | null {
  return cursor === null ? null : (layout.steps[cursor] ?? null);
}

function placedSteps({ timeline, layout }: Scene): [Extent, TimelineStep][] {
  return timeline.steps.flatMap((step, i): [Extent, TimelineStep][] => {
    const extent = layout.steps[i];
    return extent ? [[extent, step]] : [];
  });
}

/** Steps in view with their places, and `beyond` on either side. */
function visibleSteps(pen: Pen, scene: Scene, beyond = 0) {
  const placed = placedSteps(scene);
  const first = placed.findIndex(([extent]) => pen.isVisible(extent));
  const last = placed.findLastIndex(([extent]) => pen.isVisible(extent));
  return first < 0 ? [] : placed.slice(Math.max(0, first - beyond), last + 1 + beyond);
}

function middleOf({ from, to }: Extent): number {
  return (from + to) / 2;
}
