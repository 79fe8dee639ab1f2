/** An element that shows one chart at a time: a chart that is late never replaces a later one. */
import { isDark } from "./color-scheme.ts";
import { type ChartOptions, type DrawnChart, drawChart } from "./draw-chart.ts";
import { element } from "./elements.ts";

export class ChartBox {
  private readonly box: HTMLElement;
  private drawn: DrawnChart | null = null;
  private turn = 0;

  constructor(box: HTMLElement) {
    this.box = box;
  }

  /**
   * Draws in the page's colors in place of what is there.
   * @returns null when it was cleared or drawn again in the meantime
   * @throws Error when the spec can't be had or drawn
   */
  async draw(spec: object | Promise<object>, options: Omit<ChartOptions, "dark"> = {}): Promise<DrawnChart | null> {
    this.turn += 1;
    const { turn } = this;
    const place = element("div");
    try {
      const drawn = await drawChart(place, await spec, { dark: isDark(), ...options });
      if (turn === this.turn) return this.show(place, drawn);
      drawn.remove();
    } catch (error) {
      if (turn === this.turn) throw error;
    }
    return null;
  }

  clear(): void {
    this.turn += 1;
    this.drawn?.remove();
    this.drawn = null;
    this.box.replaceChildren();
  }

  private show(place: HTMLElement, drawn: DrawnChart): DrawnChart {
    this.drawn?.remove();
    this.drawn = drawn;
    this.box.replaceChildren(place);
    return drawn;
  }
}
