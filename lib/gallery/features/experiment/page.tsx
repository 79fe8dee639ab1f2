/** @jsxRuntime automatic @jsxImportSource preact */

import { type ComponentChildren, Fragment } from "preact";
import { findQuestions } from "../../../assistant/questions/find.ts";
import type { Question } from "../../../assistant/questions/question.ts";
import type { Headline } from "../../../experiment.ts";
import { BUILT, commandLine } from "../../../files/program.ts";
import { known } from "../../../stats/known.ts";
import type { Atlas, Category, Sheet, SheetTable } from "../../atlas/atlas.ts";
import { citationOf } from "../../atlas/citation.ts";
import type { CodeFile } from "../../atlas/code-files.ts";
import { readingWords } from "../../atlas/pool-words.ts";
import type { PageFile } from "../../feature.ts";
import { ASK, anchorOf, downloadOf, type Link, linkFrom, pageOf, READINGS, RELATIONS } from "../../links.ts";
import { Breadcrumbs } from "../../page/breadcrumbs.tsx";
import { documentText } from "../../page/document-text.ts";
import { Facts } from "../../page/facts.tsx";
import { Neighbors } from "../../page/neighbors.tsx";
import { Page } from "../../page/page.tsx";
import { Prose } from "../../page/prose.tsx";
import { StateNote } from "../../page/state-note.tsx";
import type { Examples } from "../ask/examples.ts";
import { AskThis } from "./ask-this.tsx";
import { Code } from "./code.tsx";
import { Contents } from "./contents.tsx";
import { Document } from "./document.tsx";
import { Files } from "./files.tsx";
import { OnThisPage, type PagePart } from "./on-this-page.tsx";
import { Plate } from "./plate.tsx";
import { TablePreview } from "./table-preview.tsx";

/** The experiment that lists all rates. */
const PRICES = "trace_facts/prices_used";

interface SheetProps {
  readonly atlas: Atlas;
  readonly sheet: Sheet;
  /** Address of its query in the SQL console; null when it can't run there. */
  readonly query: string | null;
  /** Address of a question of the experiment in the console. */
  readonly question: string | null;
  /** Whether there is a SQL console, which can load a table instead. */
  readonly hasConsole: boolean;
}

/** @param examples the queries that the SQL console can run; null when there is no console */
export function experimentPage(atlas: Atlas, sheet: Sheet, examples: Examples | null): PageFile {
  const isRunnable = examples?.runnable.some(({ id }) => id === sheet.id) ?? false;
  const link = linkFrom(sheet.page);
  const query = isRunnable ? link(ASK, anchorOf("query", sheet.id)) : null;
  const asked = questionOf(sheet, examples?.questions ?? []);
  const question = asked ? link(ASK, anchorOf("question", asked.id)) : null;
  return {
    file: sheet.page,
    title: sheet.title,
    html: documentText(<ExperimentPage atlas={atlas} sheet={sheet} query={query} question={question} hasConsole={examples !== null} />),
  };
}

/** Of the questions that belong to the experiment, the one that is most like its own. */
function questionOf({ id, title, question }: Sheet, questions: readonly Question[]): Question | undefined {
  const own = questions.filter(({ experiment }) => experiment === id);
  return findQuestions(own, `${title} ${question ?? ""}`)[0]?.question ?? own[0];
}

/** One experiment: its question, numbers, figures and tables, then how it was made and how to reproduce it. */
function ExperimentPage({ atlas, sheet, query, question, hasConsole }: SheetProps) {
  const link = linkFrom(sheet.page);
  const category = known(atlas.categories.find((candidate) => candidate.id === sheet.category));
  const parts = partsOf({ atlas, sheet, query, hasConsole }, link);
  const above = { title: category.title, href: link(pageOf(category.id)) };
  return (
    <Page
      atlas={atlas}
      title={sheet.title}
      description={sheet.question ?? sheet.title}
      link={link}
      navigation={<Breadcrumbs link={link} above={above} title={sheet.title} />}
      scripts={["experiment"]}
      style="experiment"
    >
      <div class="sheet">
        <main id="main">
          <Opening atlas={atlas} category={category} sheet={sheet} query={question ?? query} link={link} />
          <div class="sheet-body sectioned">
            {sheet.figures.length === 0 && <Notes notes={sheet.notes} />}
            {parts.map(({ anchor, title, content }) => (
              <section key={anchor} aria-labelledby={anchor}>
                <h2 id={anchor}>{title}</h2>
                {content}
              </section>
            ))}
            <Neighbors noun="experiment" {...neighborsOf(atlas, sheet, link)} />
          </div>
        </main>
        <div class="rail">
          <OnThisPage parts={parts} />
          <Contents category={category} current={sheet} link={link} />
        </div>
      </div>
    </Page>
  );
}

/** In reading order; after the last comes the first again, and one alone has none. */
function neighborsOf({ sheets }: Atlas, current: Sheet, link: Link) {
  const index = sheets.findIndex(({ id }) => id === current.id);
  const neighbor = (sheet: Sheet | undefined) => (sheet && sheet.id !== current.id ? { title: sheet.title, href: link(sheet.page) } : null);
  return { previous: neighbor(sheets.at(index - 1)), next: neighbor(sheets[(index + 1) % sheets.length]) };
}

function Opening({
  atlas,
  category,
  sheet,
  query,
  link,
}: Omit<SheetProps, "hasConsole" | "question"> & { readonly category: Category; readonly link: Link }) {
  const prices = atlas.sheets.find(({ id }) => id === PRICES);
  return (
    <header class="sheet-opening page-head">
      <p class="kicker">
        <span class="mark">{sheet.mark}</span> {category.title}
      </p>
      <h1>{sheet.title}</h1>
      {sheet.question && <p class="question">{sheet.question}</p>}
      <StateNote state={sheet.state} />
      {sheet.state.kind === "shown" && <Facts class="headlines" facts={sheet.headlines.map((headline) => withQuery(headline, query))} />}
      <p class="aside">
        Reading: <a href={link(READINGS)}>{readingWords(atlas.pool)}</a>
        {prices && (
          <>
            . All money is at <a href={link(prices.page)}>these prices</a>.
          </>
        )}
      </p>
    </header>
  );
}

function withQuery({ label, value }: Headline, query: string | null) {
  return { label, value: query === null ? value : [value, " ", <AskThis key="ask" href={query} about={label} />] };
}

function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <aside class="notes" aria-labelledby="notes">
      <h2 id="notes">Keep in mind</h2>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </aside>
  );
}

interface SheetPart extends PagePart {
  readonly content: ComponentChildren;
}

/** Parts of the page that have something to show, in order. */
function partsOf({ atlas, sheet, query, hasConsole }: Omit<SheetProps, "question">, link: Link): SheetPart[] {
  const { figures, tables, documents } = sheet;
  const { introduction = null, sections = [] } = sheet.readme ?? {};
  const loading = (table: SheetTable) =>
    table.rows > 0 ? `${link(ASK)}#${new URLSearchParams({ table: downloadOf(sheet.id, table) })}` : null;
  const parts: (SheetPart | false)[] = [
    figures.length > 0 && {
      anchor: "figures",
      title: "Figures",
      parts: figures.map(({ name, title }) => ({ anchor: anchorOf("figure", name), title })),
      content: <Figures atlas={atlas} sheet={sheet} link={link} />,
    },
    tables.length > 0 && {
      anchor: "tables",
      title: "Tables",
      parts: tables.map(({ name, title }) => ({ anchor: anchorOf("table", name), title })),
      content: tables.map((table, i) => (
        <TablePreview
          key={table.name}
          sheet={sheet}
          table={table}
          number={i + 1}
          query={query ?? (hasConsole ? loading(table) : null)}
          link={link}
        />
      )),
    },
    documents.length > 0 && {
      anchor: "documents",
      title: "Documents",
      content: documents.map((document) => <Document key={document.file} sheet={sheet} document={document} link={link} />),
    },
    (introduction !== null || sections.length > 0) && {
      anchor: "method",
      title: "How it works",
      content: (
        <>
          {introduction && <Prose body={introduction} />}
          {sections.map((section) => (
            <section key={section.anchor} id={section.anchor} class="readme-section">
              <h3>{section.heading}</h3>
              <Prose body={section} />
            </section>
          ))}
        </>
      ),
    },
    { anchor: "reproduce", title: "Reproduce", content: <Reproduce atlas={atlas} sheet={sheet} link={link} /> },
  ];
  return parts.filter((part) => part !== false);
}

function Figures({ atlas, sheet, link }: Pick<SheetProps, "atlas" | "sheet"> & { readonly link: Link }) {
  return (
    <>
      {sheet.figures.map((figure, i) => (
        <Fragment key={figure.name}>
          <Plate sheet={sheet} figure={figure} number={i + 1} citation={citationOf(atlas, sheet, figure)} link={link} />
          {i === 0 && <Notes notes={sheet.notes} />}
        </Fragment>
      ))}
      <p class="aside">
        Each PNG contains the README, tables, code, and chart specification behind it. <code>{commandLine(["sidecar", "extract"])}</code>{" "}
        unpacks them; <code>{commandLine(["sidecar", "redraw"])}</code> redraws the figure from the file alone.
      </p>
    </>
  );
}

function Reproduce({ atlas, sheet, link }: Pick<SheetProps, "atlas" | "sheet"> & { readonly link: Link }) {
  const own = sheet.code.filter(({ shared }) => !shared);
  return (
    <>
      <p>
        Run this{BUILT ? "" : " in the project's folder"}
        {!atlas.pool.synthetic && ", with the path of this pool's database"}:
      </p>
      <pre class="command" data-copy="Copy the command">
        <code>{commandOf(atlas, sheet)}</code>
      </pre>
      {own.map((file) => (
        <Code key={file.path} file={file} link={link} />
      ))}
      <Relations files={sheet.code.filter(({ shared }) => shared)} link={link} />
      {sheet.files.length > 0 && <Files sheet={sheet} link={link} />}
    </>
  );
}

/** The shared relations that the queries read, which have a page of their own. */
function Relations({ files, link }: { readonly files: readonly CodeFile[]; readonly link: Link }) {
  if (files.length === 0) return null;
  return (
    <>
      <h3>Shared relations</h3>
      <ul class="downloads">
        {files.map(({ name, path }) => (
          <li key={path}>
            <a href={link(RELATIONS, anchorOf("code", name))}>{name.replace(/^.*\/|\.sql$/g, "")}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Without --db the program reads the bundled sample, which has one reading unless another is asked for. */
function commandOf({ pool }: Atlas, sheet: Sheet): string {
  const isPlain = pool.accounting === "published" && pool.transcripts === 0;
  const source = [...(pool.synthetic ? [] : ["--db", `${pool.name}.duckdb`]), ...(isPlain ? [] : ["--accounting", pool.accounting])];
  return commandLine([...source, "--only", sheet.id, ...sheet.flags]);
}
