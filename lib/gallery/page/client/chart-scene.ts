/** A drawn chart: its panels, and where it is in the window. */
import type { View } from "vega";
import { isObject } from "../../../files/json.ts";
import { type ChartPanel, panelAt, panelsOf, type SceneMark } from "./chart-points.ts";

export class ChartScene {
  /** Holds the canvas, and gets the focus. */
  readonly content: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly view: View;

  constructor(content: HTMLElement, canvas: HTMLCanvasElement, view: View) {
    this.content = content;
    this.canvas = canvas;
    this.view = view;
  }

  panels(): ChartPanel[] {
    const scene: { readonly root: SceneMark } = this.view.scenegraph();
    const [left, top] = this.view.origin();
    return panelsOf(scene.root, [left + this.edge("left"), top + this.edge("top")]);
  }

  /** A place of the window in the chart's pixels, and the panel there. */
  at({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): {
    readonly x: number;
    readonly panel: ChartPanel | null;
  } {
    const { left, top, scale } = this.frame();
    const [x, y] = [(clientX - left) / scale, (clientY - top) / scale];
    return { x, panel: panelAt(this.panels(), x, y) };
  }

  /** Of the canvas in the window; it may be scaled. */
  frame(): { readonly left: number; readonly top: number; readonly scale: number } {
    const { left, top, width } = Element.prototype.getBoundingClientRect.call(this.canvas);
    return { left, top, scale: width / this.canvas.offsetWidth };
  }

  private edge(side: "left" | "top"): number {
    const padding = this.view.padding();
    return typeof padding === "number" ? padding : isObject(padding) ? Number(padding[side] ?? 0) : 0;
  }
}
