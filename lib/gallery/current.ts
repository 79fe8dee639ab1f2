/** Whether building a gallery again would change nothing, so a run can skip it. Imports nothing that builds. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../files/hash.ts";
import { inside } from "../files/inside.ts";
import { HOME } from "./links.ts";
import type { GalleryRequest, GalleryResult } from "./request.ts";

/** Marks a folder as a gallery, which a later build may replace. */
export const MARKER = "gallery.json";

/** What the marker says. */
export interface GalleryContents {
  readonly generator: string;
  readonly fingerprint: string;
  /** Equal keys mean equal galleries. */
  readonly key: string;
  readonly pages: readonly { readonly file: string; readonly title: string }[];
  /** What each packed file was made of, as a hash, by path. */
  readonly packed: Readonly<Record<string, string>>;
  /** Bytes of every file but the marker, by path. */
  readonly files: Readonly<Record<string, number>>;
}

/** Everything of the program: its text ends up in pages, or decides what they look like. */
const PROGRAM = ["../", "../../data/pricing.json", "../../package.json"].map((place) => fileURLToPath(new URL(place, import.meta.url)));

export function galleryFolderOf({ out, gallery = inside(out, "gallery") }: Pick<GalleryRequest, "out" | "gallery">): string {
  return gallery;
}

/** A hash over the run (which holds the hashes of its files), the exported database and sessions, the program and what was asked for. */
export function galleryKey({ out, report, roots, baseUrl, askEndpoint, before }: GalleryRequest): string {
  const places = [...PROGRAM, ...roots, path.join(out, "explore.json"), path.join(out, "sessions", "sessions.json")];
  const texts = places.filter((place) => fs.existsSync(place)).flatMap(filesIn);
  return sha256(
    JSON.stringify([
      report,
      before?.report,
      baseUrl,
      askEndpoint,
      process.version,
      texts.map((file) => [path.basename(file), sha256(fs.readFileSync(file))]),
    ]),
  );
}

/** The gallery that is there, if it was made of the same and still has all of its files; else null. */
export function currentGallery(request: GalleryRequest): GalleryResult | null {
  const gallery = galleryFolderOf(request);
  const contents = readContents(gallery);
  if (contents?.key !== galleryKey(request)) return null;
  const sizeOf = (file: string) => fs.statSync(path.join(gallery, file), { throwIfNoEntry: false })?.size;
  if (Object.entries(contents.files).some(([file, bytes]) => sizeOf(file) !== bytes)) return null;
  return { pages: contents.pages.length, index: path.join(gallery, HOME) };
}

/** Null when there is none or it can't be read. */
export function readContents(gallery: string): GalleryContents | null {
  try {
    const contents: GalleryContents = JSON.parse(fs.readFileSync(path.join(gallery, MARKER), "utf8"));
    return contents;
  } catch {
    return null;
  }
}

/** In a fixed order; tests and hidden files left out. */
function filesIn(place: string): string[] {
  if (!fs.statSync(place).isDirectory()) return [place];
  return fs
    .readdirSync(place)
    .filter((name) => !name.startsWith(".") && !/\.test\.tsx?$/.test(name) && name !== "golden")
    .sort()
    .flatMap((name) => filesIn(path.join(place, name)));
}
