/** Small WebP pictures of figures for the cards, kept between builds by what they were made of. */
import fs from "node:fs";
import path from "node:path";
import sharp from "sharp";
import type { FigureArtifact } from "../../artifacts/artifacts.ts";
import { COLORS } from "../../chart/theme.ts";
import { messageOf } from "../../files/errors.ts";
import { sha256 } from "../../files/hash.ts";
import type { GalleryFolder } from "../folder.ts";
import { thumbnailFile } from "../links.ts";

export interface Thumbnail {
  /** Path in the gallery. */
  readonly file: string;
  readonly turnsDark: boolean;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
}

/** Twice the size of a card's picture, for dense screens. */
const BOX = { width: 800, height: 500 };
const WEBP = { quality: 82, effort: 2 };

/** Where the thumbnail of a figure is and how large: the whole picture, scaled down to fit. Its name says what it was made of. */
export function thumbnailOf(figure: FigureArtifact): Thumbnail {
  const scale = Math.min(1, BOX.width / figure.width, BOX.height / figure.height);
  const size = { width: Math.max(1, Math.round(figure.width * scale)), height: Math.max(1, Math.round(figure.height * scale)) };
  const made = sha256(JSON.stringify([figure.sha256, size, WEBP, sharp.versions]));
  return { file: thumbnailFile(`${made.slice(0, 20)}.webp`), ...size, turnsDark: figure.turnsDark, alt: figure.title };
}

interface Pictured {
  readonly id: string;
  readonly thumbnail: Thumbnail | null;
  readonly figures: readonly FigureArtifact[];
}

/**
 * Takes the thumbnail of an experiment from the earlier gallery, or draws it from its first figure.
 * @param out folder of the run
 */
export async function placeThumbnail({ id, thumbnail, figures: [figure] }: Pictured, out: string, folder: GalleryFolder): Promise<void> {
  if (!thumbnail || !figure) return;
  const earlier = folder.earlier(thumbnail.file);
  if (earlier && fs.statSync(earlier).size > 0) folder.place(earlier, thumbnail.file);
  else folder.write(thumbnail.file, await draw(path.join(out, id, figure.file), thumbnail));
}

async function draw(file: string, { width, height }: Thumbnail): Promise<Uint8Array> {
  const { background } = COLORS.light;
  try {
    return await sharp(file).flatten({ background }).resize({ width, height, fit: "contain", background }).webp(WEBP).toBuffer();
  } catch (error) {
    throw new Error(`no thumbnail of ${path.basename(file)}: ${messageOf(error)}`, { cause: error });
  }
}
