/** Where things are inside the gallery, and relative links between them, so that it works from a disk and below any address. */
import path from "node:path";

export const HOME = "index.html";
export const STYLESHEET = "assets/gallery.css";
/** Loaded by every page: the first at once, the second when the page is there. */
export const EARLY_SCRIPT = "theme";
export const SCRIPT = "gallery";
export const ICON = "assets/icon.svg";

/** Gives the relative address of a file of the gallery (path from its root, not encoded), with an optional anchor. */
export type Link = (target: string, anchor?: string) => string;

export function linkFrom(page: string): Link {
  return (target, anchor) => {
    const fragment = anchor === undefined ? "" : `#${encodeURIComponent(anchor)}`;
    if (fragment !== "" && target === page) return fragment;
    const relative = path.posix.relative(path.posix.dirname(page), target);
    return relative.split("/").map(encodeURIComponent).join("/") + fragment;
  };
}

export function pageOf(id: string): string {
  return `${id}/index.html`;
}

/** A bundled entry of `client/`. */
export function scriptFile(name: string): string {
  return `assets/${name}.js`;
}

/** A style sheet of `assets/`, with its ending. */
export function styleFile(name: string): string {
  return `assets/${name}`;
}

/** A file that an experiment wrote. */
export function fileOf(id: string, file: string): string {
  return `${id}/files/${file}`;
}

export function thumbnailFile(name: string): string {
  return `assets/thumbnails/${name}`;
}

/** An element id made of a word and a name; the name may hold anything. */
export function anchorOf(kind: "figure" | "table" | "document" | "code" | "readme" | "category", name: string): string {
  return `${kind}-${name.replace(/[^\p{Letter}\p{Number}_.-]+/gu, "-")}`;
}
