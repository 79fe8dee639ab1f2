/** On the home page: takes what a visitor drops or chooses, and shows it in place of the page. All work is done by a worker. */
import { messageOf } from "../../../files/errors.ts";
import { bytes as byteText } from "../../format.ts";
import { acceptDrops } from "../../page/client/accept-drops.ts";
import { element, save } from "../../page/client/elements.ts";
import { viewIn } from "./address.ts";
import { droppedFiles, givenFile } from "./client/given-files.ts";
import { OwnPages } from "./client/own-pages.ts";
import { OwnWorker, Stopped } from "./client/own-worker.ts";
import { ProgressView } from "./client/progress.ts";
import type { Found, GivenFile, Opening } from "./messages.ts";

/** Larger files are not even read. */
const LARGEST_DROP_BYTES = 1_500_000_000;

const section = byId<HTMLDetailsElement>("own-trace");
const zone = byId("own-zone");
const work = byId("own-work");
const problem = byId("own-problem");
const [filesInput, folderInput] = [byId<HTMLInputElement>("own-files"), byId<HTMLInputElement>("own-folder")];
let worker: OwnWorker | null = null;

function byId<T extends HTMLElement>(id: string): T {
  const found = document.querySelector<T>(`#${id}`);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

async function open(files: readonly GivenFile[]): Promise<void> {
  if (worker) return;
  section.open = true;
  problem.replaceChildren();
  if (files.length === 0) return refuse("There was no file in that. Drop files or folders, or choose them.");
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  if (size > LARGEST_DROP_BYTES)
    return refuse(
      `These files have ${byteText(size)}, and a browser can handle up to ${byteText(LARGEST_DROP_BYTES)}. Run the command below on your machine instead: it makes the same pages.`,
    );
  const own = new OwnWorker(new URL(section.dataset.worker ?? "", document.baseURI).href);
  worker = own;
  const progress = new ProgressView(() => own.stop());
  show(progress.element);
  progress.element.querySelector("button")?.focus();
  try {
    const found = await own.ask("open", { files, ...settingOf(section) }, (stage, note) => progress.at(stage, note));
    progress.at("draw", "");
    await present(own, found);
  } catch (error) {
    close();
    if (!(error instanceof Stopped)) refuse(messageOf(error));
  }
}

async function present(own: OwnWorker, found: Found): Promise<void> {
  const pages = new OwnPages(own, {
    main: document.querySelector("main") ?? section,
    styles: (section.dataset.styles ?? "").split(" "),
    report: reportOf(found),
    sanitize: (status) => void sanitize(own, status),
    forget: close,
  });
  forgetting = () => pages.close();
  await pages.show({ kind: "dashboard" });
}

let forgetting = () => {};

/** Ends the work, or forgets its results. */
function close(): void {
  worker?.stop();
  worker = null;
  forgetting();
  forgetting = () => {};
  show(null);
}

function show(progress: HTMLElement | null): void {
  work.replaceChildren(...(progress ? [progress] : []));
  work.hidden = progress === null;
  zone.hidden = progress !== null;
}

function refuse(sentence: string): void {
  problem.replaceChildren(...sentence.split("\n").map((line) => element("p", { class: "state state-failed" }, line)));
}

function reportOf({ report }: Found): HTMLElement {
  const lines = report.map((line) => element("li", {}, line));
  return element("details", { class: "own-report" }, element("summary", {}, "What was read"), element("ul", {}, ...lines));
}

async function sanitize(own: OwnWorker, status: HTMLElement): Promise<void> {
  status.textContent = "Sanitizing and checking the rows…";
  try {
    const { trace, rows, findings } = await own.ask("sanitize", null);
    if (trace) save("rounds.jsonl", trace, "application/jsonl");
    status.textContent = trace
      ? `Saved ${rows.toLocaleString("en-US")} rows. The gate read them back and found nothing private.`
      : `Nothing was saved, because the gate found what may be private: ${findings.join("; ")}.`;
  } catch (error) {
    status.textContent = messageOf(error);
  }
}

function settingOf({ dataset }: HTMLElement): Omit<Opening, "files"> {
  const { engine = "", engineBytes, enginePacked, experiments = "" } = dataset;
  return {
    engine: new URL(engine, document.baseURI).href,
    size: { bytes: Number(engineBytes), packed: Number(enginePacked) },
    experiments: experiments.split(" ").filter(Boolean),
    timezone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

function acceptChoices(input: HTMLInputElement): void {
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])].map(givenFile);
    input.value = "";
    void open(files);
  });
}

function start(): void {
  section.hidden = false;
  if (location.protocol === "file:") {
    zone.replaceChildren(
      element("p", {}, "Browsers don't let a page opened from disk start a database. Run gallery --serve, or open the published gallery."),
    );
    return;
  }
  // Browsers that know it choose a folder; for others the button chooses files.
  folderInput.setAttribute("webkitdirectory", "");
  for (const input of [filesInput, folderInput]) acceptChoices(input);
  acceptDrops(
    (isOver) => {
      section.classList.toggle("own-over", isOver);
      if (isOver) section.open = true;
    },
    (dropped) => void droppedFiles(dropped).then(open),
  );
  if (viewIn(location.search)) {
    history.replaceState(null, "", location.pathname);
    section.open = true;
    problem.append(element("p", { class: "state" }, "What was open here is forgotten. Drop it again to see it."));
  }
}

start();
