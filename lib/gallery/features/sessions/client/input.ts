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

export function listenToKeys(timeline: TimelineView): void {
  timeline.stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = timeline.cursor ?? -1;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowRight: () => (event.shiftKey ? timeline.turn(0.25) : timeline.choose(from + 1)),
      ArrowLeft: () => (event.shiftKey ? timeline.turn(-0.25) : timeline.choose(from - 1)),
      ArrowUp: () => timeline.choose(from + 1),
      ArrowDown: () => timeline.choose(from - 1),
      PageUp: () => timeline.choose(from + timeline.stepsOfAScreen),
      PageDown: () => timeline.choose(from - timeline.stepsOfAScreen),
      Home: () => timeline.choose(0),
      End: () => timeline.choose(timeline.lastStep),
      Enter: () => {
        if (timeline.cursor === null) timeline.choose(0);
        timeline.describe();
      },
      "+": () => timeline.zoom(1 / ZOOM_STEP),
      "=": () => timeline.zoom(1 / ZOOM_STEP),
      "-": () => timeline.zoom(ZOOM_STEP),
      _: () => timeline.zoom(ZOOM_STEP),
      "0": () => timeline.showAll(),
    };
    const act = keys[event.key === " " ? "Enter" : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** A wheel alone scrolls the page until the reader is in the timeline. */
export function listenToWheel(timeline: TimelineView): void {
  const turned = (event: WheelEvent) => {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (sideways !== 0) timeline.moveFrom(timeline.view, sideways * unit);
    else if (event.ctrlKey || event.metaKey || document.activeElement === timeline.stage)
      timeline.zoomAt(power(ZOOM_WHEEL, event.deltaY * unit), event.clientX);
    else return;
    event.preventDefault();
  };
  timeline.stage.addEventListener("wheel", turned, { passive: false });
}

/** Dragging moves, a click chooses. */
export function listenToPointer(timeline: TimelineView): void {
  const { stage } = timeline;
  let drag: { readonly id: number; readonly x: number; readonly view: View; moved: boolean } | null = null;
  const end = () => {
    drag = null;
    stage.classList.remove("dragging");
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.isPrimary) drag = { id: event.pointerId, x: event.clientX, view: timeline.view, moved: false };
  });
  stage.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") timeline.pointAt(drag?.moved ? null : event.clientX);
    if (!drag || event.pointerId !== drag.id) return;
    const by = event.clientX - drag.x;
    if (!drag.moved && Math.abs(by) < CLICK_DISTANCE) return;
    if (!drag.moved) stage.setPointerCapture(event.pointerId);
    drag.moved = true;
    stage.classList.add("dragging");
    timeline.moveFrom(drag.view, -by);
  });
  stage.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) timeline.chooseAt(event.clientX);
    end();
  });
  stage.addEventListener("pointercancel", end);
  stage.addEventListener("pointerleave", () => timeline.pointAt(null));
}

export function listenToButtons(section: HTMLElement, timeline: TimelineView): void {
  const buttons: Readonly<Record<string, () => void>> = {
    in: () => timeline.zoom(1 / ZOOM_STEP),
    out: () => timeline.zoom(ZOOM_STEP),
    all: () => timeline.showAll(),
    left: () => timeline.turn(-0.5),
    right: () => timeline.turn(0.5),
  };
  for (const [name, act] of Object.entries(buttons))
    section.querySelector(`[data-timeline-button="${name}"]`)?.addEventListener("click", act);
}
