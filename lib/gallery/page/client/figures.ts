/** Adds a view at full size, an interactive chart and copies to the figures of a page. */
import { addCopyMenu } from "./copy-menu.ts";
import { button, element } from "./elements.ts";
import { addLightbox } from "./lightbox.ts";
import { addLiveChart } from "./live-chart.ts";

export function addFigureTools(): void {
  const plates = [...document.querySelectorAll<HTMLElement>(".plate")];
  const open = addLightbox(plates);
  for (const plate of plates) {
    const picture = plate.querySelector(".plate-picture");
    const enlarge = button("Enlarge", () => open(plate, enlarge), { "aria-haspopup": "dialog" });
    const tools = element("div", { class: "plate-tools" }, enlarge);
    const status = element("span", { class: "aside", role: "status" });
    picture?.after(tools);
    addLiveChart(plate, tools, status);
    addCopyMenu(plate, tools, status);
    tools.append(status);
  }
}
