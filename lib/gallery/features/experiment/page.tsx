/** @jsxRuntime automatic @jsxImportSource preact */
import { BUILT, commandLine } from "../../../files/program.ts";
import { known } from "../../../stats/known.ts";
import type { Atlas, Category, Sheet } from "../../atlas/atlas.ts";
import type { CodeFile } from "../../atlas/code-files.ts";
import type { PageFile } from "../../feature.ts";
import { anchorOf, HOME, type Link, linkFrom } from "../../links.ts";
import { Breadcrumbs } from "../../page/breadcrumbs.tsx";
import { documentText } from "../../page/document-text.ts";
import { Facts } from "../../page/facts.tsx";
import { Neighbors } from "../../page/neighbors.tsx";
import { Page } from "../../page/page.tsx";
import { Prose } from "../../page/prose.tsx";
import { StateNote } from "../../page/state-note.tsx";
import { Code } from "./code.tsx";
import { Contents } from "./contents.tsx";
import { Document } from "./document.tsx";
import { Files } from "./files.tsx";
import { OnThisPage, type PagePart } from "./on-this-page.tsx";
import { Plate } from "./plate.tsx";
import { TablePreview } from "./table-preview.tsx";

interface SheetProps {
  readonly atlas: Atlas;
  readonly sheet: Sheet;
}

export function experimentPage(atlas: Atlas, sheet: Sheet): PageFile {
  return { file: sheet.page, title: sheet.title, html: documentText(<ExperimentPage atlas={atlas} sheet={sheet} />) };
}

/** One experiment: its question, numbers, figures and tables, then how it was made and how to reproduce it. */
function ExperimentPage({ atlas, sheet }: SheetProps) {
  const link = linkFrom(sheet.page);
  const category = known(atlas.categories.find((candidate) => candidate.id === sheet.category));
  const above = { title: category.title, href: link(HOME, anchorOf("category", category.id)) };
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
          <Opening category={category} sheet={sheet} />
          <OnThisPage parts={partsOf(sheet)} />
          <div class="sheet-body sectioned">
            {sheet.readme?.introduction && <Prose body={sheet.readme.introduction} />}
            <Notes notes={sheet.notes} />
            <Figures sheet={sheet} link={link} />
            <Tables sheet={sheet} link={link} />
            <Documents sheet={sheet} link={link} />
            <Method sheet={sheet} />
            <Reproduce atlas={atlas} sheet={sheet} link={link} />
            <Neighbors noun="experiment" {...neighborsOf(atlas, sheet, link)} />
          </div>
        </main>
        <Contents atlas={atlas} current={sheet} link={link} />
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

function Opening({ category, sheet }: { readonly category: Category; readonly sheet: Sheet }) {
  return (
    <header class="sheet-opening page-head">
      <p class="kicker">
        <span class="mark">{sheet.mark}</span> {category.title}
      </p>
      <h1>{sheet.title}</h1>
      {sheet.question && <p class="question">{sheet.question}</p>}
      <StateNote state={sheet.state} />
      {sheet.state.kind === "shown" && <Facts class="headlines" facts={sheet.headlines} />}
    </header>
  );
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

function Figures({ sheet, link }: { readonly sheet: Sheet; readonly link: Link }) {
  if (sheet.figures.length === 0) return null;
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      {sheet.figures.map((figure, i) => (
        <Plate key={figure.name} sheet={sheet} figure={figure} number={i + 1} link={link} />
      ))}
      <p class="aside">
        Each PNG contains the README, tables, code, and chart specification behind it. <code>{commandLine(["sidecar", "extract"])}</code>{" "}
        unpacks them; <code>{commandLine(["sidecar", "redraw"])}</code> redraws the figure from the file alone.
      </p>
    </section>
  );
}

function Tables({ sheet, link }: { readonly sheet: Sheet; readonly link: Link }) {
  if (sheet.tables.length === 0) return null;
  return (
    <section aria-labelledby="tables">
      <h2 id="tables">Tables</h2>
      {sheet.tables.map((table, i) => (
        <TablePreview key={table.name} sheet={sheet} table={table} number={i + 1} link={link} />
      ))}
    </section>
  );
}

function Documents({ sheet, link }: { readonly sheet: Sheet; readonly link: Link }) {
  if (sheet.documents.length === 0) return null;
  return (
    <section aria-labelledby="documents">
      <h2 id="documents">Documents</h2>
      {sheet.documents.map((document) => (
        <Document key={document.file} sheet={sheet} document={document} link={link} />
      ))}
    </section>
  );
}

function Method({ sheet }: { readonly sheet: Sheet }) {
  if (!sheet.readme || sheet.readme.sections.length === 0) return null;
  return (
    <section aria-labelledby="method">
      <h2 id="method">How it works</h2>
      {sheet.readme.sections.map((section) => (
        <section key={section.anchor} id={section.anchor} class="readme-section">
          <h3>{section.heading}</h3>
          <Prose body={section} />
        </section>
      ))}
    </section>
  );
}

function Reproduce({ atlas, sheet, link }: SheetProps & { readonly link: Link }) {
  return (
    <section aria-labelledby="reproduce">
      <h2 id="reproduce">Reproduce</h2>
      <p>
        Run this{BUILT ? "" : " in the project's folder"}
        {!atlas.pool.synthetic && ", with the path of this pool's database"}:
      </p>
      <pre class="command" data-copy="Copy the command">
        <code>{commandOf(atlas, sheet)}</code>
      </pre>
      {sheet.code.map((file) => (
        <Code key={file.path} file={file} users={file.shared ? othersWith(file, atlas, sheet) : []} link={link} />
      ))}
      {sheet.files.length > 0 && <Files sheet={sheet} link={link} />}
    </section>
  );
}

/** Other experiments that read a shared file. */
function othersWith(file: CodeFile, atlas: Atlas, sheet: Sheet): Sheet[] {
  return atlas.sheets.filter((other) => other.id !== sheet.id && other.code.some((candidate) => candidate.path === file.path));
}

/** Without --db the program reads the bundled sample. */
function commandOf({ pool }: Atlas, sheet: Sheet): string {
  const source = pool.synthetic ? [] : ["--db", `${pool.name}.duckdb`];
  return commandLine([...source, "--only", sheet.id, ...sheet.flags]);
}

function partsOf(sheet: Sheet): PagePart[] {
  const parts: (PagePart | false)[] = [
    sheet.figures.length > 0 && {
      anchor: "figures",
      title: "Figures",
      parts: sheet.figures.map((figure) => ({ anchor: anchorOf("figure", figure.name), title: figure.title })),
    },
    sheet.tables.length > 0 && {
      anchor: "tables",
      title: "Tables",
      parts: sheet.tables.map((table) => ({ anchor: anchorOf("table", table.name), title: table.title })),
    },
    sheet.documents.length > 0 && { anchor: "documents", title: "Documents" },
    (sheet.readme?.sections.length ?? 0) > 0 && { anchor: "method", title: "How it works" },
    { anchor: "reproduce", title: "Reproduce" },
  ];
  return parts.filter((part) => part !== false);
}
