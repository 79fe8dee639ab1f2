/** A part of the gallery that has pages, scripts or files of its own, in addition to home and the experiments. */
import type { ScriptName, StyleName } from "./assets.ts";
import type { Atlas, AtlasSource, Place } from "./atlas/atlas.ts";
import type { Examples } from "./features/ask/examples.ts";
import type { GalleryFolder } from "./folder.ts";

export interface PageFile {
  /** Path in the gallery. */
  readonly file: string;
  readonly title: string;
  /** Null for one of thousands, which is written already; the search knows these by `sessionTitles`. */
  readonly html: string | null;
}

export interface GalleryContext {
  readonly atlas: Atlas;
  readonly source: AtlasSource;
  readonly folder: GalleryFolder;
  /** The experiments' queries for the SQL console; null when there is none. */
  readonly examples: Examples | null;
  /** Where its pages may send a question to a model; null for nowhere. */
  readonly askEndpoint: string | null;
}

export interface Feature {
  /** Its entry in the navigation; null when this run lacks what it needs, and then nothing of it is built. */
  place(source: AtlasSource): Place | null;
  /** What its pages load. */
  readonly scripts: readonly ScriptName[];
  readonly style: StyleName;
  /** Writes its own files into the folder and returns its pages. */
  build(context: GalleryContext): readonly PageFile[] | Promise<readonly PageFile[]>;
}
