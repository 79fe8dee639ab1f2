/** The interactive timeline of a session's page. The session comes as a script of its own, so that it works from a disk. */
import { power } from "../../../stats/power.ts";
import { readTimeline, type Timeline, type TimelineDocument, type TimelineStep } from "../../../trace/timeline.ts";
import { type Colours, drawTimeline, GUTTER, HEIGHT, type Scene, scaleOf } from "./client/canvas.ts";
import { type Along, type Layout, layoutOf, minutesText, moved, secondsText, showing, stepAt, type View, zoomed } from "./client/layout.ts";

/** What the script of a session leaves behind. */
export interface WithTimeline {
  traceAtlasTimeline?: TimelineDocument;
}

const ZOOM_STEP = 1.6;
const ZOOM_WHEEL = 1.0016;
/** A view never shows less than this many units. */
const LEAST: Readonly<Record<Along, number>> = { steps: 4, clock: 0.2 };
/** A pointer that moved less has clicked. CSS pixels. */
const CLICK_DISTANCE = 5;
/** Wheels that count lines instead of pixels. */
const LINE_PIXELS = 16;

const whole = new Intl.NumberFormat("en-US");

function start(section: HTMLElement, timeline: Timeline): void {
  const stage = part<HTMLElement>(section, "stage");
  const canvas = part<HTMLCanvasElement>(section, "canvas");
  const details = part<HTMLElement>(section, "details");
  const layouts = new Map<Along, Layout>();
  let along: Along = "steps";
  let layout = layoutFor(along);
  let view: View = { from: 0, to: layout.length };
  let cursor: number | null = null;
  let colours: Colours | null = null;
  let pending = false;

  function layoutFor(which: Along): Layout {
    const made = layouts.get(which) ?? layoutOf(timeline, which);
    layouts.set(which, made);
    return made;
  }

  function draw(): void {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      const width = stage.clientWidth;
      const ratio = devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(HEIGHT * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(HEIGHT * ratio);
        canvas.style.height = `${HEIGHT}px`;
      }
      const context = canvas.getContext("2d");
      if (!context || width === 0) return;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      colours ??= coloursOf(section);
      const scene: Scene = { timeline, layout, view, byClock: along === "clock", cursor };
      drawTimeline(context, width, scene, colours);
    });
  }

  function show(next: View): void {
    view = next;
    draw();
  }

  const middle = () => {
    const extent = cursor === null ? null : layout.steps[cursor];
    const at = extent ? (extent.from + extent.to) / 2 : (view.from + view.to) / 2;
    return Math.max(view.from, Math.min(view.to, at));
  };
  const zoom = (factor: number, around: number) => zoomed(view, factor, around, layout.length, LEAST[along]);
  /** Keeps the chosen step in view. */
  const zoomToStep = (factor: number) => {
    const next = zoom(factor, middle());
    const extent = cursor === null ? null : layout.steps[cursor];
    show(extent ? showing(next, extent, layout.length) : next);
  };
  const placeAt = (clientX: number) => scaleOf(view, stage.clientWidth).at(clientX - stage.getBoundingClientRect().left);

  function choose(step: number): void {
    cursor = Math.max(0, Math.min(timeline.steps.length - 1, step));
    const extent = layout.steps[cursor];
    if (extent) view = showing(view, extent, layout.length);
    stage.setAttribute("aria-valuenow", String(cursor + 1));
    stage.setAttribute("aria-valuetext", summaryOf(timeline, cursor));
    draw();
  }

  function tell(): void {
    if (cursor !== null) details.replaceChildren(...detailsOf(timeline, cursor));
  }

  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = cursor ?? -1;
    const screen = Math.max(1, Math.round(layout.steps.filter((step) => step && step.from < view.to && step.to > view.from).length * 0.9));
    const keys: Readonly<Record<string, () => void>> = {
      ArrowRight: () => (event.shiftKey ? show(moved(view, (view.to - view.from) / 4, layout.length)) : choose(from + 1)),
      ArrowLeft: () => (event.shiftKey ? show(moved(view, (view.from - view.to) / 4, layout.length)) : choose(from - 1)),
      ArrowUp: () => choose(from + 1),
      ArrowDown: () => choose(from - 1),
      PageUp: () => choose(from + screen),
      PageDown: () => choose(from - screen),
      Home: () => choose(0),
      End: () => choose(timeline.steps.length - 1),
      Enter: () => {
        if (cursor === null) choose(0);
        tell();
      },
      "+": () => zoomToStep(1 / ZOOM_STEP),
      "=": () => zoomToStep(1 / ZOOM_STEP),
      "-": () => zoomToStep(ZOOM_STEP),
      _: () => zoomToStep(ZOOM_STEP),
      "0": () => show({ from: 0, to: layout.length }),
    };
    const action = keys[event.key === " " ? "Enter" : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** A wheel alone scrolls the page until the reader is in the timeline. */
  function wheel(event: WheelEvent): void {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (sideways !== 0) {
      event.preventDefault();
      show(moved(view, (sideways * unit) / scaleOf(view, stage.clientWidth).perUnit, layout.length));
    } else if (event.ctrlKey || event.metaKey || document.activeElement === stage) {
      event.preventDefault();
      show(zoom(power(ZOOM_WHEEL, event.deltaY * unit), placeAt(event.clientX)));
    }
  }

  let drag: { readonly id: number; readonly x: number; readonly view: View; moved: boolean } | null = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    drag = { id: event.pointerId, x: event.clientX, view, moved: false };
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const by = event.clientX - drag.x;
    if (!drag.moved && Math.abs(by) < CLICK_DISTANCE) return;
    if (!drag.moved) stage.setPointerCapture(event.pointerId);
    drag.moved = true;
    stage.classList.add("dragging");
    show(moved(drag.view, -by / scaleOf(view, stage.clientWidth).perUnit, layout.length));
  });
  stage.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved && event.clientX - stage.getBoundingClientRect().left >= GUTTER) {
      const step = stepAt(layout, placeAt(event.clientX));
      if (step !== null) {
        choose(step);
        tell();
      }
    }
    endDrag();
  });
  const endDrag = () => {
    drag = null;
    stage.classList.remove("dragging");
  };
  stage.addEventListener("pointercancel", endDrag);
  stage.addEventListener("keydown", press);
  stage.addEventListener("wheel", wheel, { passive: false });

  const buttons: Readonly<Record<string, () => void>> = {
    in: () => zoomToStep(1 / ZOOM_STEP),
    out: () => zoomToStep(ZOOM_STEP),
    all: () => show({ from: 0, to: layout.length }),
    left: () => show(moved(view, (view.from - view.to) / 2, layout.length)),
    right: () => show(moved(view, (view.to - view.from) / 2, layout.length)),
  };
  for (const [name, action] of Object.entries(buttons))
    section.querySelector(`[data-timeline-button="${name}"]`)?.addEventListener("click", action);
  for (const input of section.querySelectorAll<HTMLInputElement>("input[name=along]")) {
    // A browser may keep the choice of an earlier visit.
    if (input.checked) along = input.value as Along;
    input.addEventListener("change", () => go(input.value as Along));
  }

  function go(next: Along): void {
    along = next;
    layout = layoutFor(next);
    view = { from: 0, to: layout.length };
    section.dataset.along = next;
    draw();
  }

  document.addEventListener("themechange", () => {
    colours = null;
    draw();
  });
  new ResizeObserver(draw).observe(stage);
  stage.setAttribute("aria-valuetext", "No step chosen");
  section.hidden = false;
  go(along);
}

function part<E extends HTMLElement>(section: HTMLElement, name: string): E {
  return section.querySelector(`[data-timeline="${name}"]`) as E;
}

function coloursOf(section: HTMLElement): Colours {
  const style = getComputedStyle(section);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: value("--ink"),
    soft: value("--ink-soft"),
    line: value("--line"),
    block: value("--block"),
    prefix: value("--prefix"),
    append: value("--append"),
    output: value("--output"),
    generation: value("--generation"),
    tool: value("--tool"),
    failed: value("--failed"),
    human: value("--human"),
    user: value("--user"),
    compaction: value("--compaction"),
    cursor: value("--mark"),
    font: style.fontFamily,
  };
}

function summaryOf({ steps }: Timeline, index: number): string {
  const step = steps[index] as TimelineStep;
  return [
    `Step ${whole.format(index + 1)} of ${whole.format(steps.length)}`,
    ...(step.user ? ["with a user message"] : []),
    ...(step.compaction ? ["context compacted"] : []),
    ...(step.startS === null ? [] : [`${secondsText(step.startS)} after the start`]),
    `prefix ${whole.format(step.prefixTokens)}`,
    `append ${whole.format(step.appendTokens)}`,
    `output ${whole.format(step.outputTokens)} tokens`,
    `${step.callCount} tool ${step.callCount === 1 ? "call" : "calls"}`,
  ].join(", ");
}

/** Everything that is known of a step. Made of text nodes: tool names may hold markup. */
function detailsOf({ steps, start: first }: Timeline, index: number): HTMLElement[] {
  const step = steps[index] as TimelineStep;
  const total = step.prefixTokens + step.appendTokens;
  const before = steps[index - 1];
  const dropped = before ? before.prefixTokens + before.appendTokens - total : 0;
  const facts: [string, string][] = [];
  if (step.startS !== null)
    facts.push(["Start", `${minutesText(Math.floor(step.startS / 60))} in${first === null ? "" : `, ${momentText(first, step.startS)}`}`]);
  if (step.waitS !== null) facts.push(["Wait for the human before it", secondsText(step.waitS)]);
  facts.push(["Input", `${whole.format(total)} tokens`]);
  facts.push([
    "Prefix",
    `${whole.format(step.prefixTokens)} tokens${total > 0 ? ` (${((100 * step.prefixTokens) / total).toFixed(1)}%)` : ""}`,
  ]);
  facts.push(["Append", `${whole.format(step.appendTokens)} tokens`]);
  if (step.compaction)
    facts.push([
      "Context compacted",
      `${step.compaction === "explicit" ? "as the trace reports" : "inferred from the input"}${dropped > 0 ? `, ${whole.format(dropped)} tokens fewer` : ""}`,
    ]);
  facts.push(["Output", `${whole.format(step.outputTokens)} tokens`]);
  if (step.reasoningTokens !== null) facts.push(["of it reasoning", `${whole.format(step.reasoningTokens)} tokens`]);
  if (step.generationS !== null)
    facts.push([
      "Generation",
      `${secondsText(step.generationS)}${step.generationS > 0 && step.outputTokens > 0 ? `, ${(step.outputTokens / step.generationS).toFixed(1)} tokens/s` : ""}`,
    ]);
  facts.push(["Tool calls", whole.format(step.callCount)]);
  const heading = element("h3", `Step ${whole.format(index + 1)}${step.user ? ", with a user message" : ""}`);
  const list = document.createElement("dl");
  for (const [name, value] of facts) {
    const row = document.createElement("div");
    row.append(element("dt", name), element("dd", value));
    list.append(row);
  }
  return [heading, list, ...(step.calls.length > 0 ? [callsTable(step)] : [])];
}

function callsTable(step: TimelineStep): HTMLElement {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of ["Tool", "Start", "Time", "Result"]) {
    const cell = element("th", name);
    cell.setAttribute("scope", "col");
    head.append(cell);
  }
  const body = table.createTBody();
  for (const call of step.calls) {
    const row = body.insertRow();
    const after = call.startS === null || step.startS === null ? "" : `+${secondsText(Math.max(0, call.startS - step.startS))}`;
    const result = call.failed === null ? "" : call.failed ? "failed" : "ok";
    for (const text of [call.tool, after, call.durationS === null ? "" : secondsText(call.durationS), result])
      row.append(element("td", text));
  }
  if (step.callCount > step.calls.length) {
    const cell = body.insertRow().insertCell();
    cell.colSpan = 4;
    cell.textContent = `and ${whole.format(step.callCount - step.calls.length)} more`;
  }
  return table;
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** `Nov 21, 2025, 09:18:57 UTC` */
function momentText(first: string, seconds: number): string {
  const time = new Date(Date.parse(first) + seconds * 1000);
  const day = time.toLocaleDateString("en-US", { timeZone: "UTC", month: "short", day: "numeric", year: "numeric" });
  return `${day}, ${time.toISOString().slice(11, 19)} UTC`;
}

/** The session's own script comes after this one. */
addEventListener("DOMContentLoaded", () => {
  const section = document.getElementById("timeline");
  const data = (globalThis as WithTimeline).traceAtlasTimeline;
  if (section && data) start(section, readTimeline(data));
});
