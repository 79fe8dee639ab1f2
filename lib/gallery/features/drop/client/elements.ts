/** Elements made of strangers' text: always as text, with what could steer the reading of it spelled out in names. */
import type { ReadmePart } from "./messages.ts";

type Child = Node | string | null;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function button(text: string, act: () => void): HTMLButtonElement {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}

/** A box that scrolls what is wider than the page; the keyboard reaches it. */
export function scrollBox(label: string, ...children: readonly Child[]): HTMLElement {
  return element("section", { class: "scroll", tabindex: "0", "aria-label": label }, ...children);
}

export function readmeElements(parts: readonly ReadmePart[]): Node[] {
  return parts.map((part) => {
    if (typeof part === "string") return document.createTextNode(part);
    const made = document.createElement(part.tag);
    if (part.href !== undefined) leaveBy(made as HTMLAnchorElement, part.href);
    made.append(...readmeElements(part.parts));
    if (part.href !== undefined) made.append(element("span", { class: "drop-leaves" }, ` (${hostOf(part.href)})`));
    return part.tag === "table" ? scrollBox("Table of the README", made) : made;
  });
}

/** Where a link leads stands beside it, whatever its text says. */
function leaveBy(link: HTMLAnchorElement, href: string): void {
  link.href = href;
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
}

function hostOf(href: string): string {
  try {
    return `leaves for ${new URL(href).host}`;
  } catch {
    return "leaves this site";
  }
}

/** Offers a file to save. Its address lives no longer than that takes. */
export function save(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
