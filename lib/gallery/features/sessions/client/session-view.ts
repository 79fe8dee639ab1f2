/** A session on a page: its timeline to move through and its steps; the address says where in it. */
import { readTimeline, type Timeline } from "../../../../trace/timeline.ts";
import { liveContexts, type SessionData } from "../context.ts";
import { listenToButtons, listenToKeys, listenToPointer, listenToWheel } from "./input.ts";
import type { Along } from "./layout.ts";
import { hashOf, placeIn } from "./place.ts";
import { requestsTable, type StepActs, type StepsTable, stepsTable } from "./steps-table.ts";
import { TimelineView } from "./timeline-view.ts";

/** @param signal aborted when the session leaves the page */
export function startSession(section: HTMLElement, data: SessionData, signal?: AbortSignal): void {
  const timeline = readTimeline(data);
  const contexts = data.context ? liveContexts(data.context, timeline.steps) : [];
  const view = new TimelineView(section, timeline, contexts);
  listenToKeys(view);
  listenToWheel(view);
  listenToPointer(view);
  listenToButtons(section, view);
  const choices = [...section.querySelectorAll<HTMLInputElement>("input[name=along]")];
  for (const choice of choices) choice.addEventListener("change", () => view.arrange(alongOf(choice)));
  const listening = signal && { signal };
  document.addEventListener("themechange", () => view.recolor(), listening);
  new ResizeObserver(() => view.draw()).observe(view.stage);
  section.hidden = false;
  const choose = (step: number) => {
    view.choose(step);
    view.describe();
    section.scrollIntoView({ block: "nearest" });
  };
  const table = tablesOf(timeline, { choose, point: (step) => view.point(step) });
  view.onPoint = (step) => table?.point(step);
  const goTo = () => {
    const place = placeIn(location.hash);
    // A browser may keep the choice of an earlier visit.
    for (const choice of choices) choice.checked = choice.value === place.along;
    view.goTo(place);
    if (view.cursor !== null) table?.mark(view.cursor);
  };
  goTo();
  addEventListener("hashchange", goTo, listening);
  let marked = view.cursor;
  let waiting = 0;
  view.onChange = () => {
    if (view.cursor !== null && view.cursor !== marked) {
      marked = view.cursor;
      table?.mark(marked);
    }
    // Browsers refuse addresses that change a hundred times in a few seconds.
    clearTimeout(waiting);
    if (signal?.aborted) return;
    waiting = window.setTimeout(() => history.replaceState(null, "", location.pathname + location.search + hashOf(view.place)), 200);
  };
}

function tablesOf(timeline: Timeline, acts: StepActs): StepsTable | null {
  const requests = document.getElementById("requests");
  if (requests) requestsTable(requests, timeline, acts.choose);
  const steps = document.getElementById("steps");
  return steps && stepsTable(steps, timeline, acts);
}

function alongOf(choice: HTMLInputElement): Along {
  return choice.value === "clock" ? "clock" : "steps";
}
