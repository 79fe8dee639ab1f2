/** @jsxRuntime automatic @jsxImportSource preact */
import fs from "node:fs";
import { projectFile } from "../../../files/program.ts";
import type { Atlas, Category } from "../../atlas/atlas.ts";
import { findingsOf } from "../../atlas/findings.ts";
import { headingOf } from "../../atlas/pool-words.ts";
import { SITE_NAME } from "../../atlas/words.ts";
import type { PageFile } from "../../feature.ts";
import { counted, windowOf } from "../../format.ts";
import { ATLAS, HOME, type Link, linkFrom, pageOf } from "../../links.ts";
import { documentText } from "../../page/document-text.ts";
import { Findings } from "../../page/findings.tsx";
import { Glossary } from "../../page/glossary.tsx";
import { Page } from "../../page/page.tsx";
import { Drawing } from "../../page/prose.tsx";
import { OWN_TRACE_PAGE, OwnTraceZone } from "../own-trace/zone.tsx";
import { PoolFacts, PoolStrip } from "./pool-facts.tsx";

const MOST_FINDINGS = 6;

export function homePage(atlas: Atlas): PageFile {
  return { file: HOME, title: SITE_NAME, html: documentText(<HomePage atlas={atlas} />) };
}

/** The landing page: what the pool is, what was found in it, and where to go on. */
function HomePage({ atlas }: { readonly atlas: Atlas }) {
  const link = linkFrom(HOME);
  const findings = findingsOf(atlas.sheets, MOST_FINDINGS);
  return (
    <Page atlas={atlas} title={SITE_NAME} description={ledeOf(atlas)} link={link} navigation={null} style="home" {...OWN_TRACE_PAGE}>
      <main id="main" class="home">
        <section class="opening">
          <h1>{headingOf(atlas.pool)}</h1>
          <p class="lede">{ledeOf(atlas)}</p>
          <PoolStrip atlas={atlas} link={link} />
          <OwnTraceZone atlas={atlas} link={link} />
        </section>
        <section class="pool" aria-label="What is in the pool">
          {atlas.pool.rounds > 0 ? (
            <PoolFacts atlas={atlas} link={link} />
          ) : (
            <p>The pool has no agent steps, so there is nothing to count or draw.</p>
          )}
        </section>
        {findings.length > 0 && (
          <section aria-labelledby="findings">
            <h2 id="findings">Findings</h2>
            <Findings findings={findings} link={link} />
          </section>
        )}
        <section aria-labelledby="categories">
          <h2 id="categories">
            <a href={link(ATLAS)}>All {counted(atlas.sheets.length, "experiment")}</a>
          </h2>
          {atlas.sheets.length > 0 ? (
            <ul class="tiles">
              {atlas.categories.map((category) => (
                <Tile key={category.id} category={category} link={link} />
              ))}
            </ul>
          ) : (
            <p class="state state-empty">No experiment was run on this pool.</p>
          )}
        </section>
        <details class="fold words">
          <summary>
            <h2>Glossary</h2>
          </summary>
          <div class="words-body">
            <Drawing svg={fs.readFileSync(projectFile("lib/gallery/features/home/anatomy.svg"), "utf8")} />
            <Glossary />
          </div>
        </details>
      </main>
    </Page>
  );
}

/** A category with one of its numbers. */
function Tile({ category, link }: { readonly category: Category; readonly link: Link }) {
  const headline = findingsOf(category.sheets, category.sheets.length).find(({ sheet }) => sheet.headlines.length > 0)?.sheet.headlines[0];
  return (
    <li class="tile">
      <h3>
        <span class="mark">{category.letter}</span> <a href={link(pageOf(category.id))}>{category.title}</a>
      </h3>
      <p class="aside">{counted(category.sheets.length, "experiment")}</p>
      <p class="tile-about">{category.about}</p>
      {headline && (
        <p class="tile-number">
          <strong>{headline.value}</strong> <span class="aside">{headline.label}</span>
        </p>
      )}
    </li>
  );
}

function ledeOf({ pool, sheets }: Atlas): string {
  if (pool.rounds === 0) return "The pool has no agent steps. Build a database from traces that have some to fill this page.";
  const window = windowOf(pool);
  const who = pool.users > 0 ? ` of ${counted(pool.users, "user")}` : "";
  const when = window ? `, recorded ${window.recorded}` : "";
  const figures = sheets.reduce((sum, sheet) => sum + sheet.figures.length, 0);
  return `${counted(pool.sessions, "session")}${who}${when}. ${counted(sheets.length, "experiment")} answer questions about them with ${counted(figures, "figure")}, each with its data and code inside.`;
}
