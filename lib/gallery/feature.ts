/** A part of the gallery that has pages, scripts or files of its own, beside home and the experiments. */
import type { Atlas, AtlasSource } from "./atlas/atlas.ts";
import type { GalleryFolder } from "./folder.ts";

export interface PageFile {
  /** Path in the gallery. */
  readonly file: string;
  readonly title: string;
  readonly html: string;
}

/** An entry of the navigation. */
export interface Place {
  readonly title: string;
  /** Path of the page in the gallery. */
  readonly page: string;
}

export interface Site {
  /** Address that the gallery will be published at, with a slash at the end; null when it isn't known. */
  readonly baseUrl: string | null;
}

export interface GalleryContext {
  readonly atlas: Atlas;
  readonly source: AtlasSource;
  readonly folder: GalleryFolder;
  readonly site: Site;
}

export interface Feature {
  /** Its entry in the navigation; null when this run lacks what it needs, and then nothing of it is built. */
  place(source: AtlasSource): Place | null;
  /** Scripts that its pages load, by name (see `bundle.ts`). */
  readonly scripts: readonly string[];
  /** Style sheets that its pages load, with `.css`. */
  readonly styles: readonly string[];
  /** Writes its own files into the folder and gives its pages. */
  build(context: GalleryContext): readonly PageFile[] | Promise<readonly PageFile[]>;
}
