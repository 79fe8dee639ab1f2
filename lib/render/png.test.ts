import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { isPng, parsePng } from "../sidecar/png.ts";
import type { Pixels } from "./few-colors.ts";
import { encodePng } from "./png.ts";

const OPAQUE = 0xff << 24;

function pixels(width: number, height: number, colorAt: (i: number) => number): Pixels {
  return { data: Int32Array.from({ length: width * height }, (_, i) => colorAt(i)), width, height };
}

async function decoded(png: Uint8Array): Promise<Int32Array> {
  const { buffer, byteOffset, length } = await sharp(png).ensureAlpha().raw().toBuffer();
  return new Int32Array(buffer.slice(byteOffset, byteOffset + length));
}

function furthest(a: Int32Array, b: Int32Array): number {
  const [before, after] = [a, b].map(({ buffer }) => new Uint8Array(buffer));
  return Math.max(...Array.from(before ?? [], (level, i) => Math.abs(level - (after?.[i] ?? 0))));
}

describe("encodePng", () => {
  it("keeps each pixel of a picture with at most 256 colors, whatever it drew before", async () => {
    const colors = fc.uniqueArray(fc.integer({ min: 0, max: 0xffffff }), { minLength: 1, maxLength: 256 });
    const picture = fc.tuple(colors, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat());
    await fc.assert(
      fc.asyncProperty(picture, async ([palette, width, height, step]) => {
        const drawn = pixels(width, height, (i) => (palette[(i * step) % palette.length] ?? 0) | OPAQUE);
        expect(await decoded(encodePng(drawn))).toEqual(drawn.data);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps what is transparent", async () => {
    const drawn = pixels(16, 16, (i) => (i << 24) | 0x102030);
    expect(await decoded(encodePng(drawn))).toEqual(drawn.data);
  });

  it("keeps the colors of areas of a picture with more, and is a few levels off in others", async () => {
    const mark = 0x3377cc | OPAQUE;
    const shade = (i: number) => ((i * 7) % 256) | (((i * 3) % 256) << 8) | (((i * 5) % 256) << 16) | OPAQUE;
    const drawn = pixels(100, 100, (i) => (i % 2 === 0 ? mark : shade(i)));
    const shown = await decoded(encodePng(drawn));
    expect(new Set(shown).size).toBeLessThanOrEqual(256);
    expect(shown.filter((_, i) => i % 2 === 0).every((color) => color === mark)).toBe(true);
    expect(furthest(shown, drawn.data)).toBeLessThan(32);
  });

  it("writes sound chunks, transparency only where there is some, and the same bytes again", () => {
    const drawn = pixels(300, 200, (i) => (i % 1000) | OPAQUE);
    const png = encodePng(drawn);
    expect(isPng(png)).toBe(true);
    expect(parsePng(png).map(({ type }) => type)).toEqual(["IHDR", "PLTE", "IDAT", "IEND"]);
    expect(encodePng(pixels(3, 3, () => 0)).length).toBeLessThan(100);
    expect(encodePng(drawn)).toEqual(png);
  });
});
