/** Shapes and texts on the canvas of a timeline, placed by its layout. */
import type { Extent } from "./layout.ts";
import { GUTTER, type Scene, scaleOf } from "./scene.ts";

export interface Label {
  readonly at: number;
  readonly text: string;
  /** In the color of the chosen step. */
  readonly strong?: boolean;
}

interface TextStyle {
  readonly align: "left" | "center" | "right";
  readonly color: string;
  readonly strong?: boolean;
  /** Pixels that a left-aligned label begins right of its place. */
  readonly indent?: number;
}

const LABEL_SPACE = 6;

export class Pen {
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels; the context is scaled to them. */
  readonly width: number;
  readonly scale: ReturnType<typeof scaleOf>;
  private readonly scene: Scene;

  constructor(context: CanvasRenderingContext2D, width: number, scene: Scene) {
    this.context = context;
    this.width = width;
    this.scene = scene;
    this.scale = scaleOf(scene.view, width);
  }

  isVisible({ from, to }: Extent): boolean {
    return to >= this.scene.view.from && from <= this.scene.view.to;
  }

  pixels({ from, to }: Extent, least: number): [number, number] {
    const [left, right] = [this.scale.x(from), this.scale.x(to)];
    return right - left >= least ? [left, right] : [left, left + least];
  }

  rect(extent: Extent, top: number, bottom: number, color: string, inset = 0, least = 1): void {
    const [left, right] = this.pixels(extent, least);
    this.context.fillStyle = color;
    this.context.fillRect(left, top, Math.max(least, right - left - inset), bottom - top);
  }

  /** Side by side with a little room between them, where there is any. */
  bar(extent: Extent, top: number, bottom: number, color: string): void {
    if (bottom <= top) return;
    this.rect(extent, top, bottom, color, Math.min(2, (extent.to - extent.from) * this.scale.perUnit * 0.15), this.scene.byClock ? 3 : 1);
  }

  rule(x1: number, y1: number, x2: number, y2: number, color: string): void {
    this.context.strokeStyle = color;
    this.context.beginPath();
    this.context.moveTo(x1, y1);
    this.context.lineTo(x2, y2);
    this.context.stroke();
  }

  /** A vertical line at a place, where it is in view. */
  mark(at: number, top: number, bottom: number, color: string): void {
    const x = Math.round(this.scale.x(at)) + 0.5;
    if (x >= GUTTER && x <= this.width) this.rule(x, top, x, bottom, color);
  }

  /** Texts in the order of importance; one that has no room left by others and by `taken`, in pixels, is left out. */
  labels(labels: readonly Label[], y: number, { align, color, indent = 0 }: TextStyle, taken: Extent[] = []): void {
    for (const { at, text, strong = false } of labels) {
      const x = this.scale.x(at);
      if (x < GUTTER - 1 || x > this.width) continue;
      this.context.font = this.font(strong);
      const width = this.context.measureText(text).width;
      const left = Math.max(GUTTER, Math.min(this.width - width - 1, align === "left" ? x + indent : x - width / 2));
      if (taken.some((other) => left < other.to + LABEL_SPACE && other.from < left + width + LABEL_SPACE)) continue;
      taken.push({ from: left, to: left + width });
      this.text(text, left, y, { align: "left", color: strong ? this.scene.colors.cursor : color, strong });
    }
  }

  /** In the middle of a rectangle, if there is room. */
  inside(extent: Extent, text: string, y: number, color: string): void {
    const [left, right] = [Math.max(GUTTER, this.scale.x(extent.from)), Math.min(this.width, this.scale.x(extent.to))];
    this.context.font = this.font(false);
    if (this.context.measureText(text).width + LABEL_SPACE <= right - left)
      this.text(text, (left + right) / 2, y, { align: "center", color });
  }

  text(text: string, x: number, y: number, { align, color, strong = false }: TextStyle): void {
    this.context.font = this.font(strong);
    this.context.textAlign = align;
    this.context.fillStyle = color;
    this.context.fillText(text, x, y);
  }

  private font(strong: boolean): string {
    return `${strong ? "600 " : ""}12px ${this.scene.font}`;
  }
}
