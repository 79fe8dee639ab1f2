/** Small images and records for tests. */
import { deflate } from "./codec.ts";
import type { FigureRecord } from "./manifest.ts";
import { buildChunk, joinPng, type PngChunk, parsePng, scanPng } from "./png.ts";
import { isTextChunk } from "./text-chunks.ts";

/** One gray pixel. */
export function onePixel(between: readonly Uint8Array[] = []): Uint8Array {
  const header = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0);
  return joinPng([
    buildChunk("IHDR", header),
    ...between,
    buildChunk("IDAT", deflate(Uint8Array.of(0, 127))),
    buildChunk("IEND", new Uint8Array(0)),
  ]);
}

export const RECORD: FigureRecord = {
  experiment: "session/steps",
  figure: "steps",
  figureId: "0123456789",
  footer: "session/steps  ·  figure 0123456789  ·  pool abcdef0123",
  scale: 2,
  flags: ["--top", "3"],
  fingerprint: "abcdef0123456789",
  accounting: "published",
  synthetic: true,
  versions: { "trace-atlas": "1.2.3", vega: "6.0.0" },
  library: { "lib/chart/axes.ts": "ab".repeat(32) },
};

export function textChunks(png: Uint8Array): PngChunk[] {
  return parsePng(png).filter(isTextChunk);
}

/** All chunks but text, as bytes. */
export function otherChunks(png: Uint8Array): Buffer[] {
  return scanPng(png)
    .chunks.filter((chunk) => !isTextChunk(chunk))
    .map((chunk) => Buffer.from(chunk.bytes));
}

export function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

export function join(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? latin1(part) : part)));
}
