/** Adds a view at full size and an interactive chart to the figures of a page. */
import { button, element } from "./elements.ts";
import { addLightbox } from "./lightbox.ts";
import { addLiveChart } from "./live-chart.ts";

export function addFigureTools(): void {
  const plates = [...document.querySelectorAll<HTMLElement>(".plate")];
  const open = addLightbox(plates);
  for (const plate of plates) {
    const enlarge = button("Enlarge", () => open(plate, enlarge), { "aria-haspopup": "dialog" });
    const tools = element("div", { class: "plate-tools" }, enlarge);
    plate.querySelector(".plate-picture")?.after(tools);
    addLiveChart(plate, tools);
  }
}
