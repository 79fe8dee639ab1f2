/** @jsxRuntime automatic @jsxImportSource preact */
import { HOME, type Link } from "../links.ts";

interface BreadcrumbsProps {
  readonly link: Link;
  /** Between home and the page. */
  readonly above?: { readonly title: string; readonly href: string };
  /** Title of the page. */
  readonly title: string;
}

/** The way from home to the page. */
export function Breadcrumbs({ link, above, title }: BreadcrumbsProps) {
  return (
    <nav class="breadcrumbs" aria-label="Breadcrumbs">
      <ol>
        <li>
          <a href={link(HOME)}>Home</a>
        </li>
        {above && (
          <li>
            <a href={above.href}>{above.title}</a>
          </li>
        )}
        <li aria-current="page">{title}</li>
      </ol>
    </nav>
  );
}
