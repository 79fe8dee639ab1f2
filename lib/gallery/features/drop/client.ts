/** "Open a figure": takes a PNG that was dropped, chosen, or pasted, and shows its contents. Nothing leaves the page. */

import { messageOf } from "../../../files/errors.ts";
import { printable } from "../../../files/printable.ts";
import { counted } from "../../../format/counts.ts";
import { acceptDrops } from "../../page/client/accept-drops.ts";
import { element } from "../../page/client/elements.ts";
import { askWorker, TooLong } from "./client/background.ts";
import { figureView } from "./client/figure-view.ts";
import type { DrawAnswer, DrawRequest, OpenedFigure, ReaderAnswer, Refusal } from "./client/messages.ts";

const READ_LIMIT_MS = 30_000;
const DRAW_LIMIT_MS = 10_000;

const zone = byId("drop-zone");
const input = byId<HTMLInputElement>("drop-input");
const status = byId("drop-status");
const result = byId("drop-result");
/** Ends the work on the figure before. */
let current = new AbortController();

function byId<T extends HTMLElement>(id: string): T {
  const found = document.querySelector<T>(`#${id}`);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

async function open(files: FileList | null | undefined): Promise<void> {
  const file = files?.[0];
  if (!file) {
    say("That was not a file. Save the figure first, then drop or choose the file.");
    return;
  }
  current.abort(new Error("another file was opened"));
  current = new AbortController();
  const { signal } = current;
  result.replaceChildren();
  say(`Reading ${printable(file.name)} …`);
  const answer = await read(file, signal);
  if (signal.aborted) return;
  if (answer.kind === "refused") refuse(answer);
  else show(answer, file, signal, (files?.length ?? 1) - 1);
}

async function read(file: File, signal: AbortSignal): Promise<ReaderAnswer> {
  try {
    return await askWorker<ReaderAnswer>("drop-reader", file, { limitMs: READ_LIMIT_MS, signal });
  } catch (error) {
    const why =
      error instanceof TooLong ? `takes longer than ${READ_LIMIT_MS / 1000} seconds to read` : `can't be read (${messageOf(error)})`;
    return { kind: "refused", sentence: `${JSON.stringify(file.name)} ${why}.` };
  }
}

function show(figure: OpenedFigure, file: File, signal: AbortSignal, otherFiles: number): void {
  const heading = element("h2", { id: "drop-title", tabindex: "-1" }, printable(file.name));
  const view = figureView(figure, {
    file,
    fingerprint: zone.dataset.fingerprint ?? "",
    pageOf,
    redraw: (spec, scale, place) => void redraw({ spec, scale }, place, signal),
  });
  result.replaceChildren(element("section", { class: "drop-figure", "aria-labelledby": "drop-title" }, heading, ...view));
  const others = otherFiles > 0 ? ` Only the first of ${otherFiles + 1} files was opened.` : "";
  say(`${printable(file.name)} is open. ${carriedBy(figure)}${others}`);
  heading.focus();
}

function refuse({ sentence, drawing }: Refusal): void {
  say(printable(sentence), "refused");
  const page = drawing && ((drawing.id !== null && pageOf(drawing.id)) || pageNamed(drawing.name));
  if (page) status.append(" This gallery has it: ", element("a", { href: page.href }, page.title), ".");
}

function carriedBy({ entries, isStripped }: OpenedFigure): string {
  if (isStripped) return "It has no sidecar.";
  return entries.length === 0 ? "Its contents can't be read." : `It contains ${counted(entries.length, "text")}.`;
}

async function redraw(request: DrawRequest, place: HTMLElement, signal: AbortSignal): Promise<void> {
  place.replaceChildren(element("p", { role: "status" }, "Drawing …"));
  const answer = await drawn(request, signal);
  if (signal.aborted) return;
  if (answer.kind === "refused") {
    place.replaceChildren(element("p", { class: "state state-failed", role: "status" }, printable(answer.sentence)));
    return;
  }
  const { picture, width, height, remarks } = answer;
  const canvas = element("canvas", { role: "img", "aria-label": "The chart, redrawn from its specification" });
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
  canvas.style.maxWidth = `${Math.round(width)}px`;
  place.replaceChildren(
    element("div", { class: "plate-picture" }, canvas),
    element("p", { class: "aside", role: "status" }, `Redrawn: ${Math.round(width)} × ${Math.round(height)} px.`),
    ...remarks.map((remark) => element("p", { class: "aside" }, `Vega warning: ${printable(remark)}`)),
  );
}

async function drawn(request: DrawRequest, signal: AbortSignal): Promise<DrawAnswer> {
  try {
    return await askWorker<DrawAnswer>("drop-drawer", request, { limitMs: DRAW_LIMIT_MS, signal });
  } catch (error) {
    const why =
      error instanceof TooLong
        ? `Drawing took longer than ${DRAW_LIMIT_MS / 1000} seconds and was stopped`
        : `It can't be drawn: ${messageOf(error)}`;
    return { kind: "refused", sentence: `${why}.` };
  }
}

interface FigurePage {
  readonly href: string;
  readonly title: string;
}

/** The page of this gallery that has a figure, by the list of ids at the end of this page. */
function pageOf(id: string): FigurePage | null {
  return linkOf((row) => row.dataset.figure === id);
}

function pageNamed(figure: string): FigurePage | null {
  const hash = `#figure-${encodeURIComponent(figure)}`;
  return linkOf((row) => row.querySelector("a")?.hash === hash);
}

function linkOf(isWanted: (row: HTMLElement) => boolean): FigurePage | null {
  const link = [...document.querySelectorAll<HTMLElement>("[data-figure]")].find(isWanted)?.querySelector("a");
  return link ? { href: link.href, title: link.textContent ?? "" } : null;
}

function say(text: string, state = ""): void {
  status.textContent = text;
  status.className = state === "" ? "drop-status" : `drop-status drop-${state}`;
}

function filterIds(): void {
  const search = byId<HTMLInputElement>("find-input");
  const rows = [...document.querySelectorAll<HTMLElement>("[data-figure]")];
  byId("find-tools").hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !(row.textContent ?? "").toLowerCase().includes(wanted);
    const shown = rows.filter((row) => !row.hidden).length;
    byId("find-status").textContent = shown === 0 ? "No figure in this gallery matches." : `${shown} of ${rows.length} figures`;
  });
}

input.addEventListener(
  "change",
  () =>
    void open(input.files).then(() => {
      input.value = "";
    }),
);
addEventListener("paste", (event) => {
  if ((event.clipboardData?.files.length ?? 0) > 0) void open(event.clipboardData?.files);
});
acceptDrops(
  (isOver) => zone.classList.toggle("drop-over", isOver),
  ({ files }) => void open(files),
);
if (document.getElementById("find-input")) filterIds();
zone.hidden = false;
