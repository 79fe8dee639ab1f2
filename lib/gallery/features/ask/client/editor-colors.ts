/** Colors the query in the editor: a colored copy of its text is drawn over it, where the text itself is then transparent. */
import { coloredCode } from "../../../page/client/colored-code.ts";
import { part } from "./parts.ts";

/** A longer text stays plain, so that typing stays fast. */
const MOST_CHARACTERS = 20_000;

/** Keeps the copy where the text is. */
export function addEditorColors(editor: HTMLTextAreaElement): void {
  editor.addEventListener("scroll", () => follow(editor));
}

export function colorEditor(editor: HTMLTextAreaElement): void {
  const { value } = editor;
  const isColored = value.length <= MOST_CHARACTERS;
  editor.classList.toggle("ask-colored", isColored);
  // A line end at the end has no line of its own in a copy.
  part("colors").replaceChildren(...(isColored ? [...coloredCode("query.sql", value), "\u200b"] : []));
  follow(editor);
}

function follow({ scrollTop, scrollLeft }: HTMLTextAreaElement): void {
  part("colors").scrollTo({ top: scrollTop, left: scrollLeft, behavior: "instant" });
}
