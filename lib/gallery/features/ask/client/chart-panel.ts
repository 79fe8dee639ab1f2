/** The chart of an answer: drawn when the reader opens it, and again when a choice or the colors of the page change. */
import { ChartBox } from "../../../page/client/chart-box.ts";
import { element } from "../../../page/client/elements.ts";
import { type ChartChoice, chartSpec, MARKS, type Mark, shareDrawn, suggestChart } from "./chart.ts";
import { part } from "./parts.ts";
import { type Column, isNumeric } from "./values.ts";

const LEAST_WIDTH = 240;

export class ChartPanel {
  private readonly columns: readonly Column[];
  private readonly fold = part<HTMLDetailsElement>("chart");
  private readonly canvas = part("canvas");
  private readonly events = new AbortController();
  private readonly chart = new ChartBox(this.canvas);
  private choice: ChartChoice | null;

  constructor(columns: readonly Column[]) {
    this.columns = columns;
    this.choice = suggestChart(columns);
    this.fold.hidden = this.choice === null;
    if (this.choice === null) return;
    const { signal } = this.events;
    this.offerChoices(this.choice, signal);
    this.fold.addEventListener("toggle", () => void this.draw(), { signal });
    document.addEventListener("themechange", () => void this.draw(), { signal });
    void this.draw();
  }

  remove(): void {
    this.events.abort();
    this.chart.clear();
  }

  private offerChoices({ mark, x, y, color }: ChartChoice, signal: AbortSignal): void {
    const select = (name: string) => part<HTMLSelectElement>(`chart-${name}`);
    const selects = { mark: select("mark"), x: select("x"), y: select("y"), color: select("color") };
    const options = (isOffered: (column: Column) => boolean = () => true) =>
      this.columns.flatMap((column, index) => (isOffered(column) ? [new Option(column.name, String(index))] : []));
    selects.x.replaceChildren(...options());
    selects.y.replaceChildren(...options(({ kind }) => isNumeric(kind)));
    selects.color.replaceChildren(new Option("none", ""), ...options());
    selects.mark.value = mark;
    selects.x.value = String(x);
    if (y !== null) selects.y.value = String(y);
    selects.color.value = color === null ? "" : String(color);
    selects.y.disabled = mark === "histogram";
    const choose = () => {
      this.choice = choiceOf(selects);
      selects.y.disabled = this.choice.mark === "histogram";
      void this.draw();
    };
    for (const one of Object.values(selects)) one.addEventListener("change", choose, { signal });
  }

  private async draw(): Promise<void> {
    const { choice } = this;
    if (!choice || !this.fold.open) return;
    try {
      const width = Math.max(LEAST_WIDTH, this.canvas.clientWidth - 2);
      if (!(await this.chart.draw(chartSpec(this.columns, choice, width)))) return;
      const share = shareDrawn(choice, this.columns[0]?.values.length ?? 0);
      part("chart-note").textContent = share < 1 ? `The chart shows one in ${Math.round(1 / share)} rows.` : "";
    } catch (error) {
      this.chart.clear();
      const message = `These columns can't be drawn this way: ${error instanceof Error ? error.message : error}`;
      this.canvas.append(element("p", { class: "ask-failed" }, message));
    }
  }
}

function choiceOf({ mark, x, y, color }: Readonly<Record<"mark" | "x" | "y" | "color", HTMLSelectElement>>): ChartChoice {
  const chosen = MARKS.find((name) => name === mark.value) ?? ("bars" satisfies Mark);
  return {
    mark: chosen,
    x: Number(x.value),
    y: chosen === "histogram" ? null : Number(y.value),
    color: color.value === "" ? null : Number(color.value),
  };
}
