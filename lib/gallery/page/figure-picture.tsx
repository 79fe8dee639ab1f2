/** @jsxRuntime automatic @jsxImportSource preact */
import type { FigureArtifact } from "../../artifacts/artifacts.ts";
import { pictureOf } from "../atlas/pictures.ts";
import { fileOf, type Link } from "../links.ts";

interface FigurePictureProps {
  /** Experiment that drew it. */
  readonly id: string;
  readonly figure: FigureArtifact;
  readonly link: Link;
  /** What the link to the file is called. */
  readonly label: string;
  readonly loading: "eager" | "lazy";
}

/** A figure as a light picture that leads to the PNG, which carries the data. Style sheets turn it dark; on narrow screens it scrolls. */
export function FigurePicture({ id, figure, link, label, loading }: FigurePictureProps) {
  const { file, width, height, turnsDark, alt } = pictureOf(id, figure);
  return (
    <a class={turnsDark ? "plate-picture turns-dark" : "plate-picture"} href={link(fileOf(id, figure.file))} aria-label={label}>
      <img src={link(file)} width={width} height={height} alt={alt} loading={loading} />
    </a>
  );
}
