/** Draws a session's timeline: lanes of time, tokens, output and activities over a stretch of its steps. */
import { power } from "../../../../stats/power.ts";
import type { Timeline } from "../../../../trace/timeline.ts";
import type { Extent, Layout, View } from "./layout.ts";
import { minutesText } from "./layout.ts";

export interface Colours {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly block: string;
  readonly prefix: string;
  readonly append: string;
  readonly output: string;
  readonly generation: string;
  readonly tool: string;
  readonly failed: string;
  readonly human: string;
  readonly user: string;
  readonly compaction: string;
  readonly cursor: string;
  readonly font: string;
}

export interface Scene {
  readonly timeline: Timeline;
  readonly layout: Layout;
  readonly view: View;
  readonly byClock: boolean;
  /** Chosen step, 0-based. */
  readonly cursor: number | null;
}

/** CSS pixels from the top. */
const TIMES_Y = 10;
const BLOCKS = { top: 18, bottom: 30 };
const GAPS_Y = 41;
const MARKS_Y = 62;
const TOKENS = { top: 72, bottom: 262 };
const OUTPUT = { top: 294, bottom: 350 };
const ROWS = { top: 368, height: 15, space: 5 };
const ROW_NAMES = ["Model", "Tools", "Wait"] as const;
const STEPS_Y = ROWS.top + ROW_NAMES.length * (ROWS.height + ROWS.space) + 12;
const TRACK_Y = STEPS_Y + 14;
export const HEIGHT = TRACK_Y + 8;
/** Left of the lanes, for the numbers of their axes. */
export const GUTTER = 52;
const RIGHT = 8;
const LABEL_SPACE = 6;
/** Blocks that begin at a multiple of this carry their time. */
const LABELLED_MINUTES = 30;

const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en-US");

/** Where a place of the layout is on the canvas, and back. */
export function scaleOf(view: View, width: number) {
  const perUnit = (width - GUTTER - RIGHT) / (view.to - view.from);
  return {
    perUnit,
    x: (at: number) => GUTTER + (at - view.from) * perUnit,
    at: (x: number) => view.from + (x - GUTTER) / perUnit,
  };
}

/** @param width CSS pixels; the context is scaled to them */
export function drawTimeline(context: CanvasRenderingContext2D, width: number, scene: Scene, colours: Colours): void {
  const painter = new Painter(context, width, scene, colours);
  context.clearRect(0, 0, width, HEIGHT);
  context.lineWidth = 1;
  context.textBaseline = "middle";
  painter.axes();
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, width - GUTTER, HEIGHT);
  context.clip();
  painter.cursorGround();
  painter.time();
  painter.tokens();
  painter.output();
  painter.activities();
  painter.marks();
  painter.cursorFrame();
  painter.stepNumbers();
  context.restore();
  painter.track();
}

class Painter {
  private readonly context: CanvasRenderingContext2D;
  private readonly width: number;
  private readonly scene: Scene;
  private readonly colours: Colours;
  private readonly scale: ReturnType<typeof scaleOf>;
  private readonly tokenTop: number;
  private readonly outputTop: number;

  constructor(context: CanvasRenderingContext2D, width: number, scene: Scene, colours: Colours) {
    this.context = context;
    this.width = width;
    this.scene = scene;
    this.colours = colours;
    this.scale = scaleOf(scene.view, width);
    const { steps } = scene.timeline;
    this.tokenTop = roundTop(steps.reduce((most, step) => Math.max(most, step.prefixTokens + step.appendTokens), 0));
    this.outputTop = roundTop(steps.reduce((most, step) => Math.max(most, step.outputTokens), 0));
  }

  axes(): void {
    for (const [lane, top] of [
      [TOKENS, this.tokenTop],
      [OUTPUT, this.outputTop],
    ] as const) {
      const ticks = lane === TOKENS ? [0, 0.25, 0.5, 0.75, 1] : [0, 1];
      for (const share of ticks) {
        const y = Math.round(lane.bottom - share * (lane.bottom - lane.top)) + 0.5;
        this.rule(GUTTER, y, this.width - RIGHT, y, this.colours.line);
        this.text(compact.format(share * top), GUTTER - 6, y, { align: "right", color: this.colours.soft });
      }
    }
    this.text("input", GUTTER - 6, TOKENS.top - 14, { align: "right", color: this.colours.soft });
    this.text("output", GUTTER - 6, OUTPUT.top - 14, { align: "right", color: this.colours.soft });
    for (const [i, name] of ROW_NAMES.entries())
      if (this.scene.byClock || name !== "Wait")
        this.text(name, GUTTER - 6, rowTop(i) + ROWS.height / 2, { align: "right", color: this.colours.soft });
  }

  /** Blocks of five minutes with the time since the start above, and below it what was folded away. */
  time(): void {
    const { layout, view } = this.scene;
    for (const [i, block] of layout.blocks.entries()) {
      this.context.globalAlpha = i % 2 === 0 ? 1 : 0.55;
      this.rect(block, BLOCKS.top, BLOCKS.bottom, this.colours.block, 1);
    }
    this.context.globalAlpha = 1;
    const cut = layout.blocks.findLast(({ from, to }) => from < view.from && to > view.from);
    const times = layout.blocks
      .filter((block, i) => i === 0 || block === cut || block.startMinutes % LABELLED_MINUTES === 0)
      .map((block) => ({ at: block === cut ? view.from : block.from, text: minutesText(block.startMinutes) }));
    this.labels(times, TIMES_Y, "left", this.colours.ink);
    const gaps = layout.gaps.toSorted((a, b) => b.minutes - a.minutes).map(({ at, minutes }) => ({ at, text: `+${minutesText(minutes)}` }));
    this.labels(gaps, GAPS_Y, "center", this.colours.soft);
  }

  tokens(): void {
    const height = TOKENS.bottom - TOKENS.top;
    for (const [extent, step] of this.visibleSteps()) {
      const prefix = (step.prefixTokens / this.tokenTop) * height;
      const append = (step.appendTokens / this.tokenTop) * height;
      this.bar(extent, TOKENS.bottom - prefix, TOKENS.bottom, this.colours.prefix);
      this.bar(extent, TOKENS.bottom - prefix - append, TOKENS.bottom - prefix, this.colours.append);
    }
  }

  output(): void {
    const { context } = this;
    context.strokeStyle = this.colours.output;
    context.fillStyle = this.colours.output;
    context.lineWidth = 1.5;
    context.beginPath();
    const points = this.visibleSteps(1).map(([extent, step]) => ({
      x: this.scale.x(this.scene.byClock ? extent.from : (extent.from + extent.to) / 2),
      y: OUTPUT.bottom - (step.outputTokens / this.outputTop) * (OUTPUT.bottom - OUTPUT.top),
    }));
    for (const [i, { x, y }] of points.entries()) i === 0 ? context.moveTo(x, y) : context.lineTo(x, y);
    context.stroke();
    context.lineWidth = 1;
    if (points.length < this.width / 8)
      for (const { x, y } of points) {
        context.beginPath();
        context.arc(x, y, 2.5, 0, 2 * Math.PI);
        context.fill();
      }
  }

  activities(): void {
    const { layout } = this.scene;
    const row = (i: number, spans: readonly Extent[], colour: (span: Extent) => string) => {
      for (const span of spans) if (this.isVisible(span)) this.rect(span, rowTop(i), rowTop(i) + ROWS.height, colour(span));
    };
    row(0, layout.generation, () => this.colours.generation);
    row(1, layout.tools, () => this.colours.tool);
    row(
      1,
      layout.tools.filter(({ failed }) => failed),
      () => this.colours.failed,
    );
    row(2, layout.waits, () => this.colours.human);
  }

  /** Steps with a user message, and compactions. */
  marks(): void {
    const { steps } = this.scene.timeline;
    const users: Label[] = [];
    const compactions: Label[] = [];
    for (const [i, step] of steps.entries()) {
      const extent = this.scene.layout.steps[i];
      if (!extent) continue;
      if (step.user) users.push({ at: extent.from, text: `U${users.length + 1}` });
      if (step.compaction) compactions.push({ at: extent.from, text: `C${compactions.length + 1}` });
    }
    const bottom = rowTop(ROW_NAMES.length) - ROWS.space;
    this.context.setLineDash([4, 4]);
    for (const { at } of users) this.mark(at, bottom, this.colours.user);
    this.context.setLineDash([]);
    this.context.lineWidth = 2;
    for (const { at } of compactions) this.mark(at, bottom, this.colours.compaction);
    this.context.lineWidth = 1;
    const taken: Taken[] = [];
    this.labels(compactions, MARKS_Y, "left", this.colours.compaction, taken);
    this.labels(users, MARKS_Y, "left", this.colours.user, taken);
  }

  cursorGround(): void {
    const extent = this.cursorExtent();
    if (!extent) return;
    this.context.globalAlpha = 0.14;
    this.rect(extent, MARKS_Y + 6, rowTop(ROW_NAMES.length), this.colours.cursor, 0, 6);
    this.context.globalAlpha = 1;
  }

  cursorFrame(): void {
    const extent = this.cursorExtent();
    if (!extent) return;
    const [left, right] = this.pixels(extent, 6);
    this.context.strokeStyle = this.colours.cursor;
    this.context.lineWidth = 1.5;
    this.context.strokeRect(left, MARKS_Y + 6, right - left, rowTop(ROW_NAMES.length) - MARKS_Y - 6);
    this.context.lineWidth = 1;
  }

  stepNumbers(): void {
    const { steps } = this.scene.layout;
    const chosen = this.scene.cursor;
    const first = [chosen, 0, steps.length - 1].filter((step) => step !== null);
    const round = [100, 50, 20, 10, 5, 2, 1].flatMap((every) => steps.flatMap((_, i) => ((i + 1) % every === 0 ? i : [])));
    const labels = [...new Set([...first, ...round])].flatMap((step) => {
      const extent = steps[step];
      if (!extent) return [];
      const at = this.scene.byClock ? extent.from : (extent.from + extent.to) / 2;
      return { at, text: whole.format(step + 1), strong: step === chosen };
    });
    this.labels(labels, STEPS_Y, "center", this.colours.soft);
    this.text("step", GUTTER - 6, STEPS_Y, { align: "right", color: this.colours.soft });
  }

  /** Which part of the session is in view. */
  track(): void {
    const { view, layout } = this.scene;
    const length = this.width - GUTTER - RIGHT;
    this.context.fillStyle = this.colours.line;
    this.context.fillRect(GUTTER, TRACK_Y, length, 4);
    this.context.fillStyle = this.colours.soft;
    const from = (view.from / layout.length) * length;
    this.context.fillRect(GUTTER + from, TRACK_Y, Math.max(6, ((view.to - view.from) / layout.length) * length), 4);
  }

  private cursorExtent(): Extent | null {
    const { cursor, layout } = this.scene;
    return cursor === null ? null : (layout.steps[cursor] ?? null);
  }

  /** Steps in view with their places, and `beyond` on either side. */
  private visibleSteps(beyond = 0) {
    const { timeline, layout } = this.scene;
    const placed = timeline.steps.flatMap((step, i) => {
      const extent = layout.steps[i];
      return extent ? [[extent, step] as const] : [];
    });
    const first = placed.findIndex(([extent]) => this.isVisible(extent));
    const last = placed.findLastIndex(([extent]) => this.isVisible(extent));
    return first < 0 ? [] : placed.slice(Math.max(0, first - beyond), last + 1 + beyond);
  }

  private isVisible({ from, to }: Extent): boolean {
    return to >= this.scene.view.from && from <= this.scene.view.to;
  }

  private pixels({ from, to }: Extent, least: number): [number, number] {
    const [left, right] = [this.scale.x(from), this.scale.x(to)];
    return right - left >= least ? [left, right] : [left, left + least];
  }

  private rect(extent: Extent, top: number, bottom: number, colour: string, inset = 0, least = 1): void {
    const [left, right] = this.pixels(extent, least);
    this.context.fillStyle = colour;
    this.context.fillRect(left, top, Math.max(least, right - left - inset), bottom - top);
  }

  /** Side by side with a little room between them, where there is any. */
  private bar(extent: Extent, top: number, bottom: number, colour: string): void {
    if (bottom <= top) return;
    this.rect(extent, top, bottom, colour, Math.min(2, (extent.to - extent.from) * this.scale.perUnit * 0.15), this.scene.byClock ? 3 : 1);
  }

  private mark(at: number, bottom: number, colour: string): void {
    const x = Math.round(this.scale.x(at)) + 0.5;
    if (x >= GUTTER && x <= this.width) this.rule(x, MARKS_Y + 7, x, bottom, colour);
  }

  private rule(x1: number, y1: number, x2: number, y2: number, colour: string): void {
    this.context.strokeStyle = colour;
    this.context.beginPath();
    this.context.moveTo(x1, y1);
    this.context.lineTo(x2, y2);
    this.context.stroke();
  }

  /** Texts in the order of importance; one that has no room is left out. */
  private labels(labels: readonly Label[], y: number, align: "left" | "center", color: string, taken: Taken[] = []): void {
    for (const { at, text, strong = false } of labels) {
      const x = this.scale.x(at);
      if (x < GUTTER - 1 || x > this.width) continue;
      this.context.font = this.font(strong);
      const width = this.context.measureText(text).width;
      const left = Math.max(GUTTER, Math.min(this.width - width - 1, align === "left" ? x + (y === MARKS_Y ? 2 : 0) : x - width / 2));
      if (taken.some((other) => left < other.right + LABEL_SPACE && other.left < left + width + LABEL_SPACE)) continue;
      taken.push({ left, right: left + width });
      this.text(text, left, y, { align: "left", color: strong ? this.colours.cursor : color, strong });
    }
  }

  private text(
    text: string,
    x: number,
    y: number,
    { align, color, strong = false }: { align: CanvasTextAlign; color: string; strong?: boolean },
  ): void {
    this.context.font = this.font(strong);
    this.context.textAlign = align;
    this.context.fillStyle = color;
    this.context.fillText(text, x, y);
  }

  private font(strong: boolean): string {
    return `${strong ? "600 " : ""}12px ${this.colours.font}`;
  }
}

interface Label {
  readonly at: number;
  readonly text: string;
  readonly strong?: boolean;
}

interface Taken {
  readonly left: number;
  readonly right: number;
}

function rowTop(row: number): number {
  return ROWS.top + row * (ROWS.height + ROWS.space);
}

/** The next number with one or two digits that quarters well. */
function roundTop(value: number): number {
  if (value <= 0) return 4;
  const unit = power(10, Math.floor(Math.log10(value)));
  return unit * ([1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].find((factor) => factor * unit >= value) ?? 10);
}
