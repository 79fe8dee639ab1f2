/** @jsxRuntime automatic @jsxImportSource preact */
import type { FigureArtifact } from "../../artifacts/artifacts.ts";
import { type Picture, pictureOf } from "../atlas/pictures.ts";
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

/** A figure as a picture in the colors of the page; it leads to the PNG, which carries the data. On narrow screens it scrolls. */
export function FigurePicture({ id, figure, link, label, loading }: FigurePictureProps) {
  const picture = pictureOf(id, figure);
  return (
    <a class={pictureClass("plate-picture", picture)} href={link(fileOf(id, figure.file))} aria-label={label}>
      <PictureImages picture={picture} link={link} loading={loading} />
    </a>
  );
}

/** Of the box around a picture: style sheets show it dark on dark pages. */
export function pictureClass(name: string, { turnsDark, dark }: Picture): string {
  if (turnsDark) return `${name} turns-dark`;
  return dark === null ? name : `${name} has-dark`;
}

interface PictureImagesProps {
  readonly picture: Picture;
  readonly link: Link;
  readonly loading: "eager" | "lazy";
}

/** The picture, and next to it the one for dark pages where it has one: a style sheet shows one of them, and browsers load no other. */
export function PictureImages({ picture: { file, dark, width, height, alt }, link, loading }: PictureImagesProps) {
  return (
    <>
      <img src={link(file)} width={width} height={height} alt={alt} loading={loading} />
      {dark !== null && <img class="in-dark" src={link(dark)} width={width} height={height} alt={alt} loading="lazy" />}
    </>
  );
}
