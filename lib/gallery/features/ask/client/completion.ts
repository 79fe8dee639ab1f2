/** Names of tables, columns and words of SQL that begin as the word at the cursor does. */
import { element } from "../../../page/client/elements.ts";

const MOST_NAMES = 8;
const LEAST_LETTERS = 2;

const KEYWORDS =
  "SELECT FROM WHERE GROUP BY ORDER LIMIT HAVING JOIN USING LEFT WITH CASE WHEN THEN ELSE END BETWEEN FILTER OVER PARTITION DISTINCT count sum avg median quantile_cont round min max".split(
    " ",
  );

export interface Completions {
  /** Where the word begins. */
  readonly start: number;
  /** At most eight, the likely ones first. */
  readonly names: readonly string[];
}

/** None in comments and in quotes, of short words, and of what is complete. */
export function completionsOf(text: string, names: readonly string[]): Completions {
  const word = /\w*$/.exec(text)?.[0] ?? "";
  const start = text.length - word.length;
  const line = text.slice(text.lastIndexOf("\n") + 1);
  const isText = line.includes("--") || (text.match(/'/g)?.length ?? 0) % 2 === 1;
  if (isText || word.length < LEAST_LETTERS) return { start, names: [] };
  const wanted = word.toLowerCase();
  const fitting = [...new Set([...names, ...KEYWORDS])].filter((name) => name.toLowerCase().startsWith(wanted));
  return { start, names: fitting.some((name) => name.toLowerCase() === wanted) ? [] : fitting.slice(0, MOST_NAMES) };
}

/** Shows the names below the editor while one types: Tab takes the marked one, the arrows mark another, Escape puts them away. */
export function addCompletion(editor: HTMLTextAreaElement, list: HTMLElement, names: readonly string[]): void {
  let shown: Completions = { start: 0, names: [] };
  let marked = 0;
  editor.setAttribute("aria-autocomplete", "list");
  editor.setAttribute("aria-controls", list.id);

  const show = (completions: Completions, mark = 0) => {
    shown = completions;
    marked = mark;
    list.hidden = shown.names.length === 0;
    list.replaceChildren(...shown.names.map((name, i) => optionOf(name, i)));
    if (list.hidden) editor.removeAttribute("aria-activedescendant");
    else editor.setAttribute("aria-activedescendant", `${list.id}-${marked}`);
  };
  const hide = () => show({ start: 0, names: [] });
  const take = (name: string) => {
    editor.setRangeText(name, shown.start, editor.selectionStart, "end");
    // Nothing is to be completed any more, which puts the list away.
    editor.dispatchEvent(new Event("input"));
    editor.focus();
  };
  const optionOf = (name: string, i: number) => {
    const option = element("div", { id: `${list.id}-${i}`, role: "option", "aria-selected": String(i === marked) }, name);
    // Before the editor loses the focus.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(name);
    });
    return option;
  };

  editor.addEventListener("input", () => show(completionsOf(editor.value.slice(0, editor.selectionStart), names)));
  // What is below moves up when the list goes: a button that is being pressed has to stay where it is until it was clicked.
  let isPressed = false;
  for (const type of ["pointerdown", "pointerup"]) addEventListener(type, () => (isPressed = type === "pointerdown"), true);
  editor.addEventListener("blur", () => {
    if (isPressed) addEventListener("click", hide, { once: true });
    else hide();
  });
  editor.addEventListener("keydown", (event) => {
    const name = shown.names[marked];
    if (name === undefined) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) show(shown, (marked + step + shown.names.length) % shown.names.length);
    else if (event.key === "Tab" && !event.shiftKey) take(name);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });
}
