/** Colors code when its fold is opened: the marks in the text would be more than the text. */
import { element } from "./elements.ts";
import { highlight } from "./highlight.ts";

export function colorOpenedCode(): void {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-code]"))
    fold.addEventListener("toggle", () => color(fold), { once: true });
}

function color(fold: HTMLDetailsElement): void {
  const code = fold.querySelector("pre code");
  code?.replaceChildren(...coloredCode(fold.dataset.code ?? "", code.textContent));
}

/** @param name of the file, such as `query.sql`: its ending says the language */
export function coloredCode(name: string, text: string): (string | HTMLElement)[] {
  return highlight(name, text).map((piece) =>
    piece.kind === null ? piece.text : element("span", { class: `code-${piece.kind}` }, piece.text),
  );
}
