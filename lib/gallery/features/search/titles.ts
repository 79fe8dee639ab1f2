/** What the search knows of every page without an index: handed over by a script, see `search-index.tsx`. */
export interface TitleEntry {
  /** Path of the page in the gallery. */
  readonly page: string;
  readonly title: string;
  /** Where it is in the atlas, e.g. `A3 Session`. */
  readonly place: string;
  /** The question that it answers; empty if it asks none. */
  readonly text: string;
}

/** Sessions of a project, which all have a page. */
export interface SessionTitles {
  /** Null when unknown. */
  readonly project: string | null;
  readonly names: readonly string[];
  /** As logged, of each; null where none may be shown. */
  readonly titles: readonly (string | null)[] | null;
}

export interface Titles {
  /** Whether there is an index of everything else. */
  readonly hasIndex: boolean;
  readonly entries: readonly TitleEntry[];
  readonly sessions: readonly SessionTitles[];
}
