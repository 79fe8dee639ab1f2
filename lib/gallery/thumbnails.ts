/** Small WebP pictures of figures for the cards, kept between builds by what they were made of. */
import fs from "node:fs";
import path from "node:path";
import sharp from "sharp";
import type { FigureArtifact } from "../run/artifacts.ts";
import { sha256 } from "../run/files.ts";
import type { GalleryFolder } from "./folder.ts";
import { thumbnailFile } from "./links.ts";

export interface Thumbnail {
  /** Path in the gallery. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
}

/** Twice the size of a card's picture, for dense screens. */
const BOX = { width: 800, height: 500 };
const WEBP = { quality: 82, effort: 4 };

/** Where the thumbnail of a figure is and how large: the whole picture, scaled down to fit. Its name says what it was made of. */
export function thumbnailOf(figure: FigureArtifact): Thumbnail {
  const scale = Math.min(1, BOX.width / figure.width, BOX.height / figure.height);
  const size = { width: Math.max(1, Math.round(figure.width * scale)), height: Math.max(1, Math.round(figure.height * scale)) };
  const recipe = JSON.stringify([figure.sha256, size, WEBP, sharp.versions]);
  return { file: thumbnailFile(`${sha256(recipe).slice(0, 20)}.webp`), ...size, alt: figure.title };
}

/** Takes the thumbnail from the earlier gallery, or draws it from the figure's file. */
export async function placeThumbnail(thumbnail: Thumbnail, figureFile: string, folder: GalleryFolder): Promise<"kept" | "drawn"> {
  const earlier = folder.earlier(thumbnail.file);
  if (earlier && fs.statSync(earlier).size > 0) {
    folder.place(earlier, thumbnail.file);
    return "kept";
  }
  folder.write(thumbnail.file, await draw(thumbnail, figureFile));
  return "drawn";
}

async function draw({ width, height }: Thumbnail, figureFile: string): Promise<Uint8Array> {
  try {
    return await sharp(figureFile)
      .flatten({ background: "#ffffff" })
      .resize({ width, height, fit: "contain", background: "#ffffff" })
      .webp(WEBP)
      .toBuffer();
  } catch (error) {
    throw new Error(`no thumbnail of ${path.basename(figureFile)}: ${(error as Error).message}`, { cause: error });
  }
}
