/** Adds a view at full size and an interactive chart to the figures of a page. */
import { addLightbox } from "./lightbox.ts";
import { addLiveChart } from "./live-chart.ts";

export function addFigureTools(): void {
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
}
