/** Parts of Vega that its type declarations leave out. */
import type { View } from "vega";
import type { Mark } from "./scene.ts";

declare module "vega" {
  export const textMetrics: {
    /** Width in CSS pixels of one line of a text item. */
    width(item: object, line: string): number;
  };
  export function setRandom(random: () => number): void;
  export function randomLCG(seed: number): () => number;
  interface Scene {
    readonly root: Mark;
  }
  interface View {
    /** Size of the chart with its axes and legends, without padding. */
    readonly _viewWidth: number;
    readonly _viewHeight: number;
  }
}

/** Of the whole picture, in CSS pixels, and its padding to the left and at the top. */
export function sizeOf(view: View): { readonly width: number; readonly height: number; readonly left: number; readonly top: number } {
  const padding = view.padding();
  const {
    left = 0,
    right = 0,
    top = 0,
    bottom = 0,
  } = typeof padding === "number" ? { left: padding, right: padding, top: padding, bottom: padding } : padding;
  return { width: view._viewWidth + left + right, height: view._viewHeight + top + bottom, left, top };
}
