/** @jsxRuntime automatic @jsxImportSource preact */
import type { Category, Sheet } from "../../atlas/atlas.ts";
import { type Link, pageOf } from "../../links.ts";

interface ContentsProps {
  readonly category: Category;
  readonly current: Sheet;
  readonly link: Link;
}

/** The experiments of a category; the current one is marked. */
export function Contents({ category, current, link }: ContentsProps) {
  return (
    <nav class="contents" aria-labelledby="contents-title">
      <h2 id="contents-title">
        <a href={link(pageOf(category.id))}>{category.title}</a>
      </h2>
      <ul>
        {category.sheets.map((sheet) => (
          <li key={sheet.id}>
            <a href={link(sheet.page)} aria-current={sheet.id === current.id ? "page" : undefined}>
              {sheet.title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
