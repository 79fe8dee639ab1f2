/** A chart scaled down into the width there is, as a picture is, and still pointed at where it is seen. */

/** Text would be too small below this; the element scrolls then. */
const SMALLEST = 0.55;

/**
 * Keeps what was drawn into `content` (the only child of `element`) as wide as the element allows.
 * @returns what ends it
 */
export function fitChart(element: HTMLElement, content: HTMLElement): () => void {
  const canvas = content.querySelector("canvas");
  if (!canvas) return () => {};
  let scale = 1;
  const frame = document.createElement("div");
  frame.className = "chart-frame";
  element.append(frame);
  frame.append(content);
  const scaleToFit = () => {
    const { offsetWidth: width, offsetHeight: height } = canvas;
    if (width === 0 || element.clientWidth === 0) return;
    scale = Math.min(1, Math.max(SMALLEST, element.clientWidth / width));
    content.style.transform = scale === 1 ? "" : `scale(${scale})`;
    frame.style.width = `${Math.floor(width * scale)}px`;
    frame.style.height = `${Math.ceil(height * scale)}px`;
  };
  const observer = new ResizeObserver(scaleToFit);
  observer.observe(element);
  observer.observe(canvas);
  scaleToFit();
  const forget = pointThrough(canvas, () => scale);
  return () => {
    observer.disconnect();
    forget();
  };
}

const EVENTS = ["pointer", "mouse"]
  .flatMap((kind) => ["move", "down", "up", "over", "out"].map((what) => kind + what))
  .concat("wheel", "click", "dblclick");

/**
 * Vega takes the distance of the pointer from the canvas's corner for a place in the chart, which a scaled canvas makes
 * wrong. The canvas answers with the corner from which the distance is right.
 */
function pointThrough(canvas: HTMLCanvasElement, scale: () => number): () => void {
  let pointer = { clientX: 0, clientY: 0 };
  const follow = (event: Event) => {
    const { clientX, clientY } = event as MouseEvent;
    pointer = { clientX, clientY };
  };
  for (const type of EVENTS) addEventListener(type, follow, { capture: true, passive: true });
  canvas.getBoundingClientRect = () => {
    const box = Element.prototype.getBoundingClientRect.call(canvas);
    const corner = (at: number, from: number) => at - (at - from) / scale();
    return new DOMRect(corner(pointer.clientX, box.left), corner(pointer.clientY, box.top), box.width, box.height);
  };
  return () => {
    for (const type of EVENTS) removeEventListener(type, follow, { capture: true });
  };
}
