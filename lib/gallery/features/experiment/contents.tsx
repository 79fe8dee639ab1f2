/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Atlas, Sheet } from "../../atlas/atlas.ts";
import type { Link } from "../../links.ts";

/** All experiments by category; the one whose page this is is marked. */
export function Contents({ atlas, current, link }: { readonly atlas: Atlas; readonly current: Sheet; readonly link: Link }) {
  return (
    <nav class="contents" aria-label="All experiments">
      {atlas.categories.map((category) => (
        <section key={category.id}>
          <h2>{category.title}</h2>
          <ul>
            {category.sheets.map((sheet) => (
              <li key={sheet.id}>
                <a href={link(sheet.page)} aria-current={sheet.id === current.id ? "page" : undefined}>
                  {sheet.title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

/** The neighbours in reading order; after the last comes the first again. */
export function Neighbours({ atlas, current, link }: { readonly atlas: Atlas; readonly current: Sheet; readonly link: Link }) {
  const { sheets } = atlas;
  if (sheets.length < 2) return null;
  const index = sheets.findIndex((sheet) => sheet.id === current.id);
  const previous = sheets.at(index - 1);
  const next = sheets[(index + 1) % sheets.length];
  return (
    <nav class="neighbours" aria-label="Previous and next experiment">
      {previous && (
        <a rel="prev" href={link(previous.page)}>
          <span class="aside">Previous</span> {previous.title}
        </a>
      )}
      {next && (
        <a rel="next" href={link(next.page)}>
          <span class="aside">Next</span> {next.title}
        </a>
      )}
    </nav>
  );
}
