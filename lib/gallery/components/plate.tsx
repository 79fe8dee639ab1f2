/** @jsxRuntime automatic */
/** @jsxImportSource preact */

import type { FigureArtifact } from "../../run/artifacts.ts";
import type { Sheet } from "../atlas.ts";
import { bytes } from "../format.ts";
import { anchorOf, fileOf, type Link } from "../links.ts";

interface PlateProps {
  readonly sheet: Sheet;
  readonly figure: FigureArtifact;
  readonly number: number;
  readonly link: Link;
}

/** A figure with its number, caption, id and downloads. The picture shown is the PNG itself, so that saving it keeps its sidecar. */
export function Plate({ sheet, figure, number, link }: PlateProps) {
  const png = link(fileOf(sheet.id, figure.file));
  return (
    <figure class="plate" id={anchorOf("figure", figure.name)}>
      <a class="plate-picture" href={png} aria-label={`Figure ${number} at full size`}>
        <img
          src={png}
          width={Math.round(figure.width / 2)}
          height={Math.round(figure.height / 2)}
          alt={figure.alt}
          loading={number === 1 ? "eager" : "lazy"}
        />
      </a>
      <figcaption>
        <h3>
          <span class="number">Figure {number}</span> {figure.title}
        </h3>
        <p class="caption">{figure.caption}</p>
        <ul class="downloads">
          <li>
            <a href={png} download>
              PNG
            </a>{" "}
            <span class="aside">{bytes(figure.bytes)}, data and code inside</span>
          </li>
          <li>
            <a href={link(fileOf(sheet.id, figure.spec.file))} download>
              Vega-Lite spec
            </a>{" "}
            <span class="aside">{bytes(figure.spec.bytes)}</span>
          </li>
          <li>
            <span class="aside">Figure id</span> <code>{figure.id}</code>
          </li>
        </ul>
      </figcaption>
    </figure>
  );
}
