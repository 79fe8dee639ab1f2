/** Colors code when its fold is opened: the marks in the text would be more than the text. */
import { element } from "../../../page/client/elements.ts";
import { highlight } from "./highlight.ts";

export function colorOpenedCode(): void {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-code]"))
    fold.addEventListener("toggle", () => color(fold), { once: true });
}

function color(fold: HTMLDetailsElement): void {
  const code = fold.querySelector("pre code");
  const pieces = highlight(fold.dataset.code ?? "", code?.textContent ?? "");
  code?.replaceChildren(...pieces.map(({ text, kind }) => (kind === null ? text : element("span", { class: `code-${kind}` }, text))));
}
