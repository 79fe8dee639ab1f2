/** A chart scaled down into the width there is, as a picture is; Vega finds the pointer in it through the scale. */

/** Text, mostly of 15 and 16 px, would be smaller than 11 px below this; the element scrolls then. */
export const SMALLEST = 0.74;

/**
 * Keeps what was drawn into `content` (the only child of `element`) as wide as the element allows.
 * @returns what ends it
 */
export function fitChart(element: HTMLElement, content: HTMLElement): () => void {
  const canvas = content.querySelector("canvas");
  if (!canvas) return () => {};
  const frame = document.createElement("div");
  frame.className = "chart-frame";
  element.append(frame);
  frame.append(content);
  const scaleToFit = () => {
    const { offsetWidth: width, offsetHeight: height } = canvas;
    if (width === 0 || element.clientWidth === 0) return;
    const scale = Math.min(1, Math.max(SMALLEST, element.clientWidth / width));
    content.style.transform = scale === 1 ? "" : `scale(${scale})`;
    frame.style.width = `${Math.floor(width * scale)}px`;
    frame.style.height = `${Math.ceil(height * scale)}px`;
  };
  const observer = new ResizeObserver(scaleToFit);
  observer.observe(element);
  observer.observe(canvas);
  scaleToFit();
  return () => observer.disconnect();
}
