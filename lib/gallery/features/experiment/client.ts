/** What the page of an experiment can do besides being read: figures at full size, interactive charts, tables that sort, colors of code. */
import { colorOpenedCode } from "../../page/client/colored-code.ts";
import { addFigureTools } from "../../page/client/figures.ts";
import { makeSortable } from "../../page/client/sortable-table.ts";

addFigureTools();
colorOpenedCode();
for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sortable]")) makeSortable(table);
