/** The timeline on its page: which part of the session is in view, and which step is chosen. */
import { known } from "../../../../stats/known.ts";
import type { Parts } from "../../../../trace/context.ts";
import type { Timeline } from "../../../../trace/timeline.ts";
import { drawTimeline } from "./canvas.ts";
import { type Colors, colorsIn } from "./colors.ts";
import { detailsOf, summaryOf } from "./details.ts";
import { type Along, type Extent, type Layout, layoutOf, stepAt } from "./layout.ts";
import type { Place } from "./place.ts";
import { GUTTER, placesBelow, scaleOf } from "./scene.ts";
import { moved, showing, type View, zoomed } from "./view.ts";

/** A view never shows less than this many units. */
const LEAST: Readonly<Record<Along, number>> = { steps: 4, clock: 0.2 };

export class TimelineView {
  readonly stage: HTMLElement;
  /** What is in view: a stretch to come back to with `moveFrom`. */
  view: View;
  /** The chosen step. */
  cursor: number | null = null;
  /** The step that the mouse points at. */
  pointed: number | null = null;
  /** Called when another step or another part is in view. */
  onChange: () => void = () => {};
  /** Called when the mouse points at another step. */
  onPoint: (step: number | null) => void = () => {};
  private readonly section: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly details: HTMLElement;
  private readonly timeline: Timeline;
  private readonly contexts: readonly (Parts | null)[];
  private readonly layouts: Readonly<Record<Along, Layout>>;
  private along: Along = "steps";
  private colors: Colors | null = null;
  private isDrawing = false;

  constructor(section: HTMLElement, timeline: Timeline, contexts: readonly (Parts | null)[]) {
    const part = <T extends HTMLElement>(name: string) => known(section.querySelector<T>(`[data-timeline="${name}"]`));
    this.section = section;
    this.stage = part("stage");
    this.canvas = part<HTMLCanvasElement>("canvas");
    this.details = part("details");
    this.timeline = timeline;
    this.contexts = contexts;
    this.layouts = { steps: layoutOf(timeline, "steps"), clock: layoutOf(timeline, "clock") };
    this.view = { from: 0, to: this.layout.length };
    this.stage.setAttribute("aria-valuetext", "No step selected");
  }

  get lastStep(): number {
    return this.timeline.steps.length - 1;
  }

  /** Steps that a press of a page key goes on by. */
  get stepsOfAScreen(): number {
    const visible = this.layout.steps.filter((step) => step && step.from < this.view.to && step.to > this.view.from);
    return Math.max(1, Math.round(visible.length * 0.9));
  }

  arrange(along: Along): void {
    this.along = along;
    this.section.dataset.along = along;
    this.showAll();
  }

  /** What the address says of this view. */
  get place(): Place {
    const isWhole = this.view.from <= 0 && this.view.to >= this.layout.length;
    return { step: this.cursor, along: this.along, view: isWhole ? null : this.view };
  }

  goTo({ step, along, view }: Place): void {
    this.arrange(along);
    if (view) {
      const span = Math.max(Math.min(LEAST[along], this.layout.length), view.to - view.from);
      this.show(moved({ from: view.from, to: view.from + span }, 0, this.layout.length));
    }
    if (step === null) return;
    this.choose(step);
    this.describe();
  }

  showAll(): void {
    this.show({ from: 0, to: this.layout.length });
  }

  /** Moves by a share of what is in view; to the right if positive. */
  turn(share: number): void {
    this.show(moved(this.view, (this.view.to - this.view.from) * share, this.layout.length));
  }

  /** Moves from an earlier view by CSS pixels. */
  moveFrom(view: View, pixels: number): void {
    this.show(moved(view, pixels / this.scale.perUnit, this.layout.length));
  }

  /** Shows `factor` times as much, and keeps the chosen step in view. */
  zoom(factor: number): void {
    const next = this.zoomedAround(factor, this.middle);
    const extent = this.cursorExtent;
    this.show(extent ? showing(next, extent, this.layout.length) : next);
  }

  /** Shows `factor` times as much around a place that stays where it is. */
  zoomAt(factor: number, clientX: number): void {
    this.show(this.zoomedAround(factor, this.placeAt(clientX)));
  }

  choose(step: number): void {
    this.cursor = Math.max(0, Math.min(this.lastStep, step));
    this.stage.setAttribute("aria-valuenow", String(this.cursor + 1));
    this.stage.setAttribute("aria-valuetext", summaryOf(this.timeline, this.cursor));
    const extent = this.cursorExtent;
    this.show(extent ? showing(this.view, extent, this.layout.length) : this.view);
  }

  /** Chooses what is clicked, and shows what is known of it. */
  chooseAt(clientX: number): void {
    if (clientX - this.left < GUTTER) return;
    const step = stepAt(this.layout, this.placeAt(clientX));
    if (step === null) return;
    this.choose(step);
    this.describe();
  }

  point(step: number | null): void {
    if (step === this.pointed) return;
    this.pointed = step;
    this.onPoint(step);
    this.draw();
  }

  /** Null: nowhere. */
  pointAt(clientX: number | null): void {
    this.point(clientX === null || clientX - this.left < GUTTER ? null : stepAt(this.layout, this.placeAt(clientX)));
  }

  /** Shows what is known of the chosen step. */
  describe(): void {
    if (this.cursor !== null) this.details.replaceChildren(...detailsOf(this.timeline, this.cursor, this.contexts[this.cursor] ?? null));
  }

  /** Draws in the colors that the page has now. */
  recolor(): void {
    this.colors = null;
    this.draw();
  }

  draw(): void {
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.drawNow();
    });
  }

  private drawNow(): void {
    const width = this.stage.clientWidth;
    const ratio = devicePixelRatio || 1;
    const { height } = placesBelow(this.layout);
    const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (this.canvas.width !== size.width || this.canvas.height !== size.height) {
      Object.assign(this.canvas, size);
      this.canvas.style.height = `${height}px`;
    }
    const context = this.canvas.getContext("2d");
    if (!context || width === 0) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.colors ??= colorsIn(this.section);
    drawTimeline(context, width, {
      timeline: this.timeline,
      contexts: this.contexts,
      layout: this.layout,
      view: this.view,
      byClock: this.along === "clock",
      cursor: this.cursor,
      pointed: this.pointed,
      colors: this.colors,
      font: getComputedStyle(this.section).fontFamily,
    });
  }

  private show(view: View): void {
    this.view = view;
    this.draw();
    this.onChange();
  }

  private get layout(): Layout {
    return this.layouts[this.along];
  }

  private get scale(): ReturnType<typeof scaleOf> {
    return scaleOf(this.view, this.stage.clientWidth);
  }

  private get left(): number {
    return this.stage.getBoundingClientRect().left;
  }

  private get cursorExtent(): Extent | null {
    return this.cursor === null ? null : (this.layout.steps[this.cursor] ?? null);
  }

  /** The chosen step, or the middle of what is in view. */
  private get middle(): number {
    const { from, to } = this.cursorExtent ?? this.view;
    return Math.max(this.view.from, Math.min(this.view.to, (from + to) / 2));
  }

  private placeAt(clientX: number): number {
    return this.scale.at(clientX - this.left);
  }

  private zoomedAround(factor: number, place: number): View {
    return zoomed(this.view, factor, place, this.layout.length, LEAST[this.along]);
  }
}
