/** A range along x that a reader marks on a chart by dragging or by keys: what is in it, in words, and the chart zoomed to it. */
import { type ChartAxes, chartAxes, chartReader } from "../../../chart/reading.ts";
import { at } from "../../../stats/known.ts";
import type { ChartPanel } from "./chart-points.ts";
import type { ChartScene } from "./chart-scene.ts";
import { button, element } from "./elements.ts";
import { extentSignal } from "./pan-and-zoom.ts";
import { RangeSummary } from "./range-summary.ts";

/** A press that moves less is a click, in the chart's pixels. */
const LEAST = 4;
/** From one place of the keyboard to the next. */
const STRIDE = 6;

interface Marked {
  /** The panel that was marked, and those with the same axis, from top to bottom. */
  readonly panels: readonly ChartPanel[];
  /** Where it began, and where it ends now, from the left edge of the panel. */
  readonly start: number;
  readonly end: number;
}

/**
 * Adds it below a chart.
 * @returns what ends it
 */
export function addRange(box: HTMLElement, scene: ChartScene, spec: object): () => void {
  const range = new ChartRange(scene, spec);
  box.append(range.bar);
  const { content } = scene;
  const listening = new AbortController();
  const { signal } = listening;
  // Before the canvas, where Vega would move the chart.
  content.addEventListener("pointerdown", (event) => range.press(event), { capture: true, signal });
  content.addEventListener("pointermove", (event) => range.move(event), { capture: true, signal });
  content.addEventListener("pointerup", (event) => range.release(event), { capture: true, signal });
  content.addEventListener("pointercancel", () => range.clear(), { capture: true, signal });
  content.addEventListener("keydown", (event) => range.key(event), { signal });
  return () => {
    listening.abort();
    range.clear();
    range.bar.remove();
  };
}

class ChartRange {
  readonly bar: HTMLElement;
  private readonly scene: ChartScene;
  private readonly axes: ChartAxes;
  private readonly summary: RangeSummary;
  private readonly bands: HTMLElement[] = [];
  private readonly words = element("div", { class: "chart-range-words", role: "status" });
  private readonly toggle = button("Select a range", () => this.setMode(!this.isOn));
  private readonly zoom = button("Zoom to the range", () => this.zoomIn(), { hidden: "" });
  private readonly unmark = button("Clear", () => this.clear(), { hidden: "" });
  private readonly reset = button("Reset zoom", () => this.zoomOut(), { hidden: "" });
  private isOn = false;
  private marked: Marked | null = null;
  /** The pointer that marks. */
  private pointer: number | null = null;
  /** Signals of what panels show, where that was set here. */
  private zoomed: readonly string[] = [];

  constructor(scene: ChartScene, spec: object) {
    this.scene = scene;
    this.axes = chartAxes(spec);
    this.summary = new RangeSummary(this.axes, chartReader(spec));
    this.toggle.title = "Drag along the chart, or hold Shift and drag or press an arrow key";
    this.toggle.ariaPressed = "false";
    const buttons = element("div", { class: "chart-range-tools" }, this.toggle, this.zoom, this.unmark, this.reset);
    this.bar = element("div", { class: "chart-range-bar" }, buttons, this.words);
  }

  press(event: PointerEvent): void {
    if (!(this.isOn || event.shiftKey) || event.button !== 0 || this.pointer !== null) return;
    const { x, panel } = this.scene.at(event);
    if (!panel) return;
    event.stopPropagation();
    event.preventDefault();
    this.clear();
    this.pointer = event.pointerId;
    this.scene.content.setPointerCapture(event.pointerId);
    this.scene.content.focus({ preventScroll: true });
    this.marked = { panels: this.withSameAxis(panel), start: x - panel.left, end: x - panel.left };
  }

  move(event: PointerEvent): void {
    if (event.pointerId !== this.pointer || !this.marked) return;
    event.stopPropagation();
    this.extendTo(this.scene.at(event).x - at(this.marked.panels, 0).left);
    this.draw();
  }

  release(event: PointerEvent): void {
    if (event.pointerId !== this.pointer || !this.marked) return;
    event.stopPropagation();
    this.pointer = null;
    if (Math.abs(this.marked.end - this.marked.start) < LEAST) this.clear();
    else this.say();
  }

  key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.clear()) this.zoomOut();
    if (event.key === "Enter" && !this.zoom.hidden) this.zoomIn();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!event.shiftKey || step === undefined) return;
    event.preventDefault();
    const panel = this.marked?.panels[0] ?? this.firstPanel();
    if (!panel) return;
    const places = placesOf(panel);
    const first = step > 0 ? places[0] : places.at(-1);
    if (first === undefined) return;
    this.marked ??= { panels: this.withSameAxis(panel), start: first, end: first };
    const { end } = this.marked;
    const next = step > 0 ? places.find((place) => place > end + 0.5) : places.findLast((place) => place < end - 0.5);
    if (next !== undefined) this.extendTo(next);
    this.draw();
    this.say();
  }

  /** @returns whether there was a range */
  clear(): boolean {
    const had = this.marked !== null;
    this.marked = null;
    this.pointer = null;
    for (const band of this.bands.splice(0)) band.remove();
    this.words.replaceChildren();
    this.zoom.hidden = true;
    this.unmark.hidden = true;
    return had;
  }

  /** With it a drag marks a range, also by touch; without, that takes Shift. */
  private setMode(isOn: boolean): void {
    this.isOn = isOn;
    this.toggle.ariaPressed = String(isOn);
    this.scene.content.classList.toggle("chart-selecting", isOn);
    if (!isOn) this.clear();
    else this.words.replaceChildren(element("p", {}, "Drag along the chart, or press Shift with an arrow key."));
  }

  private withSameAxis(panel: ChartPanel): readonly ChartPanel[] {
    const wanted = this.axisOf(panel);
    return [panel, ...this.scene.panels().filter((other) => other.prefix !== panel.prefix && this.axisOf(other) === wanted)];
  }

  /** Equal for panels in which a place is the same. */
  private axisOf(panel: ChartPanel): string {
    return JSON.stringify([panel.width, this.fieldOf(panel), this.scaleOf(panel)?.domain()]);
  }

  private extendTo(place: number): void {
    if (!this.marked) return;
    const { width } = at(this.marked.panels, 0);
    this.marked = { ...this.marked, end: Math.max(0, Math.min(width, place)) };
  }

  private draw(): void {
    if (!this.marked) return;
    const { panels, start, end } = this.marked;
    const [from, to] = [Math.min(start, end), Math.max(start, end)];
    while (this.bands.length < panels.length) {
      const band = element("div", { class: "chart-range" });
      this.bands.push(band);
      this.scene.content.append(band);
    }
    for (const [i, { left, top, height }] of panels.entries())
      Object.assign(at(this.bands, i).style, { left: `${left + from}px`, top: `${top}px`, width: `${to - from}px`, height: `${height}px` });
  }

  private say(): void {
    if (!this.marked) return;
    const { panels, start, end } = this.marked;
    const [from, to] = [Math.min(start, end), Math.max(start, end)];
    const [first] = panels;
    if (!first) return;
    const parts = panels.map((panel) => ({
      panel,
      sentences: this.summary.sentences(panel, { from: panel.left + from, to: panel.left + to }),
    }));
    const said = parts.flatMap(({ sentences }) => sentences);
    const items = said.length > 0 ? said : ["Nothing is in this range."];
    this.words.replaceChildren(
      element("p", {}, this.endsOf(first, from, to)),
      element("ul", {}, ...items.map((text) => element("li", {}, text))),
    );
    this.zoom.hidden = this.signalOf(first) === null || this.extentOf(first, from, to) === null;
    this.unmark.hidden = false;
  }

  /** `Wait from 1 s to 1m`. */
  private endsOf(panel: ChartPanel, from: number, to: number): string {
    const [low, high] = [from, to].map((place) => this.wordsAt(panel, place));
    const title = low?.label ?? high?.label ?? "";
    const ends = low?.value === high?.value ? (low?.value ?? "") : `from ${low?.value ?? ""} to ${high?.value ?? ""}`;
    return `${title === "" ? "Selected" : title} ${ends}:`;
  }

  private wordsAt(panel: ChartPanel, place: number) {
    const mark = this.markOf(panel);
    const value = this.valueAt(panel, place);
    const written = value === null ? null : this.axes.write(mark, "x", value);
    if (written) return written;
    const points = [...panel.marks, ...panel.curves.flat()];
    const nearest = points.toSorted((a, b) => Math.abs(a.x - panel.left - place) - Math.abs(b.x - panel.left - place))[0];
    return nearest ? this.axes.placeOf(nearest.mark, nearest.row, "x") : null;
  }

  private zoomIn(): void {
    if (!this.marked) return;
    const { panels, start, end } = this.marked;
    const { view } = this.scene;
    const set: string[] = [];
    for (const panel of panels) {
      const name = this.signalOf(panel);
      const extent = this.extentOf(panel, Math.min(start, end), Math.max(start, end));
      if (name === null || extent === null) continue;
      view.signal(name, extent);
      set.push(name);
    }
    this.clear();
    this.zoomed = [...new Set([...this.zoomed, ...set])];
    this.reset.hidden = false;
    this.words.replaceChildren(element("p", {}, "Zoomed to the range. Escape resets it."));
    void view.runAsync();
  }

  private zoomOut(): void {
    if (this.zoomed.length === 0) return;
    for (const name of this.zoomed) this.scene.view.signal(name, null);
    this.zoomed = [];
    this.reset.hidden = true;
    this.words.replaceChildren();
    void this.scene.view.runAsync();
  }

  private firstPanel(): ChartPanel | undefined {
    const panels = this.scene.panels().filter((panel) => this.fieldOf(panel) !== null);
    return panels.find(({ curves }) => curves.length > 0) ?? panels[0];
  }

  /** The first with a place along x. */
  private markOf({ curves, marks }: ChartPanel): string {
    const names = [...new Set([...curves.flat(), ...marks].map(({ mark }) => mark))];
    return names.find((name) => this.axes.fieldOf(name, "x") !== null) ?? "";
  }

  private fieldOf(panel: ChartPanel): string | null {
    return this.axes.fieldOf(this.markOf(panel), "x");
  }

  /** What holds the part of x that a panel shows; null where its x axis can't be moved. */
  private signalOf(panel: ChartPanel): string | null {
    const field = this.fieldOf(panel);
    const name = field === null ? null : extentSignal(panel.prefix, field);
    return name !== null && this.hasSignal(name) ? name : null;
  }

  private hasSignal(name: string): boolean {
    try {
      this.scene.view.signal(name);
      return true;
    } catch {
      return false;
    }
  }

  private extentOf(panel: ChartPanel, from: number, to: number): readonly [number, number] | null {
    const [low, high] = [this.valueAt(panel, from), this.valueAt(panel, to)];
    return low === null || high === null || low === high ? null : [low, high];
  }

  /** Null where the axis has names. */
  private valueAt(panel: ChartPanel, place: number): number | null {
    const value = this.scaleOf(panel)?.invert?.(place);
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  }

  private scaleOf({ prefix }: ChartPanel): Scale | null {
    for (const name of [`${prefix}x`, `${prefix}layer_0_x`, "x"]) {
      try {
        return this.scene.view.scale(name);
      } catch {
        // Panels share a scale or have their own.
      }
    }
    return null;
  }
}

interface Scale {
  domain(): readonly unknown[];
  invert?(place: number): unknown;
}

/** Where the keyboard stops, from the left edge of the panel to the right. */
function placesOf({ left, width, marks, curves }: ChartPanel): number[] {
  const places: number[] = [];
  const all = [...marks, ...curves.flat()].map(({ x }) => x - left).filter((x) => x >= 0 && x <= width);
  for (const place of [0, ...all, width].sort((a, b) => a - b)) if (place - (places.at(-1) ?? -STRIDE) >= STRIDE) places.push(place);
  return places;
}
