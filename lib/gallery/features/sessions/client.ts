/** The page of a session: its timeline to move through. The session comes as a script of its own, so that it opens from disk. */
import { readTimeline, type Timeline, type TimelineDocument } from "../../../trace/timeline.ts";
import { addFigureTools } from "../../page/client/figures.ts";
import { listenToButtons, listenToKeys, listenToPointer, listenToWheel } from "./client/input.ts";
import type { Along } from "./client/layout.ts";
import { TimelineView } from "./client/timeline-view.ts";

declare global {
  /** What the script of a session leaves behind. */
  var traceAtlasTimeline: TimelineDocument | undefined;
}

function start(section: HTMLElement, timeline: Timeline): void {
  const view = new TimelineView(section, timeline);
  listenToKeys(view);
  listenToWheel(view);
  listenToPointer(view);
  listenToButtons(section, view);
  const choices = [...section.querySelectorAll<HTMLInputElement>("input[name=along]")];
  for (const choice of choices) choice.addEventListener("change", () => view.arrange(alongOf(choice)));
  document.addEventListener("themechange", () => view.recolor());
  new ResizeObserver(() => view.draw()).observe(view.stage);
  section.hidden = false;
  // A browser may keep the choice of an earlier visit.
  view.arrange(alongOf(choices.find(({ checked }) => checked)));
}

function alongOf(choice: HTMLInputElement | undefined): Along {
  return choice?.value === "clock" ? "clock" : "steps";
}

addFigureTools();
// The session's own script comes after this one.
addEventListener("DOMContentLoaded", () => {
  const section = document.getElementById("timeline");
  const { traceAtlasTimeline } = globalThis;
  if (section && traceAtlasTimeline) start(section, readTimeline(traceAtlasTimeline));
});
