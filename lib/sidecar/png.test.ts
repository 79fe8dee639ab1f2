import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { join, latin1, onePixel } from "./fixture.ts";
import { buildChunk, isPng, joinPng, parsePng, scanPng } from "./png.ts";

const IEND = buildChunk("IEND", new Uint8Array(0));
const header = (...fields: number[]) => buildChunk("IHDR", Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, ...fields));
const GREY = header(8, 0, 0, 0, 0);
const PIXELS = buildChunk("IDAT", Uint8Array.of(1));
const PALETTE = buildChunk("PLTE", new Uint8Array(3));
const empty = (type: string) => buildChunk(type, new Uint8Array(0));

const pixel = onePixel();
const changed = (png: Uint8Array, at: number, byte: number) => {
  const copy = Uint8Array.from(png);
  copy[at] = byte;
  return copy;
};

describe("sound files", () => {
  it("gives the chunks of a file as views and puts them together again", () => {
    const chunks = parsePng(pixel);
    expect(chunks.map((chunk) => chunk.type)).toEqual(["IHDR", "IDAT", "IEND"]);
    expect(chunks.every((chunk) => chunk.bytes.buffer === pixel.buffer)).toBe(true);
    expect(joinPng(chunks.map((chunk) => chunk.bytes))).toEqual(pixel);
  });

  it("makes chunks with the checksum of the standard", () => {
    expect(Buffer.from(IEND).toString("hex")).toBe("0000000049454e44ae426082");
  });

  it.each([
    ["palette with transparency", { palette: true }],
    ["interlaced", { progressive: true }],
    ["16 bits and more", { compressionLevel: 0 }],
  ])("reads what an encoder writes: %s", async (_, options) => {
    const image = sharp({ create: { width: 40, height: 30, channels: 4, background: { r: 9, g: 90, b: 200, alpha: 0.4 } } });
    const png = await image.png(options).toBuffer();
    expect(scanPng(png).problems).toEqual([]);
  });

  it("copies unknown critical chunks without asking what they are", () => {
    expect(parsePng(joinPng([GREY, empty("ABCD"), PIXELS, IEND])).map((chunk) => chunk.type)).toContain("ABCD");
  });
});

describe("files that are not sound", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /does not begin like a PNG/],
    ["a signature alone", joinPng([]), /first chunk is not IHDR/],
    ["a JPEG", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0), /does not begin like a PNG/],
    ["cut inside a frame", pixel.subarray(0, pixel.length - 1), /ends inside the frame/],
    ["cut after a chunk", pixel.subarray(0, pixel.length - 12), /no IEND/],
    ["a length beyond the file", changed(pixel, 8, 0x7f), /chunk IHDR at byte 8 says 2130706445 bytes, but only/],
    [
      "a length of 4 GiB",
      joinPng([GREY, join(Uint8Array.of(255, 255, 255, 255), "IDAT", new Uint8Array(8)), IEND]),
      /says 4294967295 bytes/,
    ],
    ["a damaged pixel", changed(pixel, pixel.length - 18, 1), /chunk IDAT at byte 33 is damaged/],
    ["a type of other than letters", joinPng([GREY, buildChunk("ID4T", latin1("x")), PIXELS, IEND]), /no valid type/],
    ["bytes after the end", join(pixel, "more"), /4 bytes follow its end/],
    ["another first chunk", joinPng([PIXELS, GREY, IEND]), /first chunk is not IHDR/],
    ["two headers", joinPng([GREY, GREY, PIXELS, IEND]), /more than one IHDR/],
    ["a short header", joinPng([buildChunk("IHDR", new Uint8Array(12)), PIXELS, IEND]), /12 bytes instead of 13/],
    ["no size", joinPng([buildChunk("IHDR", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 8, 0, 0, 0, 0)), PIXELS, IEND]), /size is 0 x 1 px/],
    ["an odd depth", joinPng([header(3, 2, 0, 0, 0), PIXELS, IEND]), /color type 2 does not go with 3 bits/],
    ["an unknown interlace", joinPng([header(8, 0, 0, 0, 2), PIXELS, IEND]), /unknown compression, filter or interlace/],
    ["no pixels", joinPng([GREY, IEND]), /no IDAT/],
    ["pixels in two runs", joinPng([GREY, PIXELS, empty("tIME"), PIXELS, IEND]), /not in one run/],
    ["palette after pixels", joinPng([GREY, PIXELS, PALETTE, IEND]), /PLTE chunk comes after the pixels/],
    ["gamma after palette", joinPng([GREY, PALETTE, empty("gAMA"), PIXELS, IEND]), /gAMA chunk comes after the palette/],
    ["transparency before palette", joinPng([GREY, empty("tRNS"), PALETTE, PIXELS, IEND]), /tRNS chunk comes before the palette/],
  ])("says what is wrong: %s", (_, png, problem) => {
    expect(scanPng(png).problems.join("\n")).toMatch(problem);
    expect(() => parsePng(png)).toThrow(problem);
  });

  it("gives what comes before the fault", () => {
    expect(scanPng(pixel.subarray(0, pixel.length - 3)).chunks.map((chunk) => chunk.type)).toEqual(["IHDR", "IDAT"]);
  });

  it("keeps damaged chunks apart", () => {
    expect(scanPng(changed(pixel, pixel.length - 18, 1)).chunks.map((chunk) => chunk.crcMatches)).toEqual([true, false, true]);
  });

  it("stops at a hundred thousand chunks and lists a hundred problems", () => {
    const { chunks, problems } = scanPng(joinPng([GREY, ...new Array(100_001).fill(empty("tIME"))]));
    expect(chunks.length).toBe(100_000);
    expect(problems).toContain("it has more than 100000 chunks");
    expect(problems.length).toBe(101);
    expect(problems.at(-1)).toMatch(/and \d+ more problems/);
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, signed) => {
        const png = signed ? joinPng([bytes]) : bytes;
        const { chunks, problems } = scanPng(png);
        expect(chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0)).toBeLessThanOrEqual(png.length);
        expect(problems.length).toBeGreaterThan(0);
        expect(isPng(png) || !signed).toBe(true);
      }),
    );
  });
});
