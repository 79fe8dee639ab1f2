/** @jsxRuntime automatic @jsxImportSource preact */
/**
 * What the search of the pages reads: an index by Pagefind over titles, questions, headings, captions, READMEs and names of
 * tables and tools, and a script with titles and questions for pages opened from disk.
 */
import { createRequire } from "node:module";
import type { PagefindIndex } from "pagefind";
import { render } from "preact-render-to-string";
import { messageOf } from "../../../files/errors.ts";
import type { Atlas, Sheet, SheetTable } from "../../atlas/atlas.ts";
import { renderPhrase } from "../../atlas/readme.ts";
import { GLOSSARY } from "../../atlas/words.ts";
import type { PageFile } from "../../feature.ts";
import type { GalleryFolder } from "../../folder.ts";
import { anchorOf, HOME, SEARCH_FOLDER, scriptFile, TITLES } from "../../links.ts";
import { Phrase, Prose } from "../../page/prose.tsx";
import { type NameEntry, OTHER_PAGE, type SessionTitles, type TitleEntry, type Titles } from "./titles.ts";

/** What the pages ask for; Pagefind also brings ready-made boxes and a worker. */
const NEEDED = /^(pagefind\.js|pagefind-entry\.json|wasm\.en\.pagefind|pagefind\..*\.pf_meta|(index|fragment|filter)\/.*)$/;
const TOOL_COLUMN = /^(display_)?(tool|tool_name)$/;
/** Folds of pages hold queries and schemas, which would be found for every word, and tables of sessions the names of tools on each row; the list of sessions is searched as such. */
const NOT_INDEXED = ["details", "form", "pre", "[hidden]", "section.table", ".session-list"];

/**
 * Writes both into the folder; the same bytes for the same pages.
 * @param others pages other than home and those of experiments
 * @returns why there are only titles to search, or null when everything is
 */
export async function writeSearchIndex(
  atlas: Atlas,
  others: readonly PageFile[],
  sessions: readonly SessionTitles[],
  folder: GalleryFolder,
): Promise<string | null> {
  const documents = [
    ...atlas.sheets.map((sheet) => ({ page: sheet.page, html: render(<SheetText sheet={sheet} />) })),
    ...others.flatMap(({ file, html }) => (html === null ? [] : [{ page: file, html }])),
  ];
  const outcome = await inTurn(() => indexed(documents));
  if ("files" in outcome) for (const { path, content } of outcome.files) folder.write(`${SEARCH_FOLDER}/${path}`, content);
  const titles = { hasIndex: "files" in outcome, entries: titleEntries(atlas, others), names: nameEntries(atlas), sessions };
  folder.write(scriptFile(TITLES), titlesScript(titles));
  return "reason" in outcome ? outcome.reason : null;
}

interface SearchDocument {
  readonly page: string;
  /** A page with a `<main>`; headings with an id become places of their own. */
  readonly html: string;
}

type Indexed = { readonly files: readonly { readonly path: string; readonly content: Uint8Array }[] } | { readonly reason: string };

async function indexed(documents: readonly SearchDocument[]): Promise<Indexed> {
  const missing = missingProgram();
  if (missing) return { reason: missing };
  const { createIndex, close } = await import("pagefind");
  try {
    const { index, errors } = await createIndex({
      forceLanguage: "en",
      rootSelector: "main",
      excludeSelectors: NOT_INDEXED,
      includeCharacters: "_",
      keepIndexUrl: true,
    });
    if (!index) throw new Error(errors.join("; "));
    await Promise.all(documents.map((document) => addDocument(index, document)));
    const { files, errors: problems } = await index.getFiles();
    if (problems.length > 0) throw new Error(problems.join("; "));
    return { files: files.filter(({ path }) => NEEDED.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1)) };
  } catch (error) {
    throw new Error(`The search index could not be made: ${messageOf(error)}`, { cause: error });
  } finally {
    await close();
  }
}

async function addDocument(index: PagefindIndex, { page, html }: SearchDocument): Promise<void> {
  const { errors } = await index.addHTMLFile({ url: page, content: html });
  if (errors.length > 0) throw new Error(`${page}: ${errors.join("; ")}`);
}

/** Pagefind is a program of its own, in a package by platform that npm leaves out where there is none. */
function missingProgram(): string | null {
  const name = `@pagefind/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    createRequire(import.meta.url).resolve(`${name}/bin/pagefind_extended${process.platform === "win32" ? ".exe" : ""}`);
    return null;
  } catch {
    return `${name} is not installed, so searching the pages finds titles and questions only`;
  }
}

let last: Promise<unknown> = Promise.resolve();

/** Builds that run side by side share Pagefind's one process, which ends with `close`. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work);
  last = result.catch(() => null);
  return result;
}

/** What is worth finding on an experiment's page, with the anchors that the page has. */
function SheetText({ sheet }: { readonly sheet: Sheet }) {
  return (
    <html lang="en">
      <body>
        <main>
          <h1>{sheet.title}</h1>
          <p>{sheet.question}</p>
          {sheet.readme?.introduction && <Prose body={sheet.readme.introduction} />}
          <p>
            {sheet.id} {sheet.mark}
          </p>
          {sheet.headlines.map(({ label }) => (
            <p key={label}>{label}</p>
          ))}
          {sheet.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
          {sheet.figures.map(({ name, title, caption, guide, id }) => (
            <section key={name}>
              <h2 id={anchorOf("figure", name)}>{title}</h2>
              <p>{caption}</p>
              <Prose body={guide} />
              <p>
                {name} {id}
              </p>
            </section>
          ))}
          {sheet.tables.map((table) => (
            <section key={table.name}>
              <h2 id={anchorOf("table", table.name)}>{table.title}</h2>
              <p>{table.caption}</p>
              <p>{table.file}</p>
              {table.columns.map(({ name, says }) => (
                <p key={name}>
                  {name}: <Phrase body={renderPhrase(says)} />
                </p>
              ))}
              <p>{toolNames(table).join(", ")}</p>
            </section>
          ))}
          {sheet.readme?.sections.map((section) => (
            <section key={section.anchor}>
              <h2 id={section.anchor}>{section.heading}</h2>
              <Prose body={section} />
            </section>
          ))}
        </main>
      </body>
    </html>
  );
}

/** Tools that the shown rows of a table name. */
function toolNames({ head }: SheetTable): string[] {
  const column = head.columns.findIndex(({ name }) => TOOL_COLUMN.test(name));
  return column < 0 ? [] : [...new Set(head.rows.map((row) => row[column] ?? ""))];
}

function titleEntries({ sheets, categories }: Atlas, others: readonly PageFile[]): TitleEntry[] {
  return [
    ...sheets.map(({ page, title, question, category, mark }) => ({
      page,
      title,
      place: `${mark} ${categories.find(({ id }) => id === category)?.title ?? category}`,
      text: question ?? "",
    })),
    ...others
      .filter(({ file, html }) => file !== HOME && html !== null)
      .map(({ file, title }) => ({ page: file, title, place: OTHER_PAGE, text: "" })),
  ];
}

/** Terms, and each tool once, where the first table of tool calls that names it is. */
function nameEntries({ sheets }: Atlas): NameEntry[] {
  const terms = GLOSSARY.map(({ term, meaning }): NameEntry => ({ name: term, kind: "Term", page: HOME, anchor: "terms", text: meaning }));
  const tables = sheets.flatMap((sheet) => sheet.tables.map((table) => ({ sheet, table })));
  const ofCalls = tables.filter(({ sheet }) => sheet.category === "tool_calls");
  const tools = new Map<string, NameEntry>();
  for (const { sheet, table } of [...ofCalls, ...tables])
    for (const name of toolNames(table).filter((tool) => tool !== "" && !tools.has(tool)))
      tools.set(name, {
        name,
        kind: "Tool",
        page: sheet.page,
        anchor: anchorOf("table", table.name),
        text: `${sheet.title}: ${table.title}`,
      });
  return [...terms, ...tools.values()];
}

/** A script that hands its data to a function of the page: pages opened from disk can't fetch. */
function titlesScript(titles: Titles): string {
  return `traceAtlasTitles(${JSON.stringify(titles)});\n`;
}
