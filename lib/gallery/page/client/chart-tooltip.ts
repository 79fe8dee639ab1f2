/** The data of a mark, as a small table next to the pointer. Made of text nodes: names in data may contain markup. */
import type { TooltipHandler } from "vega";
import { readable } from "../../atlas/chart-names.ts";

const DISTANCE = 14;
const MOST_ROWS = 14;
const MOST_CHARACTERS = 120;

/** @returns a handler for one chart, and what takes its box away again */
export function chartTooltip(): { readonly handler: TooltipHandler; remove(): void } {
  const box = document.createElement("div");
  box.className = "chart-tooltip";
  box.hidden = true;
  document.body.append(box);
  const handler: TooltipHandler = (_handler, event, _item, value) => {
    if (value === null || value === undefined || value === "") {
      box.hidden = true;
      return;
    }
    fill(box, value);
    box.hidden = box.childElementCount === 0;
    place(box, event);
  };
  return { handler, remove: () => box.remove() };
}

function fill(box: HTMLElement, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    box.replaceChildren(cell("p", textOf(value)));
    return;
  }
  const rows = Object.entries(readable({ ...value })).filter(
    ([name, content]) => !name.startsWith("_") && typeof content !== "object" && content !== undefined && !isColor(content),
  );
  const table = document.createElement("table");
  for (const [name, content] of rows.slice(0, MOST_ROWS)) {
    const row = document.createElement("tr");
    row.append(cell("th", name), cell("td", textOf(content)));
    table.append(row);
  }
  box.replaceChildren(...(rows.length > 0 ? [table] : []));
}

/** Rows of some figures contain the fill of their bar, which the chart shows anyway. */
function isColor(content: unknown): boolean {
  return typeof content === "string" && /^#[0-9a-f]{6}$/i.test(content);
}

function cell(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return element;
}

const whole = new Intl.NumberFormat("en-US");

function textOf(value: unknown): string {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? whole.format(value) : String(Number(value.toPrecision(6)));
}

/** Next to the pointer, within the window. */
function place(box: HTMLElement, { clientX, clientY }: MouseEvent): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = clientX + DISTANCE + width > innerWidth ? clientX - DISTANCE - width : clientX + DISTANCE;
  const top = clientY + DISTANCE + height > innerHeight ? clientY - DISTANCE - height : clientY + DISTANCE;
  box.style.left = `${Math.max(0, left)}px`;
  box.style.top = `${Math.max(0, top)}px`;
}
