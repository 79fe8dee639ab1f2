/** What a gallery is built from, and what building it returns. */

import type { RunReport } from "../artifacts/artifacts.ts";
import type { Roots } from "../artifacts/experiment-folders.ts";

/** A finished run on disk. */
export interface FinishedRun {
  /** Folder of the run. */
  readonly out: string;
  readonly report: RunReport;
}

export interface GalleryRequest extends FinishedRun {
  /** Where READMEs and code are: `<category>/<name>/`. */
  readonly roots: Roots;
  /** Folder of the gallery; `<out>/gallery` if not given. An earlier gallery there is replaced, anything else is not. */
  readonly gallery?: string;
  /** Address that it will be published at, for preview cards, site map and the page that hosts show when there is none. */
  readonly baseUrl?: string;
  /** Endpoint of models that the Ask page may connect to, when the reader asks one. */
  readonly askEndpoint?: string;
  /** Another run, which pages compare with this one. */
  readonly before?: FinishedRun;
  /** Looks at the finished folder before it replaces an earlier one; where it throws, nothing is replaced. */
  readonly check?: (folder: string) => Promise<unknown>;
}

export interface GalleryResult {
  /** Number of HTML pages. */
  readonly pages: number;
  /** Path of the home page. */
  readonly index: string;
}
