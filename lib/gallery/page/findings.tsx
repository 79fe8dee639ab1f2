/** @jsxRuntime automatic @jsxImportSource preact */
import type { Finding } from "../atlas/findings.ts";
import { anchorOf, type Link } from "../links.ts";

/** Findings as sentences with the figures that show them. */
export function Findings({ findings, link }: { readonly findings: readonly Finding[]; readonly link: Link }) {
  return (
    <ul class="findings">
      {findings.map(({ sheet, figure }) => (
        <li key={sheet.id}>
          {sheet.thumbnail && (
            <div class={sheet.thumbnail.turnsDark ? "finding-picture turns-dark" : "finding-picture"}>
              <img src={link(sheet.thumbnail.file)} width={sheet.thumbnail.width} height={sheet.thumbnail.height} alt="" loading="lazy" />
            </div>
          )}
          <h3>
            <a href={link(sheet.page, anchorOf("figure", figure.name))}>{figure.title}</a>
          </h3>
          <p class="aside">{sheet.title}</p>
        </li>
      ))}
    </ul>
  );
}
