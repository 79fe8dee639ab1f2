/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { loadQuestions } from "../../../assistant/questions/load.ts";
import { known } from "../../../stats/known.ts";
import type { Atlas, AtlasSource } from "../../atlas/atlas.ts";
import { priceWords } from "../../atlas/pool-words.ts";
import type { Feature } from "../../feature.ts";
import { bytes } from "../../format.ts";
import { ASK, type Link, linkFrom } from "../../links.ts";
import { documentText } from "../../page/document-text.ts";
import { Page, type PolicyAdditions } from "../../page/page.tsx";
import { Console, EXPLORE_FILE, FromDisk, Results } from "./console.tsx";
import type { PackedSize } from "./engine-files.ts";
import { type Examples, readExamples } from "./examples.ts";
import { type ExploreTable, explorePath, readExploreRecord } from "./explore.ts";
import { ModelBox } from "./model-box.tsx";
import { Questions, WordsBox } from "./questions.tsx";
import { ExperimentQueries } from "./starters.tsx";
import { DerivedTables, EmptyTables, TraceTables } from "./table-list.tsx";

const TITLE = "Ask";
/** zstd at level 20 takes 3 s for a database of 33 MB and 38 s for one of 66 MB; at level 3 it takes 0.4 s, for 14 % more bytes. */
const SLOW_FROM_BYTES = 50e6;
/** The question whose query is in the editor at first. */
const FIRST = "tokens/by_model";

/**
 * The engine is compiled from bytes, and both it and its worker come from memory. Nothing else is opened: a worker made on
 * the page obeys the page's policy, so that a query that asks for another address is stopped twice.
 */
const POLICY: PolicyAdditions = {
  "script-src": ["'wasm-unsafe-eval'"],
  "worker-src": ["blob:"],
  "connect-src": ["blob:"],
};

/** The page may also connect to an endpoint of models, but to no other place. */
function policyFor(endpoint: string | null): PolicyAdditions {
  return endpoint === null ? POLICY : { ...POLICY, "connect-src": ["blob:", new URL(endpoint).origin] };
}

/** A SQL console on the pool's tables that runs in the browser. */
export const ask: Feature = {
  place: ({ out }) => (readExploreRecord(out) ? { title: TITLE, page: ASK } : null),
  scripts: ["ask", "ask-engine"],
  style: "ask",
  async build({ atlas, source, folder, examples, askEndpoint }) {
    const record = readExploreRecord(source.out);
    if (!record) throw new Error("the exported database is gone");
    const page = (content: AskContent) => [
      { file: ASK, title: TITLE, html: documentText(<AskPage atlas={atlas} link={linkFrom(ASK)} content={content} />) },
    ];
    if (record.omitted !== null) return page({ kind: "omitted", sentence: record.omitted });
    return page({
      kind: "console",
      tables: record.tables,
      database: {
        bytes: record.bytes,
        packed: await folder.placePacked(explorePath(source.out), EXPLORE_FILE, {
          format: "zstd",
          level: record.bytes > SLOW_FROM_BYTES ? 3 : 20,
        }),
      },
      wasm: atlas.engine,
      examples: known(examples),
      endpoint: askEndpoint,
    });
  },
};

/** The experiments' queries that the console can run; null when there is no console. */
export async function consoleExamples({ out, report, roots }: AtlasSource): Promise<Examples | null> {
  if (readExploreRecord(out)?.omitted !== null) return null;
  const artifacts = report.experiments.flatMap((run) => (run.artifacts ? [run.artifacts] : []));
  return readExamples({ artifacts, roots, questions: await loadQuestions(), file: explorePath(out) });
}

type AskContent =
  | { readonly kind: "omitted"; readonly sentence: string }
  | {
      readonly kind: "console";
      readonly tables: readonly ExploreTable[];
      readonly database: PackedSize;
      readonly wasm: PackedSize;
      readonly examples: Examples;
      readonly endpoint: string | null;
    };

interface AskPageProps {
  readonly atlas: Atlas;
  readonly link: Link;
  readonly content: AskContent;
}

function AskPage({ atlas, link, content }: AskPageProps) {
  const description = "Questions about this pool in words and in SQL, answered by a database engine in the browser.";
  return (
    <Page
      atlas={atlas}
      title={TITLE}
      description={description}
      link={link}
      scripts={content.kind === "console" ? ["ask"] : []}
      style="ask"
      policy={content.kind === "console" ? policyFor(content.endpoint) : {}}
    >
      <main id="main" class="ask">
        <header class="page-head">
          <h1>{TITLE}</h1>
          <p class="lede">
            Ask in words or with SQL: a database in your browser answers from the rows behind the figures. Nothing you ask leaves this
            machine{content.kind === "console" && content.endpoint !== null ? " unless you send it to a model" : ""}.
          </p>
        </header>
        {content.kind === "omitted" ? (
          <p class="state state-empty">
            <strong>Not available for this pool.</strong> {content.sentence} You can query the pool's own database with DuckDB.
          </p>
        ) : (
          <Desk atlas={atlas} link={link} {...content}>
            <a href={link(EXPLORE_FILE)} download>
              Download the database
            </a>{" "}
            {/* The engine stamps its files, so that their packed size differs by some bytes: the index of words must not. */}(
            {bytes(content.database.bytes)}
            <span data-pagefind-ignore>, {bytes(content.database.packed)} packed with zstd</span>) for DuckDB 1.0 or newer.
          </Desk>
        )}
      </main>
    </Page>
  );
}

interface DeskProps extends Omit<Extract<AskContent, { kind: "console" }>, "kind" | "database"> {
  readonly atlas: Atlas;
  readonly link: Link;
  /** To download; null where the page has the rows. */
  readonly database: PackedSize | null;
  /** How to download the database. */
  readonly children?: ComponentChildren;
}

/** The console with its tables and queries to start from. */
export function Desk({ atlas, link, tables, database, wasm, examples, endpoint, children }: DeskProps) {
  return (
    <div class="ask-desk">
      <div class="ask-work">
        <noscript>
          <p class="state state-empty">Running queries needs JavaScript. You can still read the queries and tables below.</p>
        </noscript>
        <FromDisk />
        {examples.questions.length > 0 && <WordsBox examples={examples} />}
        {examples.questions.length > 0 && <ModelBox endpoint={endpoint} questions={examples.questions} tables={tables} />}
        <Console link={link} first={examples.questions.find(({ id }) => id === FIRST)} tables={tables} database={database} wasm={wasm} />
        <Results />
      </div>
      <section class="ask-starters" aria-labelledby="ask-questions">
        {examples.questions.length > 0 && <Questions atlas={atlas} questions={examples.questions} link={link} />}
        <ExperimentQueries atlas={atlas} examples={examples} link={link} />
      </section>
      <aside class="ask-schema" aria-labelledby="ask-tables">
        <h2 id="ask-tables">Tables</h2>
        <TraceTables tables={tables.filter(({ derived }) => !derived)} />
        <DerivedTables tables={tables.filter(({ derived }) => derived)} />
        <EmptyTables tables={tables} />
        <p class="aside">
          Times are in UTC; names that end in <code>_us</code> or <code>_ms</code> are in microseconds or milliseconds. Costs that end in{" "}
          <code>_nano</code> are in nano-dollars at {priceWords(atlas.pool)}. Paths, names of people, and identifiers of single calls are
          left out; projects go by a pseudonym or a number. {children}
        </p>
      </aside>
    </div>
  );
}
