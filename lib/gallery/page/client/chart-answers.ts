/** Answers the pointer and the keyboard on a drawn chart: what the mark there says, or each curve at that place. */
import type { Item } from "vega";
import type { Reading, ReadMark } from "../../../chart/reading.ts";
import { isObject } from "../../../files/json.ts";
import { type ChartPanel, type ChartPoint, nearestPoints, type SceneMark, stopsOf } from "./chart-points.ts";
import type { ChartScene } from "./chart-scene.ts";
import { ChartTooltip, type Place } from "./chart-tooltip.ts";
import { element } from "./elements.ts";
import type { LinkedSeries } from "./linked-series.ts";

const CURVES = new Set(["line", "area", "trail"]);

/** @returns what ends it */
export function answerOn(scene: ChartScene, read: ReadMark, series: LinkedSeries): () => void {
  const { content, canvas, view } = scene;
  const answers = new Answers(scene, read, series);
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

  private readonly scene: ChartScene;
  private readonly read: ReadMark;
  private readonly series: LinkedSeries;

  constructor(scene: ChartScene, read: ReadMark, series: LinkedSeries) {
    this.scene = scene;
    this.read = read;
    this.series = series;
    scene.content.append(this.crosshair);
  }

  pointAt(event: MouseEvent, item: Item | null): void {
    const reading = item && this.readingOf(item);
    this.series.point(item?.datum);
    if (reading) {
      this.crosshair.hidden = true;
      this.tooltip.show([reading], event);
      return;
    }
    const { x, panel } = this.scene.at(event);
    if (panel && panel.curves.length > 0) this.showAcross(panel, x, event);
    else this.hideValues();
  }

  press(event: KeyboardEvent): void {
    const panels = this.scene.panels();
    const turned = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    const moved = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    if (event.key === "Escape") this.hide();
    // With Shift they mark a range.
    if ((turned === 0 && moved === 0) || panels.length === 0 || event.shiftKey) return;
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
    const { left, top, scale } = this.scene.frame();
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
}

/** What the spec itself says of a mark. */
function withItsOwn(tooltip: Readonly<Record<string, unknown>>): Reading {
  return { panel: "", heading: "", rows: Object.entries(tooltip).map(([label, value]) => ({ label, value: String(value) })) };
}

function clamped(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1));
}
