/** What the page of an experiment can do besides being read: figures at full size, interactive charts, tables that sort. */
import { addFigureTools } from "../../page/client/figures.ts";
import { makeSortable } from "../../page/client/sortable-table.ts";

addFigureTools();
for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sortable]")) makeSortable(table);
