/** Results of a search as plain data: from the index of Pagefind, or from titles alone. */
import MiniSearch from "minisearch";
import { type NameEntry, OTHER_PAGE, type SessionTitles, type TitleEntry } from "../titles.ts";

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

export interface Hit {
  /** Path in the gallery. */
  readonly page: string;
  /** The part of it, if it is one. */
  readonly anchor: string | null;
  readonly title: string;
  readonly place: string;
  readonly excerpt: readonly Piece[];
  /** What the page is asked, such as `?text=cache`. */
  readonly search?: string;
}

/** What Pagefind returns for a page. Its excerpts are HTML with only `<mark>`, `&lt;`, and `&gt;`. */
export interface FoundPage {
  readonly raw_url: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly excerpt: string;
  readonly sub_results: readonly FoundPart[];
}

interface FoundPart {
  readonly title: string;
  readonly excerpt: string;
  readonly locations: readonly number[];
  readonly anchor?: { readonly id: string };
}

const PARTS = 2;

/** A page, then the parts of it with the most matches in the order of the page. */
export function hitsOfPage(found: FoundPage, entries: readonly TitleEntry[]): Hit[] {
  const entry = entries.find(({ page }) => page === found.raw_url);
  const parts = found.sub_results.filter((part) => part.anchor !== undefined);
  const best = [...parts].sort((a, b) => b.locations.length - a.locations.length).slice(0, PARTS);
  const opening = found.sub_results.find((part) => part.anchor === undefined);
  return [
    {
      page: found.raw_url,
      anchor: null,
      title: entry?.title ?? found.meta.title ?? found.raw_url,
      place: entry?.place ?? "",
      excerpt: opening ? piecesOf(opening.excerpt) : [{ text: entry?.text ?? "", marked: false }],
    },
    ...parts
      .filter((part) => best.includes(part))
      .map((part) => ({
        page: found.raw_url,
        anchor: part.anchor?.id ?? null,
        title: part.title,
        place: "",
        excerpt: piecesOf(part.excerpt),
      })),
  ];
}

/** `a <mark>b</mark> &lt;c` as `a `, marked `b` and ` <c`. */
export function piecesOf(excerpt: string): Piece[] {
  return excerpt
    .split(/(<mark>.*?<\/mark>)/s)
    .filter((part) => part !== "")
    .map((part) => {
      const marked = part.startsWith("<mark>");
      return { text: unescaped(marked ? part.slice("<mark>".length, -"</mark>".length) : part), marked };
    });
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}

/** A search over titles, names, places and questions that forgives a wrong letter in a word. Made once for all searches. */
export function titleSearch(entries: readonly TitleEntry[]): (query: string) => Hit[] {
  const index = new MiniSearch<TitleEntry & { readonly name: string }>({
    idField: "page",
    fields: ["name", "title", "place", "text"],
    searchOptions: {
      boost: { name: 4, title: 3 },
      combineWith: "AND",
      prefix: true,
    },
  });
  index.addAll(entries.map((entry) => ({ ...entry, name: nameOf(entry) })));
  const byPage = new Map(entries.map((entry) => [entry.page, entry]));
  const find = (query: string) => {
    const exact = index.search(query);
    return exact.length > 0 ? exact : index.search(query, { fuzzy: (term) => term.length >= LONG_WORD && MOST_ERRORS });
  };
  return (query) =>
    find(query)
      .flatMap(({ id, queryTerms }) => {
        const entry = byPage.get(id);
        return entry ? [{ entry, words: queryTerms }] : [];
      })
      .sort((a, b) => Number(isNamed(b.entry, query)) - Number(isNamed(a.entry, query)))
      .map(({ entry, words }) => ({
        page: entry.page,
        anchor: null,
        title: entry.title,
        place: entry.place,
        excerpt: marksOf(entry.text, words),
      }));
}

/** Terms and tools of exactly that name. */
export function nameSearch(names: readonly NameEntry[]): (query: string) => Hit[] {
  return (query) =>
    names
      .filter(({ name }) => sameName(name, query))
      .map(({ name, kind, page, anchor, text }) => ({ page, anchor, title: name, place: kind, excerpt: [{ text, marked: false }] }));
}

function sameName(name: string, query: string): boolean {
  return name.toLowerCase() === query.trim().toLowerCase();
}

const SESSIONS = 4;

/**
 * A search over the names, titles and projects of sessions: those that have all words of a query, at most so many, then the list of
 * all that have them. A session that `names` holds is all that is found.
 */
export function sessionSearch(groups: readonly SessionTitles[]): (query: string, names?: readonly string[]) => Hit[] {
  const sessions = groups.flatMap(({ project, names, titles }) =>
    names.map((name, i) => {
      const title = titles?.[i] ?? null;
      return { name, title, project, words: [name, title, project].join(" ").toLowerCase() };
    }),
  );
  const hitOf = ({ name, title, project }: (typeof sessions)[number]): Hit => ({
    page: `sessions/${name}/index.html`,
    anchor: null,
    title: title ?? `Session ${name}`,
    place: project ?? "Session",
    excerpt: [{ text: title === null ? "" : name, marked: false }],
  });
  return (query, names = []) => {
    const asked = query.trim().toLowerCase();
    const named = sessions.filter(({ name }) => name === asked || names.includes(name));
    if (named.length > 0 || asked === "") return named.map(hitOf);
    const found = sessions.filter(({ words }) => asked.split(/\s+/).every((word) => words.includes(word)));
    if (found.length <= SESSIONS) return found.map(hitOf);
    const all: Hit = {
      ...{ page: "sessions/index.html", anchor: null, place: "Sessions", search: `?${new URLSearchParams({ text: query.trim() })}` },
      title: `All ${found.length.toLocaleString("en-US")} sessions with “${query.trim()}”`,
      excerpt: [],
    };
    return [...found.slice(0, SESSIONS - 1).map(hitOf), all];
  };
}

/** Words that are searched with errors where none is found as it is. Two letters that changed places are two errors. */
const LONG_WORD = 4;
const MOST_ERRORS = 2;

/** `session_token_steps` of `session/session_token_steps/index.html`. */
function nameOf({ page }: Named): string {
  return page.split("/").at(-2) ?? "";
}

type Named = Pick<TitleEntry, "page" | "title">;

function isNamed(entry: Named, query: string): boolean {
  return sameName(nameOf(entry), query) || sameName(entry.title, query);
}

/** What was found for a query, by what it was found in. */
export interface Found {
  readonly names: readonly Hit[];
  readonly titles: readonly Hit[];
  readonly sessions: readonly Hit[];
  readonly pages: readonly FoundPage[];
}

/**
 * What has exactly the name that was asked for, pages found by their titles, sessions, then pages found by their text, experiments
 * first: pages of code have most words. A page that both found has its parts.
 */
export function merged({ names, titles, sessions, pages }: Found, query: string, entries: readonly TitleEntry[]): Hit[] {
  const byPage = new Map(pages.map((page) => [page.raw_url, page]));
  const known = new Set(titles.map(({ page }) => page));
  const entitled = titles.flatMap((hit) => {
    const page = byPage.get(hit.page);
    return page ? hitsOfPage(page, entries) : [hit];
  });
  const hits = [...entitled, ...sessions];
  const named = new Set(hits.filter((hit) => isNamed(hit, query)).map(({ page }) => page));
  const experiments = new Set(entries.filter(({ place }) => place !== OTHER_PAGE).map(({ page }) => page));
  return [
    ...hits.filter(({ page }) => named.has(page)),
    ...names,
    ...hits.filter(({ page }) => !named.has(page)),
    ...pages
      .filter(({ raw_url }) => !known.has(raw_url))
      .toSorted((a, b) => Number(experiments.has(b.raw_url)) - Number(experiments.has(a.raw_url)))
      .flatMap((page) => hitsOfPage(page, entries)),
  ];
}

/** A part of the page of the hit before it. */
export function isPart({ anchor, place }: Hit): boolean {
  return anchor !== null && place === "";
}

/** The hits of the first pages. */
export function firstPages(hits: readonly Hit[], most: number): Hit[] {
  let pages = 0;
  return hits.filter((hit) => {
    if (!isPart(hit)) pages += 1;
    return pages <= most;
  });
}

function marksOf(text: string, words: readonly string[]): Piece[] {
  if (words.length === 0) return [{ text, marked: false }];
  const pattern = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
  return text
    .split(new RegExp(`(${pattern})`, "i"))
    .map((part, i) => ({ text: part, marked: i % 2 === 1 }))
    .filter((part) => part.text !== "");
}
