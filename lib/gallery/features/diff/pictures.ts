/** How much of a picture differs, pixel by pixel. */
import path from "node:path";
import sharp from "sharp";
import type { FigureArtifact } from "../../../artifacts/artifacts.ts";
import { FOOTER } from "../../../render/footer.ts";

/** Channels that differ by at most this, of 255, look the same. */
const TOLERANCE = 8;
/** Pictures are drawn at twice their size. */
const FOOTER_PIXELS = 2 * FOOTER.height;
const CHANNELS = 3;

interface Picture {
  readonly folder: string;
  readonly figure: Pick<FigureArtifact, "file" | "width" | "height">;
}

/**
 * Share of the pixels that differ, 0 to 1, without the strip below the chart, whose text differs between any two pools.
 * Pictures of different sizes are extended with white to the larger width and height.
 */
export async function pictureDifference(before: Picture, after: Picture): Promise<number> {
  const width = Math.max(before.figure.width, after.figure.width);
  const height = Math.max(before.figure.height, after.figure.height) - FOOTER_PIXELS;
  if (height <= 0) return 0;
  const [a, b] = await Promise.all([pixelsOf(before, width, height), pixelsOf(after, width, height)]);
  let differing = 0;
  for (let at = 0; at < a.length; at += CHANNELS) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      if (Math.abs((a[at + channel] ?? 0) - (b[at + channel] ?? 0)) <= TOLERANCE) continue;
      differing++;
      break;
    }
  }
  return differing / (width * height);
}

function pixelsOf({ folder, figure }: Picture, width: number, height: number): Promise<Buffer> {
  const chartHeight = Math.max(1, figure.height - FOOTER_PIXELS);
  return sharp(path.join(folder, figure.file))
    .flatten({ background: "#ffffff" })
    .toColorspace("srgb")
    .removeAlpha()
    .extract({ left: 0, top: 0, width: figure.width, height: chartHeight })
    .extend({ right: width - figure.width, bottom: height - chartHeight, background: "#ffffff" })
    .raw()
    .toBuffer();
}
