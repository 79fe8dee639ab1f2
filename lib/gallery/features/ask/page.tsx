/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { commandLine } from "../../../files/program.ts";
import { grouped } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { SITE_NAME } from "../../atlas/words.ts";
import { bytes, counted } from "../../format.ts";
import { HOME, type Link, pageOf } from "../../links.ts";
import { Page, type PolicyAdditions } from "../../page/page.tsx";
import type { Example, Examples } from "./examples.ts";
import type { ExploreTable } from "./explore.ts";
import type { Question } from "./questions.ts";

export const ASK_PAGE = "ask/index.html";
export const EXPLORE_FILE = "ask/explore.duckdb";
export const ENGINE_WASM = "assets/duckdb/duckdb-eh.wasm";
export const ENGINE_WORKER = "assets/duckdb/duckdb-browser-eh.worker.js";

/**
 * The engine is compiled from bytes, and both it and its worker come from memory. Nothing else is opened: a worker made on
 * the page obeys the page's policy, so that a query that asks for another address is stopped twice.
 */
const POLICY: PolicyAdditions = {
  "script-src": ["'wasm-unsafe-eval'"],
  "worker-src": ["blob:"],
  "connect-src": ["blob:"],
};

/** In seconds. */
const TIME_LIMITS = [10, 60, 600] as const;
const USUAL_LIMIT = 60;

export type AskContent =
  | { readonly kind: "omitted"; readonly sentence: string }
  | {
      readonly kind: "console";
      readonly tables: readonly ExploreTable[];
      readonly databaseBytes: number;
      readonly wasmBytes: number;
      readonly questions: readonly Question[];
      readonly examples: Examples;
    };

interface AskPageProps {
  readonly atlas: Atlas;
  readonly title: string;
  readonly link: Link;
  readonly content: AskContent;
}

export function AskPage({ atlas, title, link, content }: AskPageProps) {
  const scripts = content.kind === "console" ? ["ask"] : [];
  const description = "The tables of this pool and a database engine in the browser: ask your own questions in SQL.";
  return (
    <Page
      atlas={atlas}
      title={title}
      description={description}
      link={link}
      navigation={<Breadcrumbs title={title} link={link} />}
      scripts={scripts}
      styles={["ask.css", "chart.css"]}
      policy={content.kind === "console" ? POLICY : {}}
    >
      <main id="main" class="ask">
        <header class="ask-opening">
          <h1>{title}</h1>
          <p class="lede">
            The rows behind the figures, and a database in your browser to question them. What you ask stays on this machine.
          </p>
        </header>
        {content.kind === "omitted" ? (
          <p class="state state-empty">
            <strong>Not for this pool.</strong> {content.sentence} Its own database takes SQL as well: open it with DuckDB.
          </p>
        ) : (
          <Desk atlas={atlas} link={link} {...content} />
        )}
      </main>
    </Page>
  );
}

function Breadcrumbs({ title, link }: { readonly title: string; readonly link: Link }) {
  return (
    <nav class="breadcrumbs" aria-label="Breadcrumbs">
      <ol>
        <li>
          <a href={link(HOME)}>Home</a>
        </li>
        <li aria-current="page">{title}</li>
      </ol>
    </nav>
  );
}

type DeskProps = Extract<AskContent, { kind: "console" }> & { readonly atlas: Atlas; readonly link: Link };

function Desk({ atlas, link, tables, databaseBytes, wasmBytes, questions, examples }: DeskProps) {
  return (
    <div class="ask-desk">
      <div class="ask-work">
        <noscript>
          <p class="state state-empty">Asking needs JavaScript. The queries and the tables below can be read without it.</p>
        </noscript>
        <FromDisk />
        <Console link={link} first={questions[0]} databaseBytes={databaseBytes} wasmBytes={wasmBytes} />
        <Results />
      </div>
      <section class="ask-starters" aria-labelledby="ask-questions">
        <h2 id="ask-questions">Questions to start from</h2>
        <ul class="ask-questions">
          {questions.map(({ title, sql }) => (
            <Starter key={title} title={title} sql={sql} />
          ))}
        </ul>
        <Experiments atlas={atlas} examples={examples} link={link} />
      </section>
      <aside class="ask-schema" aria-labelledby="ask-tables">
        <h2 id="ask-tables">Tables</h2>
        <TableList title="The trace" tables={tables.filter(({ derived }) => !derived)} open="rounds" />
        <TableList title="Worked out from it" tables={tables.filter(({ derived }) => derived)} />
        <p class="aside">
          Times are UTC; names that end in <code>_us</code> or <code>_ms</code> are microseconds or milliseconds. Paths, names of people and
          projects, and identifiers of single calls are left out.{" "}
          <a href={link(EXPLORE_FILE)} download>
            The database as a file
          </a>{" "}
          ({bytes(databaseBytes)}), for DuckDB 1.0 or newer.
        </p>
      </aside>
    </div>
  );
}

/** Shown by the script where it finds that the page was opened as a file. */
function FromDisk() {
  return (
    <div class="notes" data-ask="from-disk" hidden>
      <h2>This page needs a web server</h2>
      <p>
        Browsers don't let a page that was opened from a disk load a database. Run <code>{commandLine(["gallery", "--serve"])}</code> in the
        project's folder, or open the page where the gallery is published. The queries below can be read here, too.
      </p>
    </div>
  );
}

interface ConsoleProps {
  readonly link: Link;
  readonly first: Question | undefined;
  readonly databaseBytes: number;
  readonly wasmBytes: number;
}

function Console({ link, first, databaseBytes, wasmBytes }: ConsoleProps) {
  return (
    <form
      class="ask-console"
      data-ask="form"
      data-worker={link(ENGINE_WORKER)}
      data-wasm={link(ENGINE_WASM)}
      data-wasm-bytes={wasmBytes}
      data-database={link(EXPLORE_FILE)}
      data-database-bytes={databaseBytes}
      hidden
    >
      <label for="ask-editor">Your question in SQL</label>
      <textarea
        id="ask-editor"
        data-ask="editor"
        rows={10}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-describedby="ask-keys"
      >
        {first?.sql}
      </textarea>
      <div class="ask-actions">
        <button type="submit" class="ask-button ask-run" data-ask="run">
          Run
        </button>
        <button type="button" class="ask-button" data-ask="stop" hidden>
          Stop
        </button>
        <span class="aside" id="ask-keys">
          or Ctrl and Enter
        </span>
        <label class="ask-limit">
          Stop after{" "}
          <select data-ask="limit">
            {TIME_LIMITS.map((seconds) => (
              <option key={seconds} value={seconds} selected={seconds === USUAL_LIMIT}>
                {seconds < 120 ? `${seconds} seconds` : `${seconds / 60} minutes`}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="ask-button" data-ask="share">
          Copy link
        </button>
      </div>
      <progress data-ask="progress" aria-label="Loading" hidden></progress>
      <div class="ask-status" role="status" data-ask="status">
        <p>The first run loads the engine and the database: {bytes(wasmBytes + databaseBytes)}, less where the server compresses.</p>
      </div>
    </form>
  );
}

function Results() {
  return (
    <section class="ask-results" data-ask="results" aria-labelledby="ask-answer" hidden>
      <div class="ask-answer-head">
        <h2 id="ask-answer">Answer</h2>
        <div class="ask-downloads" data-ask="downloads"></div>
      </div>
      <details class="ask-chart" data-ask="chart" open>
        <summary>Chart</summary>
        <div class="ask-choices">
          <Choice name="mark" title="As">
            <option value="bars">bars</option>
            <option value="line">line</option>
            <option value="points">points</option>
            <option value="histogram">histogram</option>
          </Choice>
          <Choice name="x" title="Along" />
          <Choice name="y" title="How much" />
          <Choice name="colour" title="Colour" />
        </div>
        <div class="ask-canvas" data-ask="canvas"></div>
        <p class="aside" data-ask="chart-note"></p>
      </details>
      <div data-ask="table"></div>
    </section>
  );
}

function Choice({ name, title, children }: { readonly name: string; readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <label>
      {title} <select data-ask={`chart-${name}`}>{children}</select>
    </label>
  );
}

function TableList({ title, tables, open }: { readonly title: string; readonly tables: readonly ExploreTable[]; readonly open?: string }) {
  if (tables.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      {tables.map((table) => (
        <details key={table.name} class="ask-table" open={table.name === open}>
          <summary>
            <code>{table.name}</code> <span class="aside">{counted(table.rows, "row")}</span>
          </summary>
          {table.about && <p class="aside">{table.about}</p>}
          <dl>
            {table.columns.map(({ name, type }) => (
              <div key={name}>
                <dt>
                  <code>{name}</code>
                </dt>
                <dd>{type.toLowerCase()}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </>
  );
}

function Starter({ title, sql, from }: { readonly title: string; readonly sql: string; readonly from?: ComponentChildren }) {
  return (
    <li class="ask-starter" data-ask-starter>
      <p class="ask-starter-title">{title}</p>
      {from}
      <div class="ask-starter-actions">
        <button type="button" class="ask-button" aria-label={`Use: ${title}`} hidden>
          Use
        </button>
        <details>
          <summary aria-label={`SQL of: ${title}`}>SQL</summary>
          <pre>
            <code>{sql}</code>
          </pre>
        </details>
      </div>
    </li>
  );
}

interface ExperimentsProps {
  readonly atlas: Atlas;
  readonly examples: Examples;
  readonly link: Link;
}

/** The queries that the figures were made with, by category as on the home page. */
function Experiments({ atlas, examples: { runnable, refused, without }, link }: ExperimentsProps) {
  if (runnable.length === 0) return null;
  const total = runnable.length + refused.size + without.length;
  return (
    <>
      <h2>The experiments' own queries</h2>
      <p class="aside">
        {grouped(runnable.length)} of {counted(total, "experiment")} can be asked here, with the parameters of this run.
        {refused.size > 0 &&
          ` ${refused.size === 1 ? "The query of one other" : `The queries of ${grouped(refused.size)} others`} need${refused.size === 1 ? "s" : ""} columns that are left out.`}
        {without.length > 0 && ` ${grouped(without.length)} ask nothing of the database on their own.`} A query gives the rows that{" "}
        {SITE_NAME} then judges and draws.
      </p>
      {atlas.categories.map((category) => {
        const own = runnable.filter(({ id }) => id.startsWith(`${category.id}/`));
        if (own.length === 0) return null;
        return (
          <details key={category.id} class="fold ask-category">
            <summary>
              <h3>{category.title}</h3> <span class="aside">{own.length === 1 ? "1 query" : `${grouped(own.length)} queries`}</span>
            </summary>
            <ul class="ask-questions">
              {own.map((example) => (
                <Starter key={example.id} title={example.title} sql={example.sql} from={<Origin example={example} link={link} />} />
              ))}
            </ul>
          </details>
        );
      })}
    </>
  );
}

function Origin({ example, link }: { readonly example: Example; readonly link: Link }) {
  return (
    <p class="aside">
      <a href={link(pageOf(example.id))}>{example.id}</a>, {example.file}
    </p>
  );
}
