/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas } from "../../atlas/atlas.ts";
import type { PageFile } from "../../feature.ts";
import { linkFrom } from "../../links.ts";
import { documentText } from "../../page/document-text.ts";
import { Page } from "../../page/page.tsx";

const FILE = "search/index.html";
const TITLE = "Search results";

/** The page of results for the query in its address; a script fills it. */
export function searchPage(atlas: Atlas): PageFile {
  const link = linkFrom(FILE);
  const html = documentText(
    <Page atlas={atlas} title={TITLE} description="What was found in the atlas." link={link} style="home">
      <main id="main">
        <header class="page-head">
          <h1>{TITLE}</h1>
          <p role="status" data-results-status>
            Type into the search field at the top of the page.
          </p>
        </header>
        <ul class="results" data-results />
      </main>
    </Page>,
  );
  return { file: FILE, title: TITLE, html };
}
