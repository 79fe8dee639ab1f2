/** The data of a mark, as a small table next to the pointer. Made of text nodes: names in data may contain markup. */
import type { TooltipHandler } from "vega";
import { readable } from "../../../artifacts/chart-names.ts";
import { element } from "./elements.ts";

const DISTANCE = 14;
const MOST_ROWS = 14;
const MOST_CHARACTERS = 120;

/** @returns a handler for one chart, and what takes its box away again */
export function chartTooltip(): { readonly handler: TooltipHandler; remove(): void } {
  const box = element("div", { class: "chart-tooltip", hidden: "" });
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
    box.replaceChildren(element("p", {}, shortened(value)));
    return;
  }
  const rows = Object.entries(readable({ ...value })).filter(
    ([name, content]) => !name.startsWith("_") && typeof content !== "object" && content !== undefined && !isColor(content),
  );
  const shown = rows
    .slice(0, MOST_ROWS)
    .map(([name, content]) => element("tr", {}, element("th", {}, shortened(name)), element("td", {}, shortened(content))));
  box.replaceChildren(...(rows.length > 0 ? [element("table", {}, ...shown)] : []));
}

/** Rows of some figures contain the fill of their bar, which the chart shows anyway. */
function isColor(content: unknown): boolean {
  return typeof content === "string" && /^#[0-9a-f]{6}$/i.test(content);
}

function shortened(value: unknown): string {
  const text = typeof value === "number" ? numberText(value) : String(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en-US") : String(Number(value.toPrecision(6)));
}

/** Next to the pointer, within the window. */
function place(box: HTMLElement, { clientX, clientY }: MouseEvent): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = clientX + DISTANCE + width > innerWidth ? clientX - DISTANCE - width : clientX + DISTANCE;
  const top = clientY + DISTANCE + height > innerHeight ? clientY - DISTANCE - height : clientY + DISTANCE;
  box.style.left = `${Math.max(0, left)}px`;
  box.style.top = `${Math.max(0, top)}px`;
}
