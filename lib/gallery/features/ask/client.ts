/** The console: an editor, starter queries, and links that share a query. */
import { part, setStatus } from "./client/parts.ts";
import { Results } from "./client/results.ts";
import { Session } from "./client/session.ts";

function start(): void {
  const editor = part<HTMLTextAreaElement>("editor");
  const shared = sharedQuery();
  if (shared !== null) {
    editor.value = shared;
    setStatus("This query came with the link. Read it before you press Run.");
  }
  fitEditor(editor);
  for (const starter of document.querySelectorAll<HTMLElement>("[data-ask-starter]")) addStarter(starter, editor);
  if (location.protocol === "file:") part("from-disk").hidden = false;
  else startConsole(editor);
}

function startConsole(editor: HTMLTextAreaElement): void {
  const form = part<HTMLFormElement>("form");
  const session = new Session(form, new Results());
  const run = (event: Event) => {
    event.preventDefault();
    void session.run(editor.value.trim());
  };
  form.hidden = false;
  form.addEventListener("submit", run);
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(event);
  });
  editor.addEventListener("input", () => fitEditor(editor));
  addEventListener("hashchange", () => {
    const query = sharedQuery();
    if (query !== null && query !== editor.value) edit(editor, query);
  });
  part("stop").addEventListener("click", () => void session.stop("Stopped."));
  part("share").addEventListener("click", () => void share(editor.value.trim()));
}

function edit(editor: HTMLTextAreaElement, sql: string): void {
  editor.value = sql;
  fitEditor(editor);
}

/** As many lines as the query has, within reason. */
function fitEditor(editor: HTMLTextAreaElement): void {
  editor.rows = Math.min(24, Math.max(8, editor.value.split("\n").length + 1));
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

function sharedQuery(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("sql");
}

async function share(sql: string): Promise<void> {
  const address = new URL(location.href);
  address.hash = String(new URLSearchParams({ sql }));
  history.replaceState(null, "", address);
  if (!navigator.clipboard) {
    setStatus("The page's address now includes the query. Copy it from the address bar.");
    return;
  }
  await navigator.clipboard.writeText(address.href);
  setStatus("Copied a link to this query. Opening it shows the query without running it.");
}

start();
