/** Where files are in the gallery, and relative links between them, so it opens from disk and works below any address. */
import path from "node:path";
import { packedName } from "./packing.ts";

export const HOME = "index.html";
/** All experiments as a list. */
export const ATLAS = "atlas/index.html";
export const ICON = "assets/icon.svg";
/** How a pool is counted and priced. */
export const READINGS = "readings/index.html";
/** The SQL that experiments share. */
export const RELATIONS = "relations/index.html";
export const NOT_FOUND = "404.html";
/** Picture of the home page where its address is shared; in pixels, as the sites that show such cards ask for. */
export const SOCIAL_CARD = { file: "assets/card.png", width: 1200, height: 630 };
/** Folder of the search index. */
export const SEARCH_FOLDER = "pagefind";
/** Titles and questions of all pages, for searching without the index. */
export const TITLES = "titles";

/** Gives the address of a file of the gallery (path from its root, not encoded), with an optional anchor. */
export interface Link {
  (target: string, anchor?: string): string;
  /** The page that has the links. */
  readonly page: string;
}

/** Relative links. */
export function linkFrom(page: string): Link {
  const link = (target: string, anchor?: string) => {
    const fragment = fragmentOf(anchor);
    return fragment !== "" && target === page ? fragment : encodedPath(path.posix.relative(path.posix.dirname(page), target)) + fragment;
  };
  return Object.assign(link, { page });
}

/** Links from the root of the host, for a page that hosts show at any address. */
export function linkFromRoot(page: string, baseUrl: string): Link {
  const { pathname } = new URL(baseUrl);
  return Object.assign((target: string, anchor?: string) => pathname + encodedPath(target) + fragmentOf(anchor), { page });
}

/** The address that a file of the gallery has once it is published; a folder's own page goes by the folder's name. */
export function publishedUrl(baseUrl: string, file: string): string {
  return baseUrl + encodedPath(file.replace(/(^|\/)index\.html$/, "$1"));
}

function fragmentOf(anchor: string | undefined): string {
  return anchor === undefined ? "" : `#${encodeURIComponent(anchor)}`;
}

function encodedPath(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

/** The SQL console. */
export const ASK = "ask/index.html";

/** The page of an experiment or of a category. */
export function pageOf(id: string): string {
  return `${id}/index.html`;
}

/** The page that leads to a figure by its id. */
export function permalinkOf(figureId: string): string {
  return `f/${figureId}/index.html`;
}

export function scriptFile(name: string): string {
  return `assets/${name}.js`;
}

export function styleFile(name: string): string {
  return `assets/${name}.css`;
}

/** A file that an experiment wrote. */
export function fileOf(id: string, file: string): string {
  return `${id}/files/${file}`;
}

/** The same where it is only linked: large ones are packed. */
export function downloadOf(id: string, record: Parameters<typeof packedName>[0]): string {
  return fileOf(id, packedName(record));
}

/** What pages need of a figure in addition to its files: its spec as a script, its rows as CSV. */
export function chartFile(id: string, file: string): string {
  return `${id}/charts/${file}`;
}

/** The n-th table of a figure's rows, from 0. */
export function rowsFile(figure: string, index: number): string {
  return `${figure}${index === 0 ? "" : `-${index + 1}`}.csv`;
}

export function pictureFile(name: string): string {
  return `assets/pictures/${name}`;
}

/** An element id made of a word and a name; the name may hold anything. */
export function anchorOf(kind: "figure" | "table" | "rows" | "document" | "code" | "readme" | "query" | "question", name: string): string {
  return `${kind}-${name.replace(/[^\p{Letter}\p{Number}_.-]+/gu, "-")}`;
}
