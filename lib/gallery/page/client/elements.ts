/** Elements made by scripts: texts are always text nodes, because names in data may hold markup. */

type Child = Node | string | null;
type Attributes = Readonly<Record<string, string>>;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function button(text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/** A part of the page that its heading names. */
export function titledSection(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  return element("section", { "aria-labelledby": id }, element("h3", { id }, title), ...children);
}

/** Names with their values; without those that have none. */
export function factList(facts: readonly (readonly [name: string, value: Child])[], attributes: Attributes = {}): HTMLElement {
  const known = facts.filter(([, value]) => value !== null);
  const parts = known.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  return element("dl", attributes, ...parts);
}

/** A row of headings above a body of rows. */
export function tableOf(headings: readonly HTMLElement[], body: HTMLElement, caption: string | null = null): HTMLTableElement {
  const head = element("thead", {}, element("tr", {}, ...headings));
  return element("table", {}, caption === null ? null : element("caption", {}, caption), head, body);
}

/** A box that scrolls what is wider than the page, also by keyboard. */
export function scrollBox(label: string, ...children: readonly Child[]): HTMLElement {
  return element("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": label }, ...children);
}

/** Offers a file to save. */
export function save(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
