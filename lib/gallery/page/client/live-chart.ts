/** A figure's chart in place of its picture, from the same spec. */
import { isDark } from "./color-scheme.ts";
import { type DrawnChart, drawChart } from "./draw-chart.ts";
import { loadScript } from "./script.ts";

/** What the scripts of charts leave behind. */
declare global {
  var traceAtlasSpecs: ReadonlyMap<string, object> | undefined;
}

const READING = "Hover over a mark to see its values.";
const MOVING = `${READING} Drag to pan, Ctrl + wheel to zoom, double-click to reset.`;

/** Adds a button that turns the picture of a plate into its chart and back. */
export function addLiveChart(plate: HTMLElement, tools: HTMLElement): void {
  const picture = plate.querySelector<HTMLElement>(".plate-picture");
  const { spec: address, chart: name } = plate.dataset;
  if (!picture || address === undefined || name === undefined) return;
  const box = document.createElement("section");
  box.className = "plate-chart";
  box.hidden = true;
  box.tabIndex = 0;
  box.setAttribute("aria-label", "Interactive chart");
  picture.after(box);
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", "false");
  button.textContent = "Interactive";
  const status = document.createElement("span");
  status.className = "aside";
  status.setAttribute("role", "status");
  tools.append(button, status);

  let drawn: DrawnChart | null = null;
  let wanted = false;
  /** Counts requests, so that a chart that is late does not replace a later one. */
  let turn = 0;

  const show = async () => {
    turn += 1;
    const mine = turn;
    status.textContent = "Loading…";
    try {
      await loadScript(new URL(address, document.baseURI).href);
      const spec = globalThis.traceAtlasSpecs?.get(name);
      if (!spec) throw new Error("its spec did not load");
      const canvasBox = document.createElement("div");
      const next = await drawChart(canvasBox, spec, { dark: isDark(), panAndZoom: true });
      if (mine !== turn || !wanted) {
        next.remove();
        return;
      }
      drawn?.remove();
      drawn = next;
      box.replaceChildren(canvasBox);
      box.hidden = false;
      picture.hidden = true;
      status.textContent = next.panAndZoom ? MOVING : READING;
    } catch (error) {
      if (mine !== turn) return;
      hide();
      status.textContent = `The chart could not be drawn: ${error instanceof Error ? error.message : String(error)}. The image shows the same data.`;
    }
  };

  const hide = () => {
    turn += 1;
    wanted = false;
    drawn?.remove();
    drawn = null;
    box.hidden = true;
    box.replaceChildren();
    picture.hidden = false;
    status.textContent = "";
    label();
  };

  const label = () => {
    button.setAttribute("aria-pressed", String(wanted));
    button.textContent = wanted ? "Back to image" : "Interactive";
  };

  button.addEventListener("click", () => {
    if (wanted) return hide();
    wanted = true;
    label();
    void show();
  });
  document.addEventListener("themechange", () => {
    if (wanted) void show();
  });
  addEventListener("beforeprint", () => {
    if (wanted) hide();
  });
}
