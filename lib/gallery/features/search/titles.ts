/** What the search knows of every page without an index: handed over by a script, see `search-index.tsx`. */
export interface TitleEntry {
  /** Path of the page in the gallery. */
  readonly page: string;
  readonly title: string;
  /** Where it is in the atlas, e.g. `A3 Session`; `OTHER_PAGE` of what is not an experiment. */
  readonly place: string;
  /** The question that it answers; empty if it asks none. */
  readonly text: string;
}

export const OTHER_PAGE = "Page";

/** A word that leads to where it is explained or counted: a term of the glossary, or a tool. */
export interface NameEntry {
  readonly name: string;
  readonly kind: "Term" | "Tool";
  readonly page: string;
  readonly anchor: string;
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
  readonly names: readonly NameEntry[];
  readonly sessions: readonly SessionTitles[];
}
