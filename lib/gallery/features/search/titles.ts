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

export interface Titles {
  /** Whether there is an index of everything else. */
  readonly hasIndex: boolean;
  readonly entries: readonly TitleEntry[];
}
