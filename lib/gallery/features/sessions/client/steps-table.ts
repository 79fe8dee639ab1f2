/** The steps of a session and its requests as tables: a click on a row chooses the step in the timeline, and the other way around. */
import Papa from "papaparse";
import { counted } from "../../../../format/counts.ts";
import { grouped, money, NONE } from "../../../../format/numbers.ts";
import { groupBy } from "../../../../stats/group-by.ts";
import { sumOf } from "../../../../stats/sum.ts";
import { STEP_ACTIVITY_TITLES } from "../../../../trace/step-activities.ts";
import type { Timeline, TimelineStep } from "../../../../trace/timeline.ts";
import { button, element, save, scrollBox, tableOf } from "../../../page/client/elements.ts";
import { type Phase, phasesOf } from "../phases.ts";
import { minutesText, secondsText } from "./durations.ts";

const ROWS_OF_A_PAGE = 50;

interface Column {
  readonly title: string;
  readonly isText?: boolean;
  readonly text: (step: TimelineStep) => string;
}

const COLUMNS: readonly Column[] = [
  {
    title: "What happened",
    isText: true,
    text: ({ user, compaction }) => [user && "user message", compaction && "compaction"].filter(Boolean).join(", "),
  },
  { title: "Work", isText: true, text: ({ activity }) => STEP_ACTIVITY_TITLES[activity] },
  { title: "Start", text: ({ startS }) => (startS === null ? "" : startText(startS)) },
  { title: "Prefix", text: ({ prefixTokens }) => grouped(prefixTokens) },
  { title: "Append", text: ({ appendTokens }) => grouped(appendTokens) },
  { title: "Output", text: ({ outputTokens }) => (outputTokens === null ? "" : grouped(outputTokens)) },
  { title: "Generation", text: ({ generationS }) => (generationS === null ? "" : secondsText(generationS)) },
  { title: "Cost", text: ({ costUsd }) => (costUsd === null ? NONE : money(costUsd)) },
  { title: "Tools", isText: true, text: toolsOf },
];

/** Columns of the file with every step. */
const FILE_COLUMNS: Readonly<Record<string, (step: TimelineStep, index: number) => string | number | boolean | null>> = {
  step: (_, index) => index + 1,
  request: ({ request }) => request,
  start_s: ({ startS }) => startS,
  user_message: ({ user }) => user,
  wait_s: ({ waitS }) => waitS,
  prefix_tokens: ({ prefixTokens }) => prefixTokens,
  append_tokens: ({ appendTokens }) => appendTokens,
  output_tokens: ({ outputTokens }) => outputTokens,
  reasoning_tokens: ({ reasoningTokens }) => reasoningTokens,
  generation_s: ({ generationS }) => generationS,
  compaction: ({ compaction }) => compaction,
  cost_usd: ({ costUsd }) => costUsd,
  activity: ({ activity }) => activity,
  tool_calls: ({ callCount }) => callCount,
  tools: toolsOf,
};

export interface StepsTable {
  /** Turns to the page of a step and marks it. */
  mark(step: number): void;
  /** Shows which step the mouse points at, where its row is shown. */
  point(step: number | null): void;
}

export interface StepActs {
  /** Called with the step of a row. */
  readonly choose: (step: number) => void;
  /** Called with the step of the row that the mouse points at. */
  readonly point: (step: number | null) => void;
}

export function stepsTable(section: HTMLElement, { name, steps }: Timeline, { choose, point }: StepActs): StepsTable {
  const body = element("tbody");
  const extent = element("output", { class: "aside" });
  let page = 0;
  let marked = -1;
  const last = Math.max(0, Math.ceil(steps.length / ROWS_OF_A_PAGE) - 1);
  const previous = button("Previous", () => turnTo(page - 1));
  const next = button("Next", () => turnTo(page + 1));
  const turnTo = (wanted: number) => {
    page = Math.max(0, Math.min(last, wanted));
    const from = page * ROWS_OF_A_PAGE;
    const shown = steps.slice(from, from + ROWS_OF_A_PAGE);
    const rows = shown.map((step, i) => {
      const row = stepRow(step, from + i, from + i === marked, choose);
      row.addEventListener("pointerenter", () => point(from + i));
      return row;
    });
    body.replaceChildren(...rows);
    extent.textContent = `Steps ${grouped(from + 1)} to ${grouped(from + shown.length)} of ${grouped(steps.length)}`;
    previous.disabled = page === 0;
    next.disabled = page === last;
  };
  const heads = [{ title: "Step" }, ...COLUMNS].map(headOf);
  const csv = button("Save as CSV", () => save(`${name}-steps.csv`, csvOf(steps), "text/csv"));
  body.addEventListener("pointerleave", () => point(null));
  const box = scrollBox("Steps", tableOf(heads, body));
  section.append(box, element("div", { class: "table-tools" }, ...(last > 0 ? [previous, next] : []), extent, csv));
  section.hidden = false;
  turnTo(0);
  return {
    mark(step) {
      marked = step;
      turnTo(Math.floor(step / ROWS_OF_A_PAGE));
      const row = body.rows[step % ROWS_OF_A_PAGE];
      // The box alone: the page must not jump.
      if (row) box.scrollTop = row.offsetTop - (box.clientHeight - row.offsetHeight) / 2;
    },
    point(step) {
      for (const [i, row] of [...body.rows].entries()) row.classList.toggle("pointed", page * ROWS_OF_A_PAGE + i === step);
    },
  };
}

/** What each request took, from the message of the human to its last step. */
export function requestsTable(section: HTMLElement, { steps }: Timeline, choose: (step: number) => void): void {
  const numbered = steps.map((step, index) => ({ ...step, index }));
  const requests = [...groupBy(numbered, ({ request }) => request)];
  if (requests.length < 2) return;
  const body = element("tbody");
  const longest = Math.max(...requests.map(([, own]) => own.length));
  for (const [request, own] of requests) {
    const [first] = own;
    if (!first) continue;
    const priced = own.filter(({ costUsd }) => costUsd !== null);
    const work = [...groupBy(own, ({ activity }) => activity)].map(([activity, of]) => `${STEP_ACTIVITY_TITLES[activity]} ${of.length}`);
    const calls = own.flatMap((step) => step.calls);
    const failed = calls.filter((call) => call.failed).length;
    body.append(
      element(
        "tr",
        {},
        element(
          "td",
          { class: "numeric" },
          button(request === 0 ? "before" : grouped(request), () => choose(first.index), { class: "step-link" }),
        ),
        cell(grouped(own.length)),
        cell(first.startS === null ? "" : startText(first.startS)),
        cell(first.waitS === null ? "" : secondsText(first.waitS)),
        cell(grouped(Math.max(...own.map((step) => step.prefixTokens + step.appendTokens)))),
        cell(priced.length === 0 ? NONE : money(sumOf(priced, ({ costUsd }) => costUsd ?? 0))),
        cell(grouped(sumOf(own, ({ callCount }) => callCount)) + (failed > 0 ? `, ${grouped(failed)} failed` : "")),
        element("td", { class: "phases" }, phasesRibbon(phasesOf(own), longest, choose)),
        element("td", {}, work.join(", ")),
      ),
    );
  }
  const titles = ["Request", "Steps", "Start", "Waited before", "Largest context", "Cost", "Calls"].map((title) => headOf({ title }));
  section.append(
    element(
      "p",
      { class: "aside" },
      `${counted(requests.length, "request")}; work is counted in steps, and contexts in tokens. Phases are runs of steps that do the same; click one for its first step.`,
    ),
    scrollBox("Requests", tableOf([...titles, headOf({ title: "Phases", isText: true }), headOf({ title: "Work", isText: true })], body)),
  );
  section.hidden = false;
}

/** Boxes as wide as their steps, in the colors of the timeline. The request's own button does the same by keyboard. */
function phasesRibbon(phases: readonly Phase[], longest: number, choose: (step: number) => void): SVGElement {
  const make = (tag: string, attributes: Readonly<Record<string, string | number>>) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    return made;
  };
  const ribbon = make("svg", { viewBox: `0 0 ${longest} 1`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const start = phases[0]?.first ?? 0;
  for (const { activity, first, steps, usd } of phases) {
    const box = make("rect", { class: `key-${activity}`, x: first - start, y: 0, width: steps, height: 1 });
    const title = make("title", {});
    const cost = usd === null ? "" : `, ${money(usd)}`;
    title.textContent = `${STEP_ACTIVITY_TITLES[activity]}: ${counted(steps, "step")} from step ${grouped(first + 1)}${cost}`;
    box.append(title);
    box.addEventListener("click", () => choose(first));
    ribbon.append(box);
  }
  return ribbon;
}

function stepRow(step: TimelineStep, index: number, isMarked: boolean, choose: (step: number) => void): HTMLElement {
  const number = button(grouped(index + 1), () => choose(index), { class: "step-link" });
  const cells = COLUMNS.map(({ text, isText }) => element("td", isText ? {} : { class: "numeric" }, text(step)));
  return element("tr", isMarked ? { "aria-current": "true" } : {}, element("td", { class: "numeric" }, number), ...cells);
}

function headOf({ title, isText }: { readonly title: string; readonly isText?: boolean }): HTMLElement {
  return element("th", { scope: "col", ...(!isText && { class: "numeric" }) }, title);
}

function cell(text: string): HTMLElement {
  return element("td", { class: "numeric" }, text);
}

/** Since the first event of the session. */
function startText(seconds: number): string {
  return seconds < 3600 ? secondsText(seconds) : minutesText(Math.round(seconds / 60));
}

function toolsOf({ calls, callCount }: TimelineStep): string {
  const names = [...groupBy(calls, ({ tool }) => tool)].map(([tool, own]) => (own.length === 1 ? tool : `${tool} ×${own.length}`));
  return [...names, ...(callCount > calls.length ? [`and ${grouped(callCount - calls.length)} more`] : [])].join(", ");
}

function csvOf(steps: readonly TimelineStep[]): string {
  const columns = Object.values(FILE_COLUMNS);
  const records = steps.map((step, index) => columns.map((cellOf) => cellOf(step, index)));
  // Names of tools may begin like formulas of spreadsheets.
  return Papa.unparse([Object.keys(FILE_COLUMNS), ...records], { newline: "\n", escapeFormulae: true });
}
