/** Filters, orders and pages of the list of sessions; the address says which are chosen. The sessions come as a script, so that the page works from disk. */
import { counted } from "../../../../format/counts.ts";
import { grouped } from "../../../../format/numbers.ts";
import { button, element } from "../../../page/client/elements.ts";
import { selectField } from "../../../page/client/select-field.ts";
import {
  columnsFor,
  dayGroups,
  isAskedFor,
  LIST_ORDERS,
  type ListChoice,
  type ListColumn,
  type ListEntry,
  listChoiceIn,
  listOrder,
  listSearchOf,
  ROWS_OF_A_PAGE,
} from "../list.ts";

/**
 * @param addressOf the page of a session by its name
 * @param keep what in the query of the address stays
 */
export function startList(
  place: HTMLElement,
  entries: readonly ListEntry[],
  addressOf: (name: string) => string = (name) => `${name}/index.html`,
  keep: Readonly<Record<string, string>> = {},
): void {
  const table = place.querySelector("table");
  const tools = place.querySelector<HTMLElement>("[data-list-tools]");
  const pages = place.querySelector<HTMLElement>("[data-list-pages]");
  if (!table || !tools || !pages) return;
  const columns = columnsFor(entries);
  const status = element("output", { class: "aside" });
  const extent = element("span", { class: "aside" });
  const previous = button("Previous", () => choose({ page: choice.page - 1 }));
  const next = button("Next", () => choose({ page: choice.page + 1 }));
  let choice = listChoiceIn(location.search);

  const show = () => {
    const found = entries.filter((entry) => isAskedFor(entry, choice)).sort(listOrder(choice.sort));
    const last = Math.max(1, Math.ceil(found.length / ROWS_OF_A_PAGE));
    choice = { ...choice, page: Math.min(choice.page, last) };
    const from = (choice.page - 1) * ROWS_OF_A_PAGE;
    const shown = found.slice(from, from + ROWS_OF_A_PAGE);
    for (const body of [...table.tBodies]) body.remove();
    for (const group of dayGroups(shown, found, choice.sort)) {
      const rows = group.entries.map((entry) => rowOf(entry, columns, addressOf(entry.name)));
      table.append(element("tbody", {}, group.title === "" ? null : dayRow(group.title, columns.length + 1), ...rows));
    }
    status.textContent =
      found.length === entries.length
        ? counted(entries.length, "session")
        : `${grouped(found.length)} of ${counted(entries.length, "session")}`;
    extent.textContent = `${grouped(from + 1)} to ${grouped(from + shown.length)} of ${grouped(found.length)}`;
    previous.disabled = choice.page === 1;
    next.disabled = choice.page === last;
    pages.hidden = last === 1;
  };
  const choose = (change: Partial<ListChoice>) => {
    choice = { ...choice, page: 1, ...change };
    show();
    history.replaceState(null, "", location.pathname + listSearchOf(choice, keep) + location.hash);
  };
  const select = (label: string, name: "provider" | "project" | "sort", options: readonly (readonly [string, string])[]) => {
    const { field, value } = selectField(label, options, choice[name], (chosen) => choose({ [name]: chosen }));
    choice = { ...choice, [name]: value };
    return field;
  };
  const valuesOf = (name: "provider" | "project") => [...new Set(entries.flatMap((entry) => entry[name] ?? []))].sort();
  const filter = (label: string, name: "provider" | "project") => {
    const values = valuesOf(name);
    return values.length > 1 ? select(label, name, [["", "All"], ...values.map((value) => [value, value] as const)]) : null;
  };
  const text = element("input", { type: "search", autocomplete: "off", value: choice.text });
  text.addEventListener("input", () => choose({ text: text.value }));
  const parts = [
    element("label", {}, "Filter ", text),
    filter("Provider", "provider"),
    filter("Project", "project"),
    select("Sort by", "sort", LIST_ORDERS),
    status,
  ];
  tools.append(...parts.filter((part) => part !== null));
  tools.className = "list-tools";
  pages.className = "table-tools";
  pages.replaceChildren(previous, next, extent);
  show();
}

function dayRow(title: string, columns: number): HTMLElement {
  return element("tr", { class: "day" }, element("th", { scope: "rowgroup", colspan: String(columns) }, title));
}

function rowOf(entry: ListEntry, columns: readonly ListColumn[], href: string): HTMLElement {
  const name = element("a", { href }, entry.title ?? entry.name);
  const asides = [...(entry.title === null ? [] : [entry.name]), ...(entry.isHelper ? ["helper"] : [])];
  return element(
    "tr",
    {},
    element("td", {}, name, ...asides.map((words) => element("span", { class: "aside" }, ` ${words}`))),
    ...columns.map((column) => element("td", column.isText ? {} : { class: "numeric" }, column.text(entry))),
  );
}
