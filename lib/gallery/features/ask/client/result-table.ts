/** An answer as a table whose headings sort it. Sorting covers every row that was kept, not only those shown. */
import { button, element, scrollBox, tableOf } from "../../../page/client/elements.ts";
import type { Answer } from "./api.ts";
import { type Column, cellText, compareCells, isNumeric } from "./values.ts";

export const SHOWN_ROWS = 1000;
/** Longer cells show all of their text when the pointer is over them. */
const SHORT_CHARACTERS = 36;
const MOST_CHARACTERS = 2000;

const count = new Intl.NumberFormat("en-US");

export function resultTable({ columns, rows }: Answer): HTMLElement[] {
  const body = element("tbody");
  const fill = (order: readonly number[]) => body.replaceChildren(...order.slice(0, SHOWN_ROWS).map((row) => rowOf(columns, row)));
  const headings = headingsOf(columns, (column, isDown) => fill(sortedRows(column, rows, isDown)));
  fill(Array.from({ length: rows }, (_, i) => i));
  const box = scrollBox("The result as a table", tableOf(headings, body, "The result"));
  box.classList.add("ask-scroll");
  const note = `The first ${count.format(SHOWN_ROWS)} of ${count.format(rows)} rows are shown.`;
  return rows > SHOWN_ROWS ? [box, element("p", { class: "aside" }, note)] : [box];
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
  const cell = element("td", numericClass(column), text);
  if (value === null) cell.classList.add("ask-null");
  if (text.length > SHORT_CHARACTERS) cell.title = text.slice(0, MOST_CHARACTERS);
  return cell;
}

function numericClass({ kind }: Column): Record<string, string> {
  return isNumeric(kind) ? { class: "numeric" } : {};
}
