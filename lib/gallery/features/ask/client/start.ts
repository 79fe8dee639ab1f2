/** The console: an editor, starter queries, and links that share a query. */
import { quoteName } from "../../../../db/sql.ts";
import { colorOpenedCode } from "../../../page/client/colored-code.ts";
import { button, element } from "../../../page/client/elements.ts";
import type { MadeTable } from "./api.ts";
import { addCompletion } from "./completion.ts";
import { addEditorColors, colorEditor } from "./editor-colors.ts";
import { addModelBox } from "./model-box.ts";
import { part, setStatus } from "./parts.ts";
import { earlierQueries, forgetQueries, queryOfAddress, rememberQuery, tableOfAddress } from "./query-history.ts";
import { Results } from "./results.ts";
import { Session } from "./session.ts";
import { addWordsBox } from "./words-box.ts";

export interface ConsoleOptions {
  /** Tables of the database, where it is not a file of the gallery. */
  readonly database?: readonly MadeTable[];
  /** Aborted when the console leaves the page. */
  readonly signal?: AbortSignal;
}

export function startAsk(options: ConsoleOptions = {}): void {
  colorOpenedCode();
  const editor = part<HTMLTextAreaElement>("editor");
  const [shared, table] = [queryOfAddress(), tableOfAddress()];
  if (shared !== null) {
    editor.value = shared;
    setStatus("This query came with the link. Read it before you press Run.");
  } else if (table !== null) {
    editor.value = `SELECT * FROM ${quoteName(table.name)}`;
    setStatus("The first run also loads this table of the experiment. Press Run.");
  }
  for (const starter of document.querySelectorAll<HTMLElement>("[data-ask-starter]")) addStarter(starter, editor);
  if (location.protocol === "file:") part("from-disk").hidden = false;
  else startConsole(editor, options);
}

function startConsole(editor: HTMLTextAreaElement, { database, signal }: ConsoleOptions): void {
  const form = part<HTMLFormElement>("form");
  const session = new Session(form, new Results(), database);
  const run = (event: Event) => {
    event.preventDefault();
    void session.run(editor.value.trim());
  };
  form.hidden = false;
  addWordsBox((sql) => {
    edit(editor, sql);
    void session.run(sql);
  });
  addModelBox((sql, says) => {
    edit(editor, sql);
    setStatus(says);
    part("run").focus();
  });
  addEditorColors(editor);
  refresh(editor);
  const names = Array.from(document.querySelectorAll<HTMLElement>("[data-ask-insert]"));
  addCompletion(
    editor,
    part("names"),
    names.map(({ textContent }) => textContent),
  );
  for (const name of names) makeInsertable(name, editor);
  listEarlier(editor);
  form.addEventListener("submit", run);
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(event);
  });
  editor.addEventListener("input", () => refresh(editor));
  askLinked();
  const follow = () => {
    if (askLinked()) return;
    const query = queryOfAddress();
    if (query === null || query === editor.value) return;
    edit(editor, query);
    setStatus("This query is in the page's address. Press Run for its result.");
  };
  addEventListener("hashchange", follow, signal && { signal });
  signal?.addEventListener("abort", () => void session.end());
  part("stop").addEventListener("click", () => void session.stop("Stopped."));
  part("share").addEventListener("click", () => void share(editor.value.trim()));
}

/** What this browser ran before, whenever the list is opened. */
function listEarlier(editor: HTMLTextAreaElement): void {
  const [fold, list] = [part<HTMLDetailsElement>("earlier"), part("earlier-list")];
  const use = (sql: string) => {
    edit(editor, sql);
    setStatus("The query is in the editor. Press Run.");
    editor.focus();
  };
  fold.hidden = false;
  fold.addEventListener("toggle", () => {
    const queries = earlierQueries().map((sql) =>
      element(
        "li",
        {},
        button(sql, () => use(sql)),
      ),
    );
    list.replaceChildren(
      ...(queries.length > 0 ? queries : [element("li", { class: "aside" }, "None yet. This browser keeps the last 20.")]),
    );
  });
  part("forget").addEventListener("click", () => {
    forgetQueries();
    fold.open = false;
  });
}

function edit(editor: HTMLTextAreaElement, sql: string): void {
  editor.value = sql;
  refresh(editor);
}

/** After every change of the text. */
function refresh(editor: HTMLTextAreaElement): void {
  fitEditor(editor);
  colorEditor(editor);
}

const [LEAST_LINES, MOST_LINES] = [8, 24];

/** As many lines as the query takes, within reason. */
function fitEditor(editor: HTMLTextAreaElement): void {
  editor.rows = LEAST_LINES;
  const line = Number.parseFloat(getComputedStyle(editor).lineHeight);
  const more = Math.ceil((editor.scrollHeight - editor.clientHeight) / line);
  editor.rows = Math.min(MOST_LINES, LEAST_LINES + Math.max(0, more));
}

/** The name of a table or column becomes a button that puts it where the cursor is. */
function makeInsertable(name: HTMLElement, editor: HTMLTextAreaElement): void {
  const text = name.textContent;
  const insert = () => {
    const { selectionStart, selectionEnd, value } = editor;
    const space = /[\w"]$/.test(value.slice(0, selectionStart)) ? " " : "";
    editor.setRangeText(space + text, selectionStart, selectionEnd, "end");
    refresh(editor);
    editor.focus();
  };
  const made = button("", insert, { class: "ask-insert", title: "Insert into the query" });
  name.replaceWith(made);
  made.append(name);
}

/** A query that is ready: its button puts it into the editor. Nothing runs until the reader says so. */
function addStarter(starter: HTMLElement, editor: HTMLTextAreaElement): void {
  const button = starter.querySelector("button");
  const code = starter.querySelector("code");
  if (!button || !code) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    edit(editor, code.textContent);
    setStatus("The query is in the editor. Press Run.");
    editor.scrollIntoView({ block: "center" });
    part("run").focus();
  });
}

/** Puts the query into the editor that a link of another page names. */
function askLinked(): boolean {
  const starter = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const code = starter?.matches("[data-ask-starter]") ? starter.querySelector("code") : null;
  if (!code) return false;
  history.replaceState(null, "", `#${new URLSearchParams({ sql: code.textContent })}`);
  starter?.querySelector("button")?.click();
  return true;
}

async function share(sql: string): Promise<void> {
  rememberQuery(sql);
  if (!navigator.clipboard) {
    setStatus("The page's address now includes the query. Copy it from the address bar.");
    return;
  }
  await navigator.clipboard.writeText(location.href);
  setStatus("Copied a link to this query. Opening it shows the query without running it.");
}
