/** What a mark stands for, as a small table beside the pointer. Made of text nodes: names in data may hold markup. */
import type { TooltipHandler } from "vega";
import { readable } from "../chart-names.ts";

const DISTANCE = 14;
const MOST_ROWS = 14;
const MOST_CHARACTERS = 120;

interface Place {
  readonly x?: number;
  readonly y?: number;
}

interface Item extends Place {
  readonly datum?: unknown;
  readonly mark: { readonly marktype: string; readonly items: readonly Item[]; readonly group?: Group };
}

interface Group extends Place {
  readonly mark?: { readonly group?: Group };
}

/** @returns a handler for one chart, and what takes its box away again */
export function chartTooltip(): { readonly handler: TooltipHandler; remove(): void } {
  const box = document.createElement("div");
  box.className = "chart-tooltip";
  box.hidden = true;
  document.body.append(box);
  const handler: TooltipHandler = (handlerOfView, event, item, value) => {
    if (value === null || value === undefined || value === "") {
      box.hidden = true;
      return;
    }
    const pointed = item as unknown as Item;
    const nearest = isPath(pointed) ? nearestPoint(pointed, positionIn(handlerOfView, event)) : null;
    fill(box, nearest?.datum ?? value);
    box.hidden = box.childElementCount === 0;
    place(box, event);
  };
  return { handler, remove: () => box.remove() };
}

/** Lines and areas are one mark of many rows, and Vega gives the first of them wherever one points. */
function isPath({ mark }: Item): boolean {
  return ["line", "area", "trail"].includes(mark.marktype);
}

function nearestPoint(item: Item, pointer: Place): Item {
  const origin = originOf(item.mark.group);
  const distance = ({ x = 0, y = 0 }: Item) =>
    Math.hypot(x + (origin.x ?? 0) - (pointer.x ?? 0), (y + (origin.y ?? 0) - (pointer.y ?? 0)) / 4);
  return item.mark.items.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best), item);
}

function originOf(group: Group | undefined): Place {
  if (!group) return { x: 0, y: 0 };
  const outer = originOf(group.mark?.group);
  return { x: (outer.x ?? 0) + (group.x ?? 0), y: (outer.y ?? 0) + (group.y ?? 0) };
}

function positionIn(handler: unknown, event: MouseEvent): Place {
  const { _origin: [left, top] = [0, 0] } = handler as { readonly _origin?: readonly [number, number] };
  const bounds = (event.target as Element).getBoundingClientRect();
  return { x: event.clientX - bounds.left - left, y: event.clientY - bounds.top - top };
}

function fill(box: HTMLElement, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    box.replaceChildren(cell("p", textOf(value)));
    return;
  }
  const rows = Object.entries(readable(value as Readonly<Record<string, unknown>>)).filter(
    ([name, content]) => !name.startsWith("_") && typeof content !== "object" && content !== undefined && !isColour(content),
  );
  const table = document.createElement("table");
  for (const [name, content] of rows.slice(0, MOST_ROWS)) {
    const row = document.createElement("tr");
    row.append(cell("th", name), cell("td", textOf(content)));
    table.append(row);
  }
  box.replaceChildren(...(rows.length > 0 ? [table] : []));
}

/** Figures carry the fills of bars in their rows; pointing shows them. */
function isColour(content: unknown): boolean {
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

/** Beside the pointer, within the window. */
function place(box: HTMLElement, { clientX, clientY }: MouseEvent): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = clientX + DISTANCE + width > innerWidth ? clientX - DISTANCE - width : clientX + DISTANCE;
  const top = clientY + DISTANCE + height > innerHeight ? clientY - DISTANCE - height : clientY + DISTANCE;
  box.style.left = `${Math.max(0, left)}px`;
  box.style.top = `${Math.max(0, top)}px`;
}
