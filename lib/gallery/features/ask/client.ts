/** The console: an editor, the engine when it is needed, and answers as table, chart and files. */

import { type DrawnChart, drawChart } from "../../page/client/draw-chart.ts";
import { assetUrl, loadScript } from "../../page/client/script.ts";
import type { Answer, AskEngine, EngineFiles } from "./client/api.ts";
import { type ChartChoice, chartSpec, MARKS, type Mark, shareDrawn, suggestChart } from "./client/chart.ts";
import { type Column, cellText, compareCells, isNumeric } from "./client/values.ts";

const SHOWN_ROWS = 1000;
const count = new Intl.NumberFormat("en-US");

function element<T extends HTMLElement>(name: string): T {
  const found = document.querySelector<T>(`[data-ask="${name}"]`);
  if (!found) throw new Error(`the page has no ${name}`);
  return found;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function start(): void {
  const form = element<HTMLFormElement>("form");
  const editor = element<HTMLTextAreaElement>("editor");
  const results = new Results();
  const session = new Session(form, editor, results);
  const shared = sharedQuery();
  if (shared !== null) {
    editor.value = shared;
    session.tell("This query came with the address of the page. Read it, then press Run.");
  }
  fitEditor(editor);
  for (const starter of document.querySelectorAll<HTMLElement>("[data-ask-starter]")) addStarter(starter, editor, session);
  if (location.protocol === "file:") {
    element("from-disk").hidden = false;
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void session.run();
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void session.run();
  });
  editor.addEventListener("input", () => fitEditor(editor));
  addEventListener("hashchange", () => {
    const query = sharedQuery();
    if (query === null || query === editor.value) return;
    editor.value = query;
    fitEditor(editor);
  });
  element<HTMLButtonElement>("stop").addEventListener("click", () => void session.stop("Stopped."));
  element<HTMLButtonElement>("share").addEventListener("click", () => void session.share());
}

/** As many lines as the query has, within reason. */
function fitEditor(editor: HTMLTextAreaElement): void {
  editor.rows = Math.min(24, Math.max(8, editor.value.split("\n").length + 1));
}

function sharedQuery(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("sql");
}

/** A query that is ready: its button puts it into the editor. Nothing runs until the reader says so. */
function addStarter(starter: HTMLElement, editor: HTMLTextAreaElement, session: Session): void {
  const button = starter.querySelector("button");
  const code = starter.querySelector("code");
  if (!button || !code) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    editor.value = code.textContent;
    fitEditor(editor);
    session.tell("The query is in the editor. Press Run.");
    editor.scrollIntoView({ block: "center" });
    element<HTMLButtonElement>("run").focus();
  });
}

/** One question at a time. */
class Session {
  private readonly form: HTMLFormElement;
  private readonly editor: HTMLTextAreaElement;
  private readonly results: Results;
  private engine: AskEngine | null = null;
  private busy = false;
  /** Set while a query runs; says what ended it. */
  private ended: ((sentence: string) => void) | null = null;

  constructor(form: HTMLFormElement, editor: HTMLTextAreaElement, results: Results) {
    this.form = form;
    this.editor = editor;
    this.results = results;
  }

  tell(sentence: string, failed = false): void {
    const [first = "", ...rest] = sentence.split("\n\n");
    const details = rest.join("\n\n").trim();
    const status = element("status");
    status.replaceChildren(make("p", first, failed ? "ask-failed" : ""), ...(details ? [make("pre", details)] : []));
  }

  async run(): Promise<void> {
    const sql = this.editor.value.trim();
    if (this.busy || sql === "") return;
    this.setBusy(true);
    this.results.clear();
    try {
      const engine = await this.started();
      history.replaceState(null, "", `#${new URLSearchParams({ sql })}`);
      this.tell("Running.");
      const answer = await this.answered(engine, sql);
      if (answer === null) return;
      this.tell(summaryOf(answer));
      this.results.show(answer, engine);
    } catch (error) {
      this.tell(plainWords(error), true);
    } finally {
      this.setBusy(false);
    }
  }

  /** Ends the query that runs. */
  async stop(sentence: string): Promise<void> {
    this.ended?.(sentence);
    await this.engine?.stop();
  }

  async share(): Promise<void> {
    const address = new URL(location.href);
    address.hash = String(new URLSearchParams({ sql: this.editor.value.trim() }));
    history.replaceState(null, "", address);
    if (!navigator.clipboard) {
      this.tell("The address of the page now holds the query: copy it from there.");
      return;
    }
    await navigator.clipboard.writeText(address.href);
    this.tell("A link to this query is copied. It shows the query; whoever opens it decides whether to run it.");
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.form.setAttribute("aria-busy", String(busy));
    element<HTMLButtonElement>("run").setAttribute("aria-disabled", String(busy));
    element<HTMLProgressElement>("progress").hidden = true;
    element<HTMLButtonElement>("stop").hidden = true;
  }

  private async started(): Promise<AskEngine> {
    await loadScript(assetUrl("ask-engine"));
    const { askEngine } = globalThis as { askEngine?: AskEngine };
    if (!askEngine) throw new Error("The engine did not start in this browser.");
    this.engine = askEngine;
    const progress = element<HTMLProgressElement>("progress");
    await askEngine.start(filesOf(this.form), ({ done, total }) => {
      progress.hidden = false;
      progress.max = total;
      progress.value = done;
      this.tell(done < total ? "Loading the engine and the database. This happens once." : "Starting the engine.");
    });
    progress.hidden = true;
    return askEngine;
  }

  /** Null when it was ended before there was an answer. */
  private async answered(engine: AskEngine, sql: string): Promise<Answer | null> {
    const limit = Number(element<HTMLSelectElement>("limit").value);
    element<HTMLButtonElement>("stop").hidden = false;
    const stopped = new Promise<null>((resolve) => {
      this.ended = (sentence) => {
        this.tell(sentence, true);
        resolve(null);
      };
    });
    const timer = setTimeout(
      () => void this.stop(`Stopped after ${limit} seconds. Ask for less, or allow more time beside the Run button.`),
      limit * 1000,
    );
    const asked = engine.ask(sql);
    // When the query is ended, its own promise fails or never settles, and nobody waits for it any more.
    asked.catch(() => {});
    try {
      return await Promise.race([asked, stopped]);
    } finally {
      clearTimeout(timer);
      this.ended = null;
    }
  }
}

function filesOf({ dataset }: HTMLFormElement): EngineFiles {
  return {
    worker: dataset.worker ?? "",
    wasm: { address: dataset.wasm ?? "", bytes: Number(dataset.wasmBytes) },
    database: { address: dataset.database ?? "", bytes: Number(dataset.databaseBytes) },
  };
}

function summaryOf({ rows, cut, seconds, columns }: Answer): string {
  const shape = `${count.format(rows)} ${rows === 1 ? "row" : "rows"}, ${columns.length} ${columns.length === 1 ? "column" : "columns"}`;
  const more = cut ? ` There are more: only the first ${count.format(rows)} are kept.` : "";
  return `${shape} in ${seconds.toFixed(seconds < 1 ? 2 : 1)} s.${more}`;
}

/** What the engine says, without advice that doesn't apply here. */
function plainWords(error: unknown): string {
  const text = messageOf(error);
  const extension = /exists in the (\w+) extension/.exec(text)?.[1];
  if (extension)
    return `${text.split("\n", 1)[0]?.replace(/^Catalog Error: /, "")} This engine comes without the ${extension} extension, and nothing is loaded from elsewhere.`;
  if (/file system operations are disabled|external extensions is disabled/i.test(text))
    return "Queries here read the tables of this page only: no files, no other addresses, no extensions.";
  if (/attached in read-only mode/.test(text)) return "The tables can't be changed here. CREATE TEMP TABLE works.";
  if (/Out of Memory/i.test(text)) return `The query needs more memory than the browser gives. ${text.split("\n", 1)[0]}`;
  return text.trim().replace(/^(?:Parser|Binder|Catalog|Invalid Input|Conversion|Out of Range) Error: /, "");
}

/** The engine wraps what its parser says in JSON. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (!text.startsWith('{"exception_type"')) return text;
  return (JSON.parse(text) as { readonly exception_message: string }).exception_message;
}

/** The answer on the page. */
class Results {
  private readonly section = element("results");
  private chart: ChartPanel | null = null;

  clear(): void {
    this.chart?.remove();
    this.chart = null;
    this.section.hidden = true;
    element("table").replaceChildren();
    element("downloads").replaceChildren();
  }

  show(answer: Answer, engine: AskEngine): void {
    this.section.hidden = false;
    element("table").replaceChildren(...tableOf(answer));
    const begin = "answer";
    element("downloads").replaceChildren(
      downloadButton("CSV", () => save(new Blob([engine.csv(answer.columns)], { type: "text/csv" }), `${begin}.csv`)),
      downloadButton("Parquet", () =>
        save(new Blob([engine.parquet(answer.columns)], { type: "application/vnd.apache.parquet" }), `${begin}.parquet`),
      ),
      make("span", downloadNote(answer), "aside"),
    );
    this.chart = new ChartPanel(answer.columns);
  }
}

function downloadNote({ rows, cut }: Answer): string {
  if (cut) return `the first ${count.format(rows)} rows`;
  return rows > SHOWN_ROWS ? `all ${count.format(rows)} rows` : "";
}

function downloadButton(label: string, act: () => void): HTMLButtonElement {
  const button = make("button", label, "ask-button");
  button.type = "button";
  button.setAttribute("aria-label", `Download the answer as ${label}`);
  button.addEventListener("click", act);
  return button;
}

function save(content: Blob, name: string): void {
  const link = make("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A table whose headings sort it; sorting looks at every row that was kept, not only at those shown. */
function tableOf({ columns, rows }: Answer): HTMLElement[] {
  const table = make("table");
  table.append(make("caption", "The answer"));
  const body = make("tbody");
  const headings = make("tr");
  let order = Array.from({ length: rows }, (_, i) => i);
  let sorted: { column: number; down: boolean } | null = null;
  const fill = () => body.replaceChildren(...order.slice(0, SHOWN_ROWS).map((row) => rowOf(columns, row)));
  for (const [j, column] of columns.entries()) {
    const heading = make("th", "", isNumeric(column.kind) ? "numeric" : "");
    heading.scope = "col";
    const button = make("button", column.name, "ask-sort");
    button.type = "button";
    button.title = `${column.type}: sort by it`;
    button.addEventListener("click", () => {
      const down: boolean = sorted?.column === j ? !sorted.down : isNumeric(column.kind);
      sorted = { column: j, down };
      order = sortedRows(column, rows, down);
      for (const other of headings.children) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      fill();
    });
    heading.append(button);
    headings.append(heading);
  }
  const head = make("thead");
  head.append(headings);
  table.append(head, body);
  fill();
  const parts: HTMLElement[] = [scrolling(table)];
  if (rows > SHOWN_ROWS) parts.push(make("p", `The first ${count.format(SHOWN_ROWS)} of ${count.format(rows)} rows are shown.`, "aside"));
  return parts;
}

/** Rows without a value stay at the end whichever way it goes. */
function sortedRows({ values, kind }: Column, rows: number, down: boolean): number[] {
  const empty = (row: number) => values[row] === null;
  return Array.from({ length: rows }, (_, i) => i).sort((a, b) => {
    const compared = compareCells(values[a] ?? null, values[b] ?? null, kind);
    return (down && !empty(a) && !empty(b) ? -compared : compared) || a - b;
  });
}

function rowOf(columns: readonly Column[], row: number): HTMLTableRowElement {
  const line = make("tr");
  for (const { values, kind } of columns) {
    const value = values[row] ?? null;
    const cell = make("td", value === null ? "NULL" : cellText(value, kind), isNumeric(kind) ? "numeric" : "");
    if (value === null) cell.classList.add("ask-null");
    if (cell.textContent.length > 36) cell.title = cell.textContent.slice(0, 2000);
    line.append(cell);
  }
  return line;
}

function scrolling(table: HTMLTableElement): HTMLElement {
  const box = make("section", "", "scroll ask-scroll");
  box.tabIndex = 0;
  box.setAttribute("aria-label", "The answer as a table");
  box.append(table);
  return box;
}

/** The chart beside the table: drawn when the reader unfolds it, again when a choice or the colors of the page change. */
class ChartPanel {
  private readonly columns: readonly Column[];
  private readonly fold = element<HTMLDetailsElement>("chart");
  private readonly canvas = element("canvas");
  private readonly events = new AbortController();
  private choice: ChartChoice | null;
  private drawn: DrawnChart | null = null;
  private turn = 0;

  constructor(columns: readonly Column[]) {
    this.columns = columns;
    this.choice = suggestChart(columns);
    this.fold.hidden = this.choice === null;
    if (this.choice === null) return;
    const { signal } = this.events;
    this.addChoices(this.choice, signal);
    this.fold.addEventListener("toggle", () => void this.draw(), { signal });
    document.addEventListener("themechange", () => void this.draw(), { signal });
    void this.draw();
  }

  remove(): void {
    this.turn += 1;
    this.events.abort();
    this.drawn?.remove();
    this.canvas.replaceChildren();
  }

  private addChoices(first: ChartChoice, signal: AbortSignal): void {
    const [mark, x, y, color] = (["mark", "x", "y", "color"] as const).map((name) => element<HTMLSelectElement>(`chart-${name}`)) as [
      HTMLSelectElement,
      HTMLSelectElement,
      HTMLSelectElement,
      HTMLSelectElement,
    ];
    const names = this.columns.map(({ name }, index) => new Option(name, String(index)));
    const numbers = names
      .filter((_, index) => isNumeric(this.columns[index]?.kind ?? "text"))
      .map((option) => option.cloneNode(true) as HTMLOptionElement);
    mark.value = first.mark;
    x.replaceChildren(...names);
    y.replaceChildren(...numbers);
    color.replaceChildren(new Option("none", ""), ...names.map((option) => option.cloneNode(true)));
    x.value = String(first.x);
    if (first.y !== null) y.value = String(first.y);
    color.value = first.color === null ? "" : String(first.color);
    const read = () => {
      const chosen = mark.value as Mark;
      y.disabled = chosen === "histogram";
      this.choice = {
        mark: MARKS.includes(chosen) ? chosen : "bars",
        x: Number(x.value),
        y: chosen === "histogram" ? null : Number(y.value),
        color: color.value === "" ? null : Number(color.value),
      };
    };
    read();
    for (const select of [mark, x, y, color])
      select.addEventListener(
        "change",
        () => {
          read();
          void this.draw();
        },
        { signal },
      );
  }

  private async draw(): Promise<void> {
    const { choice } = this;
    if (!choice || !this.fold.open) return;
    this.turn += 1;
    const { turn } = this;
    const place = make("div");
    try {
      const width = Math.max(240, this.canvas.clientWidth - 2);
      const drawn = await drawChart(place, chartSpec(this.columns, choice, width), { dark: isDark() });
      if (turn !== this.turn) {
        drawn.remove();
        return;
      }
      this.drawn?.remove();
      this.drawn = drawn;
      this.canvas.replaceChildren(place);
      const share = shareDrawn(choice, this.columns[0]?.values.length ?? 0);
      element("chart-note").textContent = share < 1 ? `Every ${Math.round(1 / share)}th row is drawn.` : "";
    } catch (error) {
      if (turn !== this.turn) return;
      this.canvas.replaceChildren(
        make("p", `These columns can't be drawn like that: ${error instanceof Error ? error.message : error}`, "ask-failed"),
      );
    }
  }
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

start();
