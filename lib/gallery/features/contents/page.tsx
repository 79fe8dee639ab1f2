/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas } from "../../atlas/atlas.ts";
import type { PageFile } from "../../feature.ts";
import { counted } from "../../format.ts";
import { ATLAS, linkFrom, pageOf } from "../../links.ts";
import { Card } from "../../page/card.tsx";
import { documentText } from "../../page/document-text.ts";
import { Page } from "../../page/page.tsx";

const TITLE = "Atlas";

export function atlasPage(atlas: Atlas): PageFile {
  return { file: ATLAS, title: TITLE, html: documentText(<AtlasPage atlas={atlas} />) };
}

/** All experiments as a list; a script adds filters, orders and cards. */
function AtlasPage({ atlas }: { readonly atlas: Atlas }) {
  const link = linkFrom(ATLAS);
  const { sheets, categories } = atlas;
  const figures = sheets.reduce((sum, sheet) => sum + sheet.figures.length, 0);
  const lede = `${counted(sheets.length, "experiment")} with ${counted(figures, "figure")}, each with its data and code.`;
  return (
    <Page atlas={atlas} title={TITLE} description={lede} link={link} scripts={["contents"]} style="home">
      <main id="main">
        <header class="page-head">
          <h1>All experiments</h1>
          <p class="lede">{lede}</p>
        </header>
        <nav class="category-links" aria-label="Categories">
          <ul>
            {categories.map(({ id, letter, title, sheets: own }) => (
              <li key={id}>
                <a href={link(pageOf(id))}>
                  <span class="mark">{letter}</span> {title}
                </a>{" "}
                <span class="aside">{own.length}</span>
              </li>
            ))}
          </ul>
        </nav>
        <h2 class="unseen">List</h2>
        <div data-list-tools />
        {sheets.length > 0 ? (
          <ul class="cards as-list" data-list>
            {sheets.map((sheet) => (
              <Card key={sheet.id} sheet={sheet} link={link} />
            ))}
          </ul>
        ) : (
          <p class="state state-empty">No experiment was run on this pool.</p>
        )}
      </main>
    </Page>
  );
}
