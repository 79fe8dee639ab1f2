/** @jsxRuntime automatic @jsxImportSource preact */
import type { FigureArtifact } from "../../../artifacts/artifacts.ts";
import { anchorOf, fileOf, type Link } from "../../links.ts";
import { earlierFigure } from "./places.ts";
import type { FigureDiff } from "./runs.ts";

interface FigurePairProps {
  readonly id: string;
  readonly figure: FigureDiff;
  /** If not, all figures differ, and it says nothing by how many pixels. */
  readonly samePool: boolean;
  readonly link: Link;
}

/** A figure before and after; a script lays one over the other. */
export function FigurePair({ id, figure, samePool, link }: FigurePairProps) {
  const { before, after, share, title, chart } = figure;
  return (
    <figure id={anchorOf("figure", figure.name)} data-picture-diff={before && after ? "" : undefined}>
      <h3>{title}</h3>
      <p class="caption">
        {!before && "Only the later run has this figure."}
        {!after && "Only the earlier run has this figure."}
        {share !== null &&
          samePool &&
          `${shareText(share)} of the pixels differ${chart ? "" : "; the chart is the same, drawn by other versions"}${sizesText(figure)}.`}
      </p>
      <div class="picture-pair">
        {before && <Picture which="before" figure={before} src={link(earlierFigure(id, before))} />}
        {after && <Picture which="after" figure={after} src={link(fileOf(id, after.file))} />}
      </div>
    </figure>
  );
}

function Picture({ which, figure, src }: { readonly which: "before" | "after"; readonly figure: FigureArtifact; readonly src: string }) {
  return (
    <div class={`picture-${which} ${figure.turnsDark ? "turns-dark" : ""}`}>
      <p>{which === "before" ? "Before" : "After"}</p>
      <img
        src={src}
        alt={`${which === "before" ? "Before" : "After"}: ${figure.alt}`}
        width={Math.round(figure.width / 2)}
        height={Math.round(figure.height / 2)}
        loading="lazy"
      />
    </div>
  );
}

function shareText(share: number): string {
  if (share === 0) return "None";
  return share < 0.0001 ? "Less than 0.01%" : `${(100 * share).toFixed(share < 0.01 ? 2 : 1)}%`;
}

function sizesText({ before, after }: FigureDiff): string {
  if (!before || !after || (before.width === after.width && before.height === after.height)) return "";
  return `; ${before.width} × ${before.height} pixels before, ${after.width} × ${after.height} after`;
}
