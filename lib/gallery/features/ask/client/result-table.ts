/** An answer as a table whose headings sort it. Sorting covers every row that was kept, not only those shown. */

import { shortNumber } from "../../../page/cell-text.ts";
import { button, element, scrollBox, tableOf } from "../../../page/client/elements.ts";
import type { Answer } from "./api.ts";
import { type Column, cellText, compareCells, isNumeric, shortened } from "./values.ts";

const SHOWN_ROWS = 1_000;
/** A table with many columns shows fewer rows. */
const SHOWN_CELLS = 10_000;
const LEAST_ROWS = 10;
/** Longer cells show all of their text when the pointer is over them. */
const SHORT_CHARACTERS = 36;
/** Of longer cells, the rest is only there when the pointer is over them. */
const SHOWN_CHARACTERS = 200;

const count = new Intl.NumberFormat("en-US");

export function resultTable({ columns, rows }: Answer): HTMLElement[] {
  const shown = shownRows(columns.length);
  const body = element("tbody");
  const fill = (order: readonly number[]) => body.replaceChildren(...order.slice(0, shown).map((row) => rowOf(columns, row)));
  const headings = headingsOf(columns, (column, isDown) => fill(sortedRows(column, rows, isDown)));
  fill(Array.from({ length: rows }, (_, i) => i));
  const box = scrollBox("The result as a table", tableOf(headings, body, "The result"));
  box.classList.add("ask-scroll");
  const note = `The first ${count.format(shown)} of ${count.format(rows)} rows are shown.`;
  return rows > shown ? [box, element("p", { class: "aside" }, note)] : [box];
}

/** Rows of an answer that its table shows. */
export function shownRows(columns: number): number {
  return Math.max(LEAST_ROWS, Math.min(SHOWN_ROWS, Math.floor(SHOWN_CELLS / Math.max(1, columns))));
}

/** Numbers begin with the largest, text with the first letter; a second click turns the order around. */
function headingsOf(columns: readonly Column[], sort: (column: Column, isDown: boolean) => void): HTMLElement[] {
  const headings = columns.map((column) => {
    const heading = element("th", { scope: "col", ...numericClass(column) });
    const sortByThis = () => {
      const before = heading.getAttribute("aria-sort");
      const isDown = before === null ? isNumeric(column.kind) : before === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      sort(column, isDown);
    };
    heading.append(button(column.name, sortByThis, { class: "ask-sort", title: `${column.type}; click to sort` }));
    return heading;
  });
  return headings;
}

/** Rows without a value stay at the end in either order. */
function sortedRows({ values, kind }: Column, rows: number, isDown: boolean): number[] {
  const isEmpty = (row: number) => values[row] === null;
  return Array.from({ length: rows }, (_, i) => i).sort((a, b) => {
    const compared = compareCells(values[a] ?? null, values[b] ?? null, kind);
    return (isDown && !isEmpty(a) && !isEmpty(b) ? -compared : compared) || a - b;
  });
}

function rowOf(columns: readonly Column[], row: number): HTMLTableRowElement {
  return element("tr", {}, ...columns.map((column) => cellOf(column, row)));
}

function cellOf(column: Column, row: number): HTMLTableCellElement {
  const value = column.values[row] ?? null;
  const text = value === null ? "NULL" : cellText(value, column.kind);
  const shown = column.kind === "real" ? shortNumber(text) : shortened(text, SHOWN_CHARACTERS);
  const cell = element("td", numericClass(column), shown);
  if (value === null) cell.classList.add("ask-null");
  if (text.length > SHORT_CHARACTERS || shown !== text) cell.title = text;
  return cell;
}

function numericClass({ kind }: Column): Record<string, string> {
  return isNumeric(kind) ? { class: "numeric" } : {};
}
