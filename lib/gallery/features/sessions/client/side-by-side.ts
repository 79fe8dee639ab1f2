/** The page that puts sessions side by side. Which ones is in the address; each comes as a script of its own, so that the page works from disk. */
import { readTimeline, type Timeline } from "../../../../trace/timeline.ts";
import { element } from "../../../page/client/elements.ts";
import { chosenNames, LETTERS, sideOf } from "../side-by-side.ts";
import { comparisonView } from "./comparison-view.ts";
import { loadedSession } from "./packed-sessions.ts";

async function start(form: HTMLFormElement, place: HTMLElement): Promise<void> {
  const selects = LETTERS.flatMap((letter) => form.querySelector<HTMLSelectElement>(`select[name=${letter}]`) ?? []);
  const options = Array.from(selects[0]?.options ?? []);
  // The page has them once: there may be thousands.
  for (const select of selects.slice(1)) select.append(...options.map((option) => option.cloneNode(true)));
  const names = options.map(({ value }) => value).filter(Boolean);
  const chosen = chosenNames(location.search, names);
  for (const [i, select] of selects.entries()) select.value = chosen[i] ?? "";
  // Pages may not send forms, so the address is set here.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const named = selects.filter(({ value }) => value !== "").map(({ name, value }) => [name, value]);
    location.search = new URLSearchParams(named).toString();
  });
  const timelines: Timeline[] = [];
  const partOf = new Map(options.map(({ value, dataset }) => [value, dataset.part ?? ""]));
  for (const name of chosen) timelines.push(await timelineOf(name, partOf.get(name) ?? ""));
  const sides = timelines.flatMap((timeline, i) => {
    const letter = LETTERS[i];
    return letter ? [sideOf(letter, timeline)] : [];
  });
  place.replaceChildren(...comparisonView(sides));
}

/** One after the other: all leave their session in the same place. */
function timelineOf(name: string, part: string): Promise<Timeline> {
  return new Promise((resolve, reject) => {
    const script = element("script", { src: part });
    script.addEventListener("load", async () => {
      script.remove();
      const data = await loadedSession(name);
      if (data) resolve(readTimeline(data));
      else reject(new Error(`${name} has no timeline`));
    });
    script.addEventListener("error", () => reject(new Error(`the timeline of ${name} can't be loaded`)));
    document.head.append(script);
  });
}

const form = document.querySelector<HTMLFormElement>("form.side-by-side");
const place = document.getElementById("side-by-side");
if (form && place)
  start(form, place).catch((error: unknown) => {
    place.replaceChildren(
      element("p", { class: "state" }, `The sessions can't be shown: ${error instanceof Error ? error.message : error}.`),
    );
  });
