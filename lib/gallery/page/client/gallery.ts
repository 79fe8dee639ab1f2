/** What scripts add to every page: search, copy buttons, links into folded text. */
import { addSearch, showResults } from "../../features/search/client.ts";
import { copyText } from "./copy.ts";
import { button, save } from "./elements.ts";
import { fetched } from "./unpacked.ts";

/** A button that copies each command, file of code or reference. */
function addCopyButtons(): void {
  for (const block of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    const copy = async () => {
      await copyText(block.querySelector("code")?.textContent ?? "");
      made.textContent = "Copied";
      setTimeout(() => {
        made.textContent = "Copy";
      }, 2000);
    };
    const made = button("Copy", copy, { class: "copy", "aria-label": block.dataset.copy ?? "Copy" });
    block.append(made);
  }
}

/** Opens the fold or the popover that a link leads into. */
function unfoldTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.popover) target.showPopover();
  const fold = target?.closest("details");
  if (!target || !fold || fold.open) return;
  fold.open = true;
  target.scrollIntoView();
}

const TYPES: Readonly<Record<string, string>> = { csv: "text/csv", json: "application/json" };

/** A packed file is saved as it was before it was packed. A page opened from disk can't read it, and saves what is there. */
function unpackDownloads(): void {
  if (location.protocol === "file:") return;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[download]:is([href$=".csv.gz"], [href$=".json.gz"], [href$=".zst"])'))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      saveUnpacked(link).catch(() => location.assign(link.href));
    });
}

async function saveUnpacked({ href, pathname }: HTMLAnchorElement): Promise<void> {
  const name = decodeURIComponent(pathname.replace(/^.*\/|\.(gz|zst)$/g, ""));
  const ending = name.replace(/^.*\./, "");
  save(name, await fetched(href), TYPES[ending] ?? "application/octet-stream");
}

/** What is above this share of the window has been read. */
const LINE_PERCENT = 30;

/** Marks the part in view in "On this page". */
function followReading(): void {
  const links = new Map<string, HTMLAnchorElement>();
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".on-this-page a"))
    links.set(decodeURIComponent(link.hash.slice(1)), link);
  const parts = [...links.keys()].map((id) => document.getElementById(id)).filter((part) => part !== null);
  if (parts.length === 0) return;
  const mark = () => {
    const line = (innerHeight * LINE_PERCENT) / 100;
    const reading = parts.filter((part) => part.getBoundingClientRect().top <= line).pop();
    for (const link of links.values()) link.removeAttribute("aria-current");
    if (reading) links.get(reading.id)?.setAttribute("aria-current", "true");
  };
  // A part is in this box once its top is above the line, however far above.
  const observer = new IntersectionObserver(mark, { rootMargin: `1000000px 0px -${100 - LINE_PERCENT}%` });
  for (const part of parts) observer.observe(part);
}

addSearch();
void showResults();
addCopyButtons();
unpackDownloads();
unfoldTarget();
addEventListener("hashchange", unfoldTarget);
followReading();
