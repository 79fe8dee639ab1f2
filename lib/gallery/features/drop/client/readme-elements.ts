/** A README of unknown origin as elements: its text is always text, and where a link leads is spelled out. */
import { element, scrollBox } from "../../../page/client/elements.ts";
import type { ReadmePart } from "./messages.ts";

export function readmeElements(parts: readonly ReadmePart[]): Node[] {
  return parts.map((part) => {
    if (typeof part === "string") return document.createTextNode(part);
    const made = document.createElement(part.tag);
    if (part.href !== undefined) leaveBy(made, part.href);
    made.append(...readmeElements(part.parts));
    if (part.href !== undefined) made.append(element("span", { class: "drop-leaves" }, ` (${hostOf(part.href)})`));
    return part.tag === "table" ? scrollBox("Table of the README", made) : made;
  });
}

/** The address follows the link, whatever its text says. */
function leaveBy(link: HTMLElement, href: string): void {
  for (const [name, value] of Object.entries({ href, target: "_blank", rel: "noopener noreferrer nofollow" }))
    link.setAttribute(name, value);
}

function hostOf(href: string): string {
  try {
    return `leaves for ${new URL(href).host}`;
  } catch {
    return "leaves this site";
  }
}
