/** Filters, orders and views of the list of all experiments; the address says which are chosen. */
import { element } from "../../page/client/elements.ts";
import { selectField } from "../../page/client/select-field.ts";
import { type Choice, choiceIn, matches, orderOf, searchOf, VIEWS } from "./client/choice.ts";

const list = document.querySelector<HTMLElement>("[data-list]");
const tools = document.querySelector<HTMLElement>("[data-list-tools]");
if (list && tools) makeChoosable(list, tools);

function makeChoosable(list: HTMLElement, tools: HTMLElement): void {
  const items = Array.from(list.children).filter((child) => child instanceof HTMLElement);
  const entries = items.map((item) => ({
    item,
    text: item.textContent?.toLowerCase() ?? "",
    title: item.querySelector("h3")?.textContent?.trim() ?? "",
    category: item.dataset.category ?? "",
    kinds: item.dataset.kinds ?? "",
    providers: item.dataset.providers ?? "",
    figures: item.dataset.figures ?? "",
    rows: item.dataset.rows ?? "",
  }));
  const status = element("output", { class: "aside" });
  let choice = choiceIn(location.search);

  const show = () => {
    const chosen = entries.filter((entry) => matches(entry, choice)).sort(orderOf(choice.sort));
    list.replaceChildren(...chosen.map(({ item }) => item));
    list.classList.toggle("as-list", choice.view === "list");
    status.textContent =
      chosen.length === entries.length ? `${entries.length} experiments` : `${chosen.length} of ${entries.length} experiments`;
  };
  const choose = (change: Partial<Choice>) => {
    choice = { ...choice, ...change };
    history.replaceState(null, "", location.pathname + searchOf(choice) + location.hash);
    show();
  };

  const valuesOf = (name: "category" | "kinds" | "providers") =>
    [...new Set(entries.flatMap((entry) => entry[name].split(" ")))].filter(Boolean);
  const text = element("input", { type: "search", autocomplete: "off", value: choice.text });
  text.addEventListener("input", () => choose({ text: text.value }));
  const select = (label: string, options: readonly (readonly [string, string])[], name: "category" | "provider" | "kind" | "sort") => {
    const { field, value } = selectField(label, options, choice[name], (chosen) => choose({ [name]: chosen }));
    choice = { ...choice, [name]: value };
    return field;
  };
  const titled = (value: string) => [value, value.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase())] as const;
  const view = element("fieldset", { class: "list-view" }, element("legend", { class: "unseen" }, "View"));
  for (const [value, words] of VIEWS) {
    const radio = element("input", { type: "radio", name: "view", value });
    radio.checked = choice.view === value;
    radio.addEventListener("change", () => choose({ view: value }));
    view.append(element("label", {}, radio, words));
  }
  tools.append(
    element("label", {}, "Filter ", text),
    select("Category", [["", "All"], ...valuesOf("category").map(titled)], "category"),
    select("Provider", [["", "All"], ...valuesOf("providers").map(titled)], "provider"),
    select("With", [["", "Anything"], ...valuesOf("kinds").map(titled)], "kind"),
    select(
      "Sort by",
      [
        ["", "Place"],
        ["title", "Title"],
        ["figures", "Most figures"],
        ["rows", "Most rows"],
      ],
      "sort",
    ),
    view,
    status,
  );
  tools.className = "list-tools";
  show();
}
