/** Tables that sort by a click on a column's name; long ones have a box that filters their rows, and pages. */
import Papa from "papaparse";
import { type CellKind, shownCell } from "../cell-text.ts";
import { compareCells, type SortDirection } from "./cell-order.ts";
import { button, element } from "./elements.ts";
import { fetchedText } from "./unpacked.ts";

/** Shorter tables need no filter. */
const ROWS_WITHOUT_FILTER = 15;
const ROWS_OF_PAGE = 50;
/** Larger files are for other programs than a page. */
const MOST_BYTES = 30_000_000;
const NEXT: Readonly<Record<string, SortDirection>> = { none: "ascending", ascending: "descending", descending: "none" };

/** Cells of a row, whole, in the order of the columns. */
type Row = readonly string[];

/**
 * Sorts, filters and pages a table. Where the file of the table holds more than the page, the rest is fetched when a reader sorts,
 * filters or goes on; from a disk it can't be, and the page says what is covered.
 */
export function makeSortable(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (!body || headers.length === 0) return;
  const kinds = headers.map((header) => ({ numeric: header.classList.contains("numeric"), amount: header.dataset.amount !== undefined }));
  const given = [...body.rows].map((row) => headers.map((_, column) => textOf(row, column)));
  const file = fileOf(table, given);
  let rows: readonly Row[] = given;
  let lacks = file.rows - given.length;
  let filter = "";
  let page = 0;
  let sorted: { readonly column: number; readonly direction: SortDirection } | null = null;

  const status = element("output", { class: "aside" });
  const previous = button("Previous", () => turnTo(page - 1));
  const next = button("Next", () => turnTo(page + 1));
  const pager = element("div", { class: "table-tools" }, previous, next, status);

  /** Fetches what the page lacks, once. */
  const complete = async () => {
    if (lacks === 0 || !file.canLoad) return;
    status.textContent = "Loading all rows …";
    try {
      rows = await loadRows(file.address);
      lacks = 0;
    } catch {
      file.canLoad = false;
    }
  };
  const show = () => {
    const wanted = filter.trim().toLowerCase();
    const matching = wanted === "" ? rows : rows.filter((cells) => cells.some((cell) => cell.toLowerCase().includes(wanted)));
    const order = sorted;
    const ordered =
      order === null || order.direction === "none"
        ? matching
        : matching.toSorted((a, b) =>
            compareCells(a[order.column] ?? "", b[order.column] ?? "", {
              numeric: kinds[order.column]?.numeric ?? false,
              direction: order.direction,
            }),
          );
    const total = wanted === "" ? matching.length + lacks : matching.length;
    page = Math.max(0, Math.min(page, Math.ceil(matching.length / ROWS_OF_PAGE) - 1));
    const shown = ordered.slice(page * ROWS_OF_PAGE, (page + 1) * ROWS_OF_PAGE);
    body.replaceChildren(...shown.map((cells) => rowOf(cells, kinds)));
    say({ wanted, matching: matching.length, total, shown: shown.length });
  };
  const say = ({ wanted, matching, total, shown }: { wanted: string; matching: number; total: number; shown: number }) => {
    const first = page * ROWS_OF_PAGE + 1;
    previous.disabled = page === 0;
    next.disabled = first + ROWS_OF_PAGE > (file.canLoad ? total : matching);
    const isPaged = (file.canLoad ? total : matching) > ROWS_OF_PAGE;
    for (const step of [previous, next]) step.hidden = !isPaged;
    status.textContent = [
      isPaged && shown > 0 && `Rows ${grouped(first)} to ${grouped(first + shown - 1)} of ${grouped(total)}.`,
      wanted !== "" && `${grouped(matching)} of ${grouped(rows.length)} rows match.`,
      lacks > 0 && !file.canLoad && `Sorting and filtering apply to the ${rows.length} rows shown, out of ${grouped(file.rows)}.`,
    ]
      .filter(Boolean)
      .join(" ");
    pager.hidden = status.textContent === "" && !isPaged;
  };
  const turnTo = async (wanted: number) => {
    await complete();
    page = wanted;
    show();
  };

  for (const [column, header] of headers.entries()) {
    const sort = async () => {
      const direction = NEXT[header.getAttribute("aria-sort") ?? "none"] ?? "none";
      for (const other of headers) other.setAttribute("aria-sort", other === header ? direction : "none");
      await complete();
      sorted = { column, direction };
      page = 0;
      show();
    };
    const arrow = element("span", { class: "sort-arrow", "aria-hidden": "true" });
    const sorter = button("", sort, { class: "sort" });
    sorter.append(...header.childNodes, arrow);
    header.append(sorter);
    header.setAttribute("aria-sort", "none");
  }
  const box = table.closest<HTMLElement>(".scroll");
  if (!box || !file.isKnown) return;
  if (file.rows > ROWS_WITHOUT_FILTER) {
    const input = element("input", { type: "search", autocomplete: "off" });
    input.addEventListener("input", async () => {
      await complete();
      filter = input.value;
      page = 0;
      show();
    });
    box.before(element("div", { class: "table-tools" }, element("label", {}, "Filter rows ", input)));
  }
  box.after(pager);
  say({ wanted: "", matching: given.length, total: file.rows, shown: given.length });
}

/** The file that the section of a table names. */
function fileOf(table: HTMLTableElement, given: readonly Row[]) {
  const { rows, bytes, csv } = table.closest<HTMLElement>("[data-rows]")?.dataset ?? {};
  return {
    isKnown: rows !== undefined,
    rows: rows === undefined ? given.length : Number(rows),
    address: csv ?? "",
    canLoad: csv !== undefined && location.protocol !== "file:" && Number(bytes) <= MOST_BYTES,
  };
}

async function loadRows(address: string): Promise<Row[]> {
  return Papa.parse<string[]>(await fetchedText(address), { skipEmptyLines: true }).data.slice(1);
}

/** The whole value where the cell shows a shorter one. */
function textOf(row: HTMLTableRowElement, column: number): string {
  const cell = row.cells[column];
  return cell?.title || (cell?.textContent ?? "");
}

function rowOf(cells: Row, kinds: readonly CellKind[]): HTMLTableRowElement {
  const row = element("tr");
  for (const [column, kind] of kinds.entries()) {
    const { text, title } = shownCell(cells[column] ?? "", kind);
    row.append(element("td", { ...(kind.numeric && { class: "numeric" }), ...(title !== undefined && { title }) }, text));
  }
  return row;
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
