/** What pages and cards show of figures: the SVG where it is light, else a WebP of the PNG, kept between builds by what it was made of. A filter turns most dark; the others have a dark SVG too. */
import fs from "node:fs";
import path from "node:path";
import sharp, { type WebpOptions } from "sharp";
import type { FigureArtifact } from "../../artifacts/artifacts.ts";
import { darkColor } from "../../chart/palette.ts";
import { COLORS } from "../../chart/theme.ts";
import { messageOf } from "../../files/errors.ts";
import { sha256 } from "../../files/hash.ts";
import type { GalleryFolder } from "../folder.ts";
import { fileOf, pictureFile } from "../links.ts";

export interface Picture {
  /** Path in the gallery. */
  readonly file: string;
  /** Whether a filter of the pages may turn its colors on dark pages. */
  readonly turnsDark: boolean;
  /** Path of the drawing in dark colors, where it has one of its own. */
  readonly dark: string | null;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly alt: string;
}

interface Form {
  /** A larger SVG has so many marks that it is slower to show than a WebP. */
  readonly mostSvgBytes: number;
  readonly webp: WebpOptions;
}

/** Flat colors and fine lines: without loss it is smaller than with, and smaller than the PNG. There, a lower quality means less time, not loss. */
const FULL: Form = { mostSvgBytes: 200_000, webp: { lossless: true, effort: 1, quality: 25 } };
const THUMBNAIL: Form = { mostSvgBytes: 60_000, webp: { quality: 82, effort: 2 } };
/** Twice the size of a card's picture, for dense screens. */
const BOX = { width: 800, height: 500 };

/** The figure as a page shows it. @param id of its experiment */
export function pictureOf(id: string, figure: FigureArtifact): Picture {
  const { width, height, turnsDark, alt } = figure;
  const size = { width: Math.round(width / 2), height: Math.round(height / 2) };
  return { file: fileFor(id, figure, FULL, figure), ...size, turnsDark, dark: darkFile(figure), alt };
}

/** The figure as a card shows it: all of it, scaled down to fit. */
export function thumbnailOf(id: string, figure: FigureArtifact): Picture {
  const size = thumbnailSize(figure);
  const { turnsDark, title } = figure;
  return { file: fileFor(id, figure, THUMBNAIL, size), ...size, turnsDark, dark: darkFile(figure), alt: title };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function thumbnailSize(figure: FigureArtifact): Size {
  const scale = Math.min(1, BOX.width / figure.width, BOX.height / figure.height);
  return { width: Math.max(1, Math.round(figure.width * scale)), height: Math.max(1, Math.round(figure.height * scale)) };
}

/** The name of a WebP says what it was made of. */
function fileFor(id: string, { svg, sha256: png }: FigureArtifact, { mostSvgBytes, webp }: Form, { width, height }: Size): string {
  if (svg && svg.bytes <= mostSvgBytes) return fileOf(id, svg.file);
  const made = sha256(JSON.stringify([png, width, height, webp, sharp.versions]));
  return pictureFile(`${made.slice(0, 20)}.webp`);
}

/** Of a figure that a filter would spoil. */
function darkFile({ svg, turnsDark, sha256: png }: FigureArtifact): string | null {
  return svg && !turnsDark ? pictureFile(`${sha256(`dark ${png}`).slice(0, 20)}.svg`) : null;
}

/** In the light drawing: what only programs read. */
const UNSEEN = / (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"/g;

/** A drawing in the palette's dark colors. @param svg as the run wrote it: all its colors are attributes */
export function darkDrawing(svg: string): string {
  return svg.replace(UNSEEN, "").replace(/="(#[0-9a-f]{6})"/g, (_, color: string) => `="${darkColor(color)}"`);
}

interface Pictured {
  readonly id: string;
  readonly figures: readonly FigureArtifact[];
}

/**
 * Takes the WebPs of an experiment's figures from the earlier gallery, or draws them, and writes dark drawings.
 * @param out folder of the run
 */
export async function placePictures({ id, figures }: Pictured, out: string, folder: GalleryFolder): Promise<void> {
  for (const figure of figures) {
    const dark = darkFile(figure);
    if (dark && figure.svg) folder.write(dark, darkDrawing(fs.readFileSync(path.join(out, id, figure.svg.file), "utf8")));
  }
  const wanted = figures.flatMap((figure, i) => [
    { figure, picture: pictureOf(id, figure), size: figure, form: FULL },
    ...(i === 0 ? [{ figure, picture: thumbnailOf(id, figure), size: thumbnailSize(figure), form: THUMBNAIL }] : []),
  ]);
  await Promise.all(
    wanted
      .filter(({ picture }) => picture.file.endsWith(".webp"))
      .map(async ({ figure, picture: { file }, size, form }) => {
        const earlier = folder.earlier(file);
        if (earlier && fs.statSync(earlier).size > 0) folder.place(earlier, file);
        else folder.write(file, await draw(path.join(out, id, figure.file), size, form));
      }),
  );
}

async function draw(file: string, { width, height }: Size, { webp }: Form): Promise<Uint8Array> {
  const { background } = COLORS.light;
  try {
    return await sharp(file).flatten({ background }).resize({ width, height, fit: "contain", background }).webp(webp).toBuffer();
  } catch (error) {
    throw new Error(`no picture of ${path.basename(file)}: ${messageOf(error)}`, { cause: error });
  }
}
