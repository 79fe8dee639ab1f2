/** Two fingers on a chart zoom it as they do on a touchpad, where they arrive as a wheel with Ctrl. One finger scrolls the page. */

/** A wheel zooms by this to the power of its pixels: `zoomDelta` of Vega-Lite. */
const ZOOM_BASE = 1.001;

export function addPinch(canvas: HTMLCanvasElement): void {
  let before: Pinch | null = null;
  canvas.addEventListener("touchstart", ({ touches }) => {
    before = pinchOf(touches);
  });
  canvas.addEventListener(
    "touchmove",
    (event) => {
      const now = pinchOf(event.touches);
      if (now && before) {
        event.preventDefault();
        canvas.dispatchEvent(wheelOf(before, now));
      }
      before = now;
    },
    { passive: false },
  );
}

interface Pinch {
  readonly clientX: number;
  readonly clientY: number;
  readonly span: number;
}

function pinchOf({ 0: a, 1: b, length }: TouchList): Pinch | null {
  if (!a || !b || length !== 2) return null;
  const span = Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
  return { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2, span };
}

function wheelOf(before: Pinch, { clientX, clientY, span }: Pinch): WheelEvent {
  const deltaY = Math.log(before.span / span) / Math.log(ZOOM_BASE);
  return new WheelEvent("wheel", { clientX, clientY, deltaY, ctrlKey: true, bubbles: true, cancelable: true });
}
