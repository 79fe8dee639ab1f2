/** What the page of an experiment can do besides being read: figures at full size, interactive charts, tables that sort. */
import { addFigureTools } from "../../page/client/figures.ts";
import { makeSortable } from "../../page/client/sortable-table.ts";

/** The list of all experiments shows where this one is. */
function scrollContents(): void {
  const contents = document.querySelector<HTMLElement>(".contents");
  const here = contents?.querySelector<HTMLElement>("[aria-current]");
  if (contents && here) contents.scrollTop = here.offsetTop - contents.offsetTop - contents.clientHeight / 3;
}

addFigureTools();
for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sortable]")) makeSortable(table);
scrollContents();
