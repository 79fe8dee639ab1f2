/** What the page of an experiment can do beyond being read: figures at full size, charts that answer, tables that sort. */

import { makeSortable } from "../../page/client/sortable-table.ts";
import { addLightbox } from "./client/lightbox.ts";
import { addLiveChart } from "./client/live-chart.ts";

const plates = [...document.querySelectorAll<HTMLElement>(".plate")];
const open = addLightbox(plates);
for (const plate of plates) {
  const tools = document.createElement("div");
  tools.className = "plate-tools";
  plate.querySelector(".plate-picture")?.after(tools);
  const enlarge = document.createElement("button");
  enlarge.type = "button";
  enlarge.textContent = "Enlarge";
  enlarge.setAttribute("aria-haspopup", "dialog");
  enlarge.addEventListener("click", () => open(plate, enlarge));
  tools.append(enlarge);
  addLiveChart(plate, tools);
}
for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sortable]")) makeSortable(table);

const contents = document.querySelector<HTMLElement>(".contents");
const here = contents?.querySelector<HTMLElement>("[aria-current]");
if (contents && here) contents.scrollTop = here.offsetTop - contents.offsetTop - contents.clientHeight / 3;
