/** Answers the pointer and the keyboard on a drawn chart: what the mark there says, or each curve at that place. */
import type { Item, View } from "vega";
import type { Reading, ReadMark } from "../../../chart/reading.ts";
import { isObject } from "../../../files/json.ts";
import { type ChartPanel, type ChartPoint, nearestPoints, panelAt, panelsOf, type SceneMark, stopsOf } from "./chart-points.ts";
import { ChartTooltip, type Place } from "./chart-tooltip.ts";
import { element } from "./elements.ts";
import type { LinkedSeries } from "./linked-series.ts";

const CURVES = new Set(["line", "area", "trail"]);

/**
 * @param content what holds the canvas, and gets the focus
 * @returns what ends it
 */
export function answerOn(content: HTMLElement, view: View, read: ReadMark, series: LinkedSeries): () => void {
  const canvas = content.querySelector("canvas");
  if (!canvas) return () => {};
  const answers = new Answers(content, canvas, view, read, series);
  view.addEventListener("pointermove", (event, item) => {
    if (event instanceof PointerEvent && !isTouch(event)) answers.pointAt(event, item ?? null);
  });
  // A tap: a finger that moves scrolls the page.
  view.addEventListener("click", (event, item) => {
    if (event instanceof MouseEvent) answers.pointAt(event, item ?? null);
  });
  canvas.addEventListener("pointerleave", (event) => {
    if (!isTouch(event)) answers.hide();
  });
  const hide = () => answers.hide();
  addEventListener("scroll", hide, { capture: true, passive: true });
  content.addEventListener("keydown", (event) => answers.press(event));
  content.addEventListener("blur", hide);
  content.tabIndex = 0;
  content.setAttribute("role", "group");
  content.setAttribute("aria-label", "Values of the chart: arrow keys read them");
  return () => {
    removeEventListener("scroll", hide, { capture: true });
    answers.remove();
  };
}

function isTouch({ pointerType }: PointerEvent): boolean {
  return pointerType === "touch";
}

class Answers {
  private readonly tooltip = new ChartTooltip();
  private readonly crosshair = element("div", { class: "chart-crosshair", hidden: "" });
  private panel = 0;
  private stop = -1;

  private readonly canvas: HTMLCanvasElement;
  private readonly view: View;
  private readonly read: ReadMark;
  private readonly series: LinkedSeries;

  constructor(content: HTMLElement, canvas: HTMLCanvasElement, view: View, read: ReadMark, series: LinkedSeries) {
    this.canvas = canvas;
    this.view = view;
    this.read = read;
    this.series = series;
    content.append(this.crosshair);
  }

  pointAt(event: MouseEvent, item: Item | null): void {
    const reading = item && this.readingOf(item);
    this.series.point(item?.datum);
    if (reading) {
      this.crosshair.hidden = true;
      this.tooltip.show([reading], event);
      return;
    }
    const { left, top, scale } = this.frame();
    const [x, y] = [(event.clientX - left) / scale, (event.clientY - top) / scale];
    const panel = panelAt(this.panels(), x, y);
    if (panel && panel.curves.length > 0) this.showAcross(panel, x, event);
    else this.hideValues();
  }

  press(event: KeyboardEvent): void {
    const panels = this.panels();
    const turned = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    const moved = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    if (event.key === "Escape") this.hide();
    if ((turned === 0 && moved === 0) || panels.length === 0) return;
    event.preventDefault();
    this.panel = clamped(this.panel + turned, panels.length);
    const panel = panels[this.panel];
    const stops = panel ? stopsOf(panel) : [];
    this.stop = clamped(turned === 0 ? this.stop + moved : 0, stops.length);
    const stop = stops[this.stop];
    if (panel && stop) this.showStop(panel, stop);
  }

  hide(): void {
    this.series.point(null);
    this.hideValues();
  }

  private hideValues(): void {
    this.tooltip.hide();
    this.crosshair.hidden = true;
  }

  remove(): void {
    this.tooltip.remove();
    this.crosshair.remove();
  }

  private showStop(panel: ChartPanel, point: ChartPoint): void {
    const { left, top, scale } = this.frame();
    const place = { clientX: left + point.x * scale, clientY: top + point.y * scale };
    if (panel.curves.length > 0) {
      this.showAcross(panel, point.x, place);
      return;
    }
    const reading = this.read(point.mark, point.row);
    this.series.point(point.row);
    this.tooltip.show(reading ? [reading] : [], place);
    this.drawLine(panel, point.x);
  }

  private showAcross(panel: ChartPanel, x: number, place: Place): void {
    const points = nearestPoints(panel, x);
    const readings = points.flatMap((point) => this.read(point.mark, point.row) ?? []).filter(({ rows }) => rows.length > 0);
    const byText = new Map(readings.map((reading) => [JSON.stringify(reading), reading]));
    if (byText.size === 0) {
      this.hideValues();
      return;
    }
    this.tooltip.show([...byText.values()], place);
    this.drawLine(panel, points[0]?.x ?? x);
  }

  private drawLine({ top, height }: ChartPanel, x: number): void {
    this.crosshair.hidden = false;
    Object.assign(this.crosshair.style, { left: `${x}px`, top: `${top}px`, height: `${height}px` });
  }

  /** Of a mark; curves answer at the place instead. */
  private readingOf(item: Item): Reading | null {
    const { datum } = item;
    const mark: SceneMark = item.mark;
    if (CURVES.has(String(mark.marktype))) return null;
    if ("tooltip" in item && isObject(item.tooltip)) return withItsOwn(item.tooltip);
    return isObject(datum) ? this.read(mark.name ?? "", datum) : null;
  }

  private panels(): ChartPanel[] {
    const scene: { readonly root: SceneMark } = this.view.scenegraph();
    const [left, top] = this.view.origin();
    return panelsOf(scene.root, [left + this.edge("left"), top + this.edge("top")]);
  }

  private edge(side: "left" | "top"): number {
    const padding = this.view.padding();
    return typeof padding === "number" ? padding : isObject(padding) ? Number(padding[side] ?? 0) : 0;
  }

  /** Of the canvas in the window; it may be scaled. */
  private frame(): { readonly left: number; readonly top: number; readonly scale: number } {
    const { left, top, width } = Element.prototype.getBoundingClientRect.call(this.canvas);
    return { left, top, scale: width / this.canvas.offsetWidth };
  }
}

/** What the spec itself says of a mark. */
function withItsOwn(tooltip: Readonly<Record<string, unknown>>): Reading {
  return { panel: "", heading: "", rows: Object.entries(tooltip).map(([label, value]) => ({ label, value: String(value) })) };
}

function clamped(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1));
}
