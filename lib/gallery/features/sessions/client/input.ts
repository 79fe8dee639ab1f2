/** Keys, wheel, pointer and buttons of a timeline. */
import { power } from "../../../../stats/power.ts";
import type { TimelineView } from "./timeline-view.ts";
import type { View } from "./view.ts";

const ZOOM_STEP = 1.6;
const ZOOM_WHEEL = 1.0016;
/** A pointer that moved less has clicked. CSS pixels. */
const CLICK_DISTANCE = 5;
/** Wheels that count lines instead of pixels. */
const LINE_PIXELS = 16;

export function listenToKeys(view: TimelineView): void {
  view.stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = view.chosen ?? -1;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowRight: () => (event.shiftKey ? view.turn(0.25) : view.choose(from + 1)),
      ArrowLeft: () => (event.shiftKey ? view.turn(-0.25) : view.choose(from - 1)),
      ArrowUp: () => view.choose(from + 1),
      ArrowDown: () => view.choose(from - 1),
      PageUp: () => view.choose(from + view.stepsOfAScreen),
      PageDown: () => view.choose(from - view.stepsOfAScreen),
      Home: () => view.choose(0),
      End: () => view.choose(view.lastStep),
      Enter: () => {
        if (view.chosen === null) view.choose(0);
        view.describe();
      },
      "+": () => view.zoom(1 / ZOOM_STEP),
      "=": () => view.zoom(1 / ZOOM_STEP),
      "-": () => view.zoom(ZOOM_STEP),
      _: () => view.zoom(ZOOM_STEP),
      "0": () => view.showAll(),
    };
    const act = keys[event.key === " " ? "Enter" : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** A wheel alone scrolls the page until the reader is in the timeline. */
export function listenToWheel(view: TimelineView): void {
  const turned = (event: WheelEvent) => {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (sideways !== 0) view.moveFrom(view.current, sideways * unit);
    else if (event.ctrlKey || event.metaKey || document.activeElement === view.stage)
      view.zoomAt(power(ZOOM_WHEEL, event.deltaY * unit), event.clientX);
    else return;
    event.preventDefault();
  };
  view.stage.addEventListener("wheel", turned, { passive: false });
}

/** Dragging moves, a click chooses. */
export function listenToPointer(view: TimelineView): void {
  const { stage } = view;
  let drag: { readonly id: number; readonly x: number; readonly view: View; moved: boolean } | null = null;
  const end = () => {
    drag = null;
    stage.classList.remove("dragging");
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.isPrimary) drag = { id: event.pointerId, x: event.clientX, view: view.current, moved: false };
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const by = event.clientX - drag.x;
    if (!drag.moved && Math.abs(by) < CLICK_DISTANCE) return;
    if (!drag.moved) stage.setPointerCapture(event.pointerId);
    drag.moved = true;
    stage.classList.add("dragging");
    view.moveFrom(drag.view, -by);
  });
  stage.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) view.chooseAt(event.clientX);
    end();
  });
  stage.addEventListener("pointercancel", end);
}

export function listenToButtons(section: HTMLElement, view: TimelineView): void {
  const buttons: Readonly<Record<string, () => void>> = {
    in: () => view.zoom(1 / ZOOM_STEP),
    out: () => view.zoom(ZOOM_STEP),
    all: () => view.showAll(),
    left: () => view.turn(-0.5),
    right: () => view.turn(0.5),
  };
  for (const [name, act] of Object.entries(buttons))
    section.querySelector(`[data-timeline-button="${name}"]`)?.addEventListener("click", act);
}
