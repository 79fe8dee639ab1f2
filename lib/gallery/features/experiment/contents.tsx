/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas, Sheet } from "../../atlas/atlas.ts";
import type { Link } from "../../links.ts";

/** All experiments by category; the current one is marked. */
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
