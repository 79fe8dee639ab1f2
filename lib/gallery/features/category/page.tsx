/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas, Category } from "../../atlas/atlas.ts";
import { findingsOf } from "../../atlas/findings.ts";
import type { PageFile } from "../../feature.ts";
import { ATLAS, linkFrom, pageOf } from "../../links.ts";
import { Breadcrumbs } from "../../page/breadcrumbs.tsx";
import { Card } from "../../page/card.tsx";
import { documentText } from "../../page/document-text.ts";
import { Findings } from "../../page/findings.tsx";
import { Neighbors } from "../../page/neighbors.tsx";
import { Page } from "../../page/page.tsx";

const MOST_FINDINGS = 3;

interface CategoryProps {
  readonly atlas: Atlas;
  readonly category: Category;
}

export function categoryPage(atlas: Atlas, category: Category): PageFile {
  return { file: pageOf(category.id), title: category.title, html: documentText(<CategoryPage atlas={atlas} category={category} />) };
}

/** What a category asks, what it found, and its experiments. */
function CategoryPage({ atlas, category }: CategoryProps) {
  const link = linkFrom(pageOf(category.id));
  const findings = findingsOf(category.sheets, MOST_FINDINGS);
  return (
    <Page
      atlas={atlas}
      title={category.title}
      description={category.about}
      link={link}
      navigation={<Breadcrumbs link={link} above={{ title: "Atlas", href: link(ATLAS) }} title={category.title} />}
      style="home"
    >
      <main id="main" class="sectioned">
        <header class="page-head">
          <p class="mark">{category.letter}</p>
          <h1>{category.title}</h1>
          <p class="lede">{category.about}</p>
        </header>
        {findings.length > 0 && (
          <section aria-labelledby="findings">
            <h2 id="findings">Findings</h2>
            <Findings findings={findings} link={link} />
          </section>
        )}
        <section aria-labelledby="experiments">
          <h2 id="experiments">Experiments</h2>
          <ul class="cards">
            {category.sheets.map((sheet) => (
              <Card key={sheet.id} sheet={sheet} link={link} />
            ))}
          </ul>
        </section>
        <Neighbors noun="category" {...neighborsOf({ atlas, category })} />
      </main>
    </Page>
  );
}

function neighborsOf({ atlas: { categories }, category }: CategoryProps) {
  const link = linkFrom(pageOf(category.id));
  const index = categories.indexOf(category);
  const neighbor = (other: Category | undefined) =>
    other && other !== category ? { title: other.title, href: link(pageOf(other.id)) } : null;
  return { previous: neighbor(categories.at(index - 1)), next: neighbor(categories[(index + 1) % categories.length]) };
}
