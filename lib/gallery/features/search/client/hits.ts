/** Results of a search as plain data: from the index of Pagefind, or from titles alone. */
import type { TitleEntry } from "../titles.ts";

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
const TITLE_HITS = 12;

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

/** Pages whose title, place and question hold every word, those first that hold them in the title. */
export function searchTitles(query: string, entries: readonly TitleEntry[]): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, TITLE_HITS)
    .map(({ entry }) => ({
      page: entry.page,
      anchor: null,
      title: entry.title,
      place: entry.place,
      excerpt: marksOf(entry.text, words),
    }));
}

/** 0 when a word is missing. */
function scoreOf({ title, place, text, page }: TitleEntry, words: readonly string[]): number {
  const inTitle = title.toLowerCase();
  const anywhere = `${title} ${place} ${text} ${page}`.toLowerCase();
  if (!words.every((word) => anywhere.includes(word))) return 0;
  return 1 + words.filter((word) => inTitle.includes(word)).length;
}

function marksOf(text: string, words: readonly string[]): Piece[] {
  const pattern = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
  return text
    .split(new RegExp(`(${pattern})`, "i"))
    .map((part, i) => ({ text: part, marked: i % 2 === 1 }))
    .filter((part) => part.text !== "");
}
