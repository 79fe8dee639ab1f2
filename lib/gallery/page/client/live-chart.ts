/** A figure's chart in place of its picture, from the same spec. */
import { ChartBox } from "./chart-box.ts";
import { button, element } from "./elements.ts";
import { loadScript } from "./script.ts";
import { unpackedJson } from "./unpacked.ts";

/** What the scripts of charts leave behind: specs by the names of figures, packed. */
declare global {
  var traceAtlasSpecs: ReadonlyMap<string, string> | undefined;
}

const BY_MOUSE = {
  reading: "Point anywhere to see values, or use the arrow keys.",
  moving: "Drag to pan, Ctrl + wheel to zoom, double-click to reset, Shift + drag to select a range.",
};
const BY_TOUCH = { reading: "Tap a mark or a curve to see values.", moving: "Pinch to zoom, double-tap to reset." };

/** Padding and border of the chart's box on a narrow screen, in CSS pixels. */
const EDGES = 12;

/** So far below the window a chart is drawn that the reader is about to see, in CSS pixels. */
const AHEAD = 300;

/**
 * Adds a button that turns the picture of a plate into its chart and back. Where the picture is wider than the screen, the chart
 * takes its place by itself, laid out for the screen.
 * @param status says how it goes
 */
export function addLiveChart(plate: HTMLElement, tools: HTMLElement, status: HTMLElement): void {
  const picture = plate.querySelector<HTMLElement>(".plate-picture");
  const { spec: address, chart: name } = plate.dataset;
  if (!picture || address === undefined || name === undefined) return;
  const box = element("section", { class: "plate-chart", hidden: "", tabindex: "0", "aria-label": "Interactive chart" });
  picture.after(box);
  const chart = new ChartBox(box);

  const show = async () => {
    status.textContent = "Loading…";
    try {
      const drawn = await chart.draw(specOf(name, address), { panAndZoom: true, width: plate.clientWidth - EDGES });
      if (!drawn) return;
      const { reading, moving } = matchMedia("(pointer: coarse)").matches ? BY_TOUCH : BY_MOUSE;
      box.hidden = false;
      picture.hidden = true;
      status.textContent = drawn.panAndZoom ? `${reading} ${moving}` : reading;
      afterLayout(() => {
        if (box.scrollWidth > box.clientWidth) status.append(" Swipe to see all of it.");
      });
    } catch (error) {
      hide();
      status.textContent = `The chart could not be drawn: ${error instanceof Error ? error.message : String(error)}. The image shows the same data.`;
    }
  };
  const hide = () => {
    label(false);
    chart.clear();
    box.hidden = true;
    picture.hidden = false;
    status.textContent = "";
  };
  const want = () => {
    label(true);
    void show();
  };
  const toggle = button("Interactive", () => (isWanted() ? hide() : want()));
  const isWanted = () => toggle.ariaPressed === "true";
  const label = (wanted: boolean) => {
    toggle.ariaPressed = String(wanted);
    toggle.textContent = wanted ? "Back to image" : "Interactive";
  };
  label(false);
  tools.append(toggle);
  if (picture.scrollWidth > picture.clientWidth) onceInSight(plate, want);
  document.addEventListener("themechange", () => {
    if (isWanted()) void show();
  });
  addEventListener("beforeprint", () => {
    if (isWanted()) hide();
  });
}

/** The chart is scaled to its box in the next frame. */
function afterLayout(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act));
}

function onceInSight(plate: HTMLElement, act: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: `0px 0px ${AHEAD}px 0px` },
  );
  observer.observe(plate);
}

async function specOf(name: string, address: string): Promise<object> {
  await loadScript(new URL(address, document.baseURI).href);
  const packed = globalThis.traceAtlasSpecs?.get(name);
  if (packed === undefined) throw new Error("its spec did not load");
  return unpackedJson<object>(packed);
}
