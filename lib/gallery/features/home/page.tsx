/** @jsxRuntime automatic @jsxImportSource preact */
import fs from "node:fs";
import { projectFile } from "../../../files/program.ts";
import type { Atlas, Category } from "../../atlas/atlas.ts";
import { headingOf } from "../../atlas/pool-words.ts";
import { SITE_NAME } from "../../atlas/words.ts";
import type { PageFile } from "../../feature.ts";
import { counted, windowOf } from "../../format.ts";
import { anchorOf, HOME, type Link, linkFrom } from "../../links.ts";
import { documentText } from "../../page/document-text.ts";
import { Glossary } from "../../page/glossary.tsx";
import { Page } from "../../page/page.tsx";
import { Drawing } from "../../page/prose.tsx";
import { Card } from "./card.tsx";
import { Cartouche, PoolFacts } from "./pool-facts.tsx";

export function homePage(atlas: Atlas): PageFile {
  return { file: HOME, title: SITE_NAME, html: documentText(<HomePage atlas={atlas} />) };
}

/** The landing page: what the pool is, the words, and a card for every experiment. */
function HomePage({ atlas }: { readonly atlas: Atlas }) {
  const link = linkFrom(HOME);
  return (
    <Page atlas={atlas} title={SITE_NAME} description={ledeOf(atlas)} link={link} navigation={<Sections atlas={atlas} />} style="home">
      <main id="main" class="home">
        <section class="opening">
          <div>
            <h1>{headingOf(atlas.pool)}</h1>
            <p class="lede">{ledeOf(atlas)}</p>
          </div>
          <Cartouche atlas={atlas} link={link} />
        </section>
        <section class="pool" aria-labelledby="pool">
          <h2 id="pool">What is in the pool</h2>
          {atlas.pool.rounds > 0 ? (
            <PoolFacts atlas={atlas} link={link} />
          ) : (
            <p>The pool has no agent steps, so there is nothing to count or draw.</p>
          )}
        </section>
        <section class="words" aria-labelledby="words">
          <h2 id="words">Glossary</h2>
          <Drawing svg={fs.readFileSync(projectFile("lib/gallery/features/home/anatomy.svg"), "utf8")} />
          <Glossary />
        </section>
        {atlas.categories.map((category) => (
          <CategorySection key={category.id} category={category} link={link} />
        ))}
        {atlas.sheets.length === 0 && <p class="state state-empty">No experiment was run on this pool.</p>}
      </main>
    </Page>
  );
}

function Sections({ atlas }: { readonly atlas: Atlas }) {
  return (
    <nav class="sections" aria-label="Categories">
      <ul>
        {atlas.categories.map((category) => (
          <li key={category.id}>
            <a href={`#${anchorOf("category", category.id)}`}>{category.title}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function CategorySection({ category, link }: { readonly category: Category; readonly link: Link }) {
  const anchor = anchorOf("category", category.id);
  return (
    <section class="category" id={anchor} aria-labelledby={`${anchor}-title`}>
      <header>
        <p class="letter" aria-hidden="true">
          {category.letter}
        </p>
        <h2 id={`${anchor}-title`}>{category.title}</h2>
        {category.about && <p>{category.about}</p>}
        <p class="aside">{counted(category.sheets.length, "experiment")}</p>
      </header>
      <ul class="cards">
        {category.sheets.map((sheet) => (
          <Card key={sheet.id} sheet={sheet} link={link} />
        ))}
      </ul>
    </section>
  );
}

function ledeOf({ pool, sheets }: Atlas): string {
  if (pool.rounds === 0) return "The pool has no agent steps. Build a database from traces that have some to fill this page.";
  const window = windowOf(pool);
  const who = pool.users > 0 ? ` of ${counted(pool.users, "user")}` : "";
  const when = window ? `, recorded from ${window.first} to ${window.last}` : "";
  const figures = sheets.reduce((sum, sheet) => sum + sheet.figures.length, 0);
  return `${counted(pool.sessions, "session")}${who}${when}. ${counted(sheets.length, "experiment")} answer questions about them with ${counted(figures, "figure")}, each with its data and code inside.`;
}
