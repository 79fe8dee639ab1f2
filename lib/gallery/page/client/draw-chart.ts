/** Charts on any page: Vega is large, so it is a script of its own that comes with the first chart. */
import { assetUrl, loadScript } from "./script.ts";

export interface ChartOptions {
  /** The same chart in the palette's dark colors. */
  readonly dark: boolean;
  /** Drag to pan, Ctrl + wheel to zoom, double-click to reset, where the chart allows it. */
  readonly panAndZoom?: boolean;
  /** CSS pixels that there are: on a narrow screen the chart is laid out for them, without its title. */
  readonly width?: number;
}

export interface DrawnChart {
  /** Whether the reader can pan and zoom. */
  readonly panAndZoom: boolean;
  /** Frees what the chart holds and empties its element. */
  remove(): void;
}

export type DrawChart = (element: HTMLElement, spec: object, options: ChartOptions) => Promise<DrawnChart>;

declare global {
  /** What the script `vega` leaves behind. */
  var traceAtlasVega: DrawChart | undefined;
}

/**
 * Draws a Vega-Lite spec into a block element, not wider than it (down to about three quarters of the size; then the element
 * should scroll), with its data on pointing at marks. The page loads `chart.css`. The spec may be a
 * stranger's: nothing is fetched, no code is made of text, and no markup in it counts.
 * @throws Error when the spec can't be drawn
 */
export const drawChart: DrawChart = async (element, spec, options) => {
  await loadScript(assetUrl("vega"));
  if (!globalThis.traceAtlasVega) throw new Error("the chart library did not start");
  return globalThis.traceAtlasVega(element, spec, options);
};
