import zlib from "node:zlib";
import { buildChunk, joinPng } from "../sidecar/png.ts";
import { type Pixels, withFewColors } from "./few-colors.ts";

/** The highest takes twelve times as long for a tenth of the bytes; zlib's default a third longer for a fortieth. */
const LEVEL = 5;
/** Of compressed bytes at a time. */
const CHUNK_BYTES = 64 * 1024;
const BITS = 8;
const WITH_PALETTE = 3;

/** A PNG of at most 256 colors. The pixels' alpha is not premultiplied. */
export function encodePng(pixels: Pixels): Uint8Array {
  const { width, height } = pixels;
  const { colors, scanlines } = withFewColors(pixels);
  const alphas = Uint8Array.from(colors, (color) => color >>> 24);
  const isOpaque = alphas.every((alpha) => alpha === 255);
  return joinPng([
    buildChunk("IHDR", header(width, height)),
    buildChunk("PLTE", Uint8Array.from(colors.flatMap((color) => [color & 255, (color >>> 8) & 255, (color >>> 16) & 255]))),
    ...(isOpaque ? [] : [buildChunk("tRNS", alphas)]),
    buildChunk("IDAT", zlib.deflateSync(scanlines, { level: LEVEL, chunkSize: CHUNK_BYTES })),
    buildChunk("IEND", new Uint8Array()),
  ]);
}

function header(width: number, height: number): Uint8Array {
  const bytes = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, BITS, WITH_PALETTE, 0, 0, 0]);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  return bytes;
}
