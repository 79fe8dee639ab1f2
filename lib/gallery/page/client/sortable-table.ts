/** Tables that sort by a click on a column's name, and long ones with a box that filters their rows. */
import { compareCells, type SortDirection } from "./cell-order.ts";
import { button, element } from "./elements.ts";

/** Shorter tables need no filter. */
const ROWS_WITHOUT_FILTER = 15;
const NEXT: Readonly<Record<string, SortDirection>> = { none: "ascending", ascending: "descending", descending: "none" };

/** Sorts and filters the rows that the page holds; where the file holds more, it says so. */
export function makeSortable(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (!body || headers.length === 0) return;
  const rows = [...body.rows];
  for (const [column, header] of headers.entries()) {
    const sort = () => {
      const direction = NEXT[header.getAttribute("aria-sort") ?? "none"] ?? "none";
      for (const other of headers) other.setAttribute("aria-sort", other === header ? direction : "none");
      const numeric = header.classList.contains("numeric");
      body.append(
        ...(direction === "none"
          ? rows
          : rows.toSorted((a, b) => compareCells(textOf(a, column), textOf(b, column), { numeric, direction }))),
      );
    };
    const arrow = element("span", { class: "sort-arrow", "aria-hidden": "true" });
    const sorter = button("", sort, { class: "sort" });
    sorter.append(...header.childNodes, arrow);
    header.append(sorter);
    header.setAttribute("aria-sort", "none");
  }
  addStatus(table, rows);
}

/** The whole value where the cell shows a shorter one. */
function textOf(row: HTMLTableRowElement, column: number): string {
  const cell = row.cells[column];
  return cell?.title || (cell?.textContent ?? "");
}

function addStatus(table: HTMLTableElement, rows: readonly HTMLTableRowElement[]): void {
  const box = table.closest<HTMLElement>(".scroll");
  const section = table.closest<HTMLElement>("[data-rows]");
  if (!box || !section) return;
  const all = Number(section.dataset.rows);
  const status = element("output", { class: "aside" });
  const say = (shown: number) => {
    const ofThese = shown < rows.length ? `${shown} of ${rows.length} rows match` : "";
    const ofAll =
      all > rows.length ? `Sorting and filtering apply to the ${rows.length} rows shown, out of ${all.toLocaleString("en-US")}` : "";
    status.textContent = [ofThese, ofAll]
      .filter(Boolean)
      .map((text) => `${text}.`)
      .join(" ");
  };
  const tools = element("div", { class: "table-tools" }, rows.length > ROWS_WITHOUT_FILTER ? filterOf(rows, say) : null, status);
  say(rows.length);
  if (tools.childElementCount > 1 || status.textContent !== "") box.before(tools);
}

function filterOf(rows: readonly HTMLTableRowElement[], say: (shown: number) => void): HTMLElement {
  const input = element("input", { type: "search", autocomplete: "off" });
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = ![...row.cells].some((_, column) => textOf(row, column).toLowerCase().includes(wanted));
    say(rows.filter((row) => !row.hidden).length);
  });
  return element("label", {}, "Filter rows ", input);
}
