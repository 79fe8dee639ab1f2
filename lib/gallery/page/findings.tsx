/** @jsxRuntime automatic @jsxImportSource preact */
import type { Finding } from "../atlas/findings.ts";
import { anchorOf, type Link } from "../links.ts";
import { PictureImages, pictureClass } from "./figure-picture.tsx";

/** Findings as sentences with the figures that show them. */
export function Findings({ findings, link }: { readonly findings: readonly Finding[]; readonly link: Link }) {
  return (
    <ul class="findings">
      {findings.map(({ sheet, figure }) => (
        <li key={sheet.id}>
          {sheet.thumbnail && (
            <div class={pictureClass("finding-picture", sheet.thumbnail)}>
              <PictureImages picture={{ ...sheet.thumbnail, alt: "" }} link={link} loading="lazy" />
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
