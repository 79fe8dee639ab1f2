/** The answer on the page: as a table, as a chart, and as files. */
import { button, element, save } from "../../../page/client/elements.ts";
import type { Answer, AskEngine } from "./api.ts";
import { ChartPanel } from "./chart-panel.ts";
import { part } from "./parts.ts";
import { resultTable, shownRows } from "./result-table.ts";
import { CELL_CHARACTERS } from "./statement.ts";

const count = new Intl.NumberFormat("en-US");

export class Results {
  private readonly section = part("results");
  private chart: ChartPanel | null = null;

  clear(): void {
    this.chart?.remove();
    this.chart = null;
    this.section.hidden = true;
    part("table").replaceChildren();
    part("downloads").replaceChildren();
  }

  show(answer: Answer, engine: AskEngine): void {
    const { columns } = answer;
    this.section.hidden = false;
    part("table").replaceChildren(...resultTable(answer));
    part("downloads").replaceChildren(
      downloadButton("CSV", () => save("answer.csv", engine.csv(columns), "text/csv")),
      downloadButton("Parquet", () => save("answer.parquet", engine.parquet(columns), "application/vnd.apache.parquet")),
      element("span", { class: "aside" }, downloadNote(answer)),
    );
    this.chart = new ChartPanel(columns);
  }
}

function downloadButton(label: string, act: () => void): HTMLButtonElement {
  return button(label, act, { class: "ask-button", "aria-label": `Download the result as ${label}` });
}

function downloadNote({ rows, columns, isCut, hasLongCells }: Answer): string {
  const all = rows > shownRows(columns.length) ? `all ${count.format(rows)} rows` : "";
  const notes = [
    isCut ? `the first ${count.format(rows)} rows` : all,
    hasLongCells ? `cells cut to ${count.format(CELL_CHARACTERS)} characters` : "",
  ];
  return notes.filter((note) => note !== "").join(", ");
}
