/** The search field at the top of every page. Its index and titles are asked for when it is used. */

import { element } from "../../page/client/elements.ts";
import { assetUrl, loadScript } from "../../page/client/script.ts";
import { type FoundPage, firstPages, type Hit, isPart, merged, nameSearch, sessionSearch, titleSearch } from "./client/hits.ts";
import type { Titles } from "./titles.ts";

const PAUSE_MS = 120;
const LOADING_MS = 6000;
/** In the panel below the field, and on the page of results. */
const PAGES = 8;
const MOST_PAGES = 60;
const EXCERPT_WORDS = 20;

/** The folder of the gallery: scripts are one level down. */
const ROOT = new URL("../", assetUrl("titles"));

interface Pagefind {
  options(options: Record<string, unknown>): Promise<void>;
  init(): Promise<void>;
  search(query: string): Promise<{ readonly results: readonly { data(): Promise<FoundPage> }[] }>;
}

interface Search {
  /** Hits in order of worth. */
  find(query: string): Promise<readonly Hit[]>;
  /** Said below the hits when less than everything is searched. */
  readonly note: string | null;
}

const ONLY_TITLES = "This searches titles and questions only.";
const FROM_DISK =
  "Opened from disk, this searches titles and questions only; on a web server, it also searches captions, tables, and tools.";

async function openSearch(): Promise<Search> {
  const { hasIndex, entries, names, sessions } = await loadTitles();
  const [byName, byTitle, bySession] = [nameSearch(names), titleSearch(entries), sessionSearch(sessions)];
  const found = async (query: string, pages: readonly FoundPage[]) => {
    const ofSessions = bySession(query, await namesOf(query));
    return merged({ names: byName(query), titles: byTitle(query), sessions: ofSessions, pages }, query, entries);
  };
  const titles = (note: string): Search => ({ note, find: (query) => found(query, []) });
  if (location.protocol === "file:") return titles(FROM_DISK);
  if (!hasIndex) return titles(ONLY_TITLES);
  let pagefind: Pagefind;
  try {
    pagefind = await loadPagefind();
  } catch {
    // Some browsers and hosts refuse WebAssembly; the note says what is missing.
    return titles(ONLY_TITLES);
  }
  return {
    note: null,
    async find(query) {
      const { results } = await pagefind.search(query);
      return found(query, await Promise.all(results.slice(0, MOST_PAGES).map((result) => result.data())));
    },
  };
}

/** Names of the sessions that the query may be the id of, as `shortId` makes them; none where browsers don't hash. */
async function namesOf(query: string): Promise<string[]> {
  const id = query.trim();
  if (!/^[\w-]+:?[\w-]{8,}$/.test(id) || !globalThis.crypto?.subtle) return [];
  const ids = id.includes(":") ? [id] : [`claude:${id}`, `codex:${id}`];
  return Promise.all(
    ids.map(async (full) => {
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(full)));
      const digits = [...hash.slice(0, 5)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return `${full.slice(0, full.indexOf(":"))}-${digits}`;
    }),
  );
}

async function loadTitles(): Promise<Titles> {
  let titles: Titles | undefined;
  Object.assign(globalThis, {
    traceAtlasTitles(given: Titles) {
      titles = given;
    },
  });
  await loadScript(assetUrl("titles"));
  if (!titles) throw new Error("the list of titles is broken");
  return titles;
}

/** Without its worker, which the policy of the page would not bind. @throws when it can't run here */
async function loadPagefind(): Promise<Pagefind> {
  // The smallest module there is: refused where WebAssembly is.
  new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const pagefind: Pagefind = await import(new URL("pagefind/pagefind.js", ROOT).href);
  await pagefind.options({ noWorker: true, excerptLength: EXCERPT_WORDS });
  await pagefind.init();
  // It waits forever when a file of the index is missing.
  await Promise.race([
    pagefind.search("atlas"),
    new Promise((_, reject) => setTimeout(() => reject(new Error("the search index does not load")), LOADING_MS)),
  ]);
  return pagefind;
}

let search: Promise<Search> | null = null;

function sharedSearch(): Promise<Search> {
  search ??= openSearch().catch((error) => {
    search = null;
    throw error;
  });
  return search;
}

/** A combobox: the field keeps the focus, arrows choose among the hits. */
export function addSearch(): void {
  const box = document.querySelector<HTMLElement>("[data-search]");
  const field = box?.querySelector("input");
  const list = box?.querySelector<HTMLElement>("[role=listbox]");
  const status = box?.querySelector<HTMLElement>("[role=status]");
  const panel = list?.parentElement;
  if (!box || !field || !list || !status || !panel) return;

  let asked = 0;
  let chosen = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const options = () => [...list.querySelectorAll<HTMLAnchorElement>("[role=option]")];

  const show = (open: boolean) => {
    panel.hidden = !open;
    field.setAttribute("aria-expanded", String(open && options().length > 0));
    if (!open) choose(-1);
  };
  const choose = (index: number) => {
    chosen = index;
    options().forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === index));
      if (i === index) option.scrollIntoView({ block: "nearest" });
    });
    const option = options()[index];
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  };
  const present = (hits: readonly Hit[], message: string, all: string | null) => {
    list.replaceChildren(...hits.map(optionOf));
    status.replaceChildren(message, ...(all === null ? [] : [" ", element("a", { href: all }, "All results")]));
    choose(-1);
    show(true);
  };

  const run = async () => {
    const turn = ++asked;
    const query = field.value.trim();
    if (query === "") return show(false);
    try {
      const { find, note } = await sharedSearch();
      const hits = await find(query);
      if (turn !== asked) return;
      present(firstPages(hits, PAGES), messageOf(query, hits, note), hits.length > 0 ? allResults(query) : null);
    } catch {
      if (turn === asked) present([], FAILED, null);
    }
  };

  /** The selected hit, or the first one for what is in the field now. */
  const open = async () => {
    clearTimeout(timer);
    if (chosen < 0) await run();
    options()[Math.max(chosen, 0)]?.click();
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE_MS);
  });
  // Loads when the field gets the focus; a failure is shown at the first search.
  field.addEventListener("focus", () => void sharedSearch().catch(() => null), { once: true });
  field.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "ArrowDown" && count > 0) {
      if (panel.hidden) show(true);
      choose((chosen + 1) % count);
    } else if (event.key === "ArrowUp" && count > 0 && !panel.hidden) choose((Math.max(chosen, 0) - 1 + count) % count);
    else if (event.key === "Enter") void open();
    else if (event.key === "Escape") {
      if (panel.hidden) field.value = "";
      else show(false);
    } else return;
    event.preventDefault();
  });
  box.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && box.contains(relatedTarget))) show(false);
  });
  field.addEventListener("click", () => show(options().length > 0 && field.value.trim() !== ""));
  // A press on a hit must not take the focus from the field before the click arrives.
  panel.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", () => show(false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isEditable(event.target)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

const FAILED = "Search failed to load. Type again to retry.";

/** The page of results for a query: it can be linked to, and is there again on the way back. */
function allResults(query: string): string {
  return new URL(`search/index.html?q=${encodeURIComponent(query)}`, ROOT).href;
}

/** On the page of results: everything that is found for the query in the address. */
export async function showResults(): Promise<void> {
  const list = document.querySelector<HTMLElement>("[data-results]");
  const status = document.querySelector<HTMLElement>("[data-results-status]");
  const query = (new URLSearchParams(location.search).get("q") ?? "").trim();
  if (!list || !status) return;
  const field = document.querySelector<HTMLInputElement>("[data-search] input");
  if (field) field.value = query;
  if (query === "") return;
  status.textContent = "Searching …";
  try {
    const { find, note } = await sharedSearch();
    const hits = await find(query);
    list.replaceChildren(...hits.map((hit) => element("li", {}, linkOf(hit))));
    status.textContent = messageOf(query, hits, note);
  } catch {
    status.textContent = "Search failed to load. Reload the page to try again.";
  }
}

function messageOf(query: string, hits: readonly Hit[], note: string | null): string {
  const found = hits.length === 0 ? `No results for “${query}”.` : counted(hits);
  return note ? `${found} ${note}` : found;
}

function counted(hits: readonly Hit[]): string {
  const pages = new Set(hits.map(({ page }) => page)).size;
  return `${pages} ${pages === 1 ? "page" : "pages"} found.`;
}

function optionOf(hit: Hit, index: number): HTMLAnchorElement {
  return linkOf(hit, { id: `search-hit-${index}`, tabindex: "-1", role: "option", "aria-selected": "false" });
}

function linkOf(hit: Hit, attributes: Readonly<Record<string, string>> = {}): HTMLAnchorElement {
  return element(
    "a",
    { ...attributes, href: addressOf(hit), class: isPart(hit) ? "hit hit-part" : "hit" },
    hit.place === "" ? null : element("span", { class: "hit-place" }, hit.place),
    element("span", { class: "hit-title" }, hit.title),
    element("span", { class: "hit-excerpt" }, ...hit.excerpt.map(({ text, marked }) => (marked ? element("mark", {}, text) : text))),
  );
}

function addressOf({ page, anchor, search = "" }: Hit): string {
  const path = page.split("/").map(encodeURIComponent).join("/");
  return new URL(`${path}${search}${anchor === null ? "" : `#${encodeURIComponent(anchor)}`}`, ROOT).href;
}

function isEditable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
