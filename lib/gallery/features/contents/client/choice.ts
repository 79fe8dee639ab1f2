/** Which experiments the list shows and how: read from the query string of the address and written to it. */

export const VIEWS = [
  ["list", "List"],
  ["cards", "Cards"],
] as const;

export interface Choice {
  readonly text: string;
  readonly category: string;
  readonly provider: string;
  readonly kind: string;
  readonly sort: string;
  readonly view: (typeof VIEWS)[number][0];
}

/** What is known of an experiment in the list. */
export interface Entry {
  /** All its text in lower case. */
  readonly text: string;
  readonly title: string;
  readonly category?: string;
  readonly kinds?: string;
  readonly providers?: string;
  readonly figures?: string;
  readonly rows?: string;
}

const NAMES = ["text", "category", "provider", "kind", "sort"] as const;

/** @param search `?category=session&sort=title`, with or without the question mark */
export function choiceIn(search: string): Choice {
  const given = new URLSearchParams(search);
  const value = (name: string) => given.get(name) ?? "";
  return {
    text: value("text"),
    category: value("category"),
    provider: value("provider"),
    kind: value("kind"),
    sort: value("sort"),
    view: value("view") === "cards" ? "cards" : "list",
  };
}

/** The query string that says what differs from the whole list. */
export function searchOf(choice: Choice): string {
  const given = new URLSearchParams(NAMES.flatMap((name) => (choice[name] === "" ? [] : [[name, choice[name]]])));
  if (choice.view === "cards") given.set("view", "cards");
  return given.size === 0 ? "" : `?${given}`;
}

/** All words of the text occur; an experiment whose tables name no provider is about all of them. */
export function matches(entry: Entry, { text, category, provider, kind }: Choice): boolean {
  const words = text.toLowerCase().split(/\s+/);
  return (
    words.every((word) => entry.text.includes(word)) &&
    (category === "" || entry.category === category) &&
    (kind === "" || (entry.kinds ?? "").split(" ").includes(kind)) &&
    (provider === "" || !entry.providers || entry.providers.split(" ").includes(provider))
  );
}

/** In the order of the atlas for anything but a known name. */
export function orderOf(sort: string): (a: Entry, b: Entry) => number {
  if (sort === "title") return (a, b) => a.title.localeCompare(b.title, "en");
  if (sort === "figures" || sort === "rows") return (a, b) => Number(b[sort] ?? 0) - Number(a[sort] ?? 0);
  return () => 0;
}
