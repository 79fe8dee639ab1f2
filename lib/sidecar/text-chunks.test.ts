import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../testing/any-text.ts";
import { deflate, inflate } from "./codec.ts";
import { join } from "./fixture.ts";
import { buildChunk, joinPng, type PngChunk, scanPng } from "./png.ts";
import { compressedTextChunk, plainTextChunk, textBytes } from "./text-chunk-writer.ts";
import { countCodePoints, decodeTextChunk, keywordOf } from "./text-chunks.ts";

const LIMIT = 1_000_000;
const chunkOf = (bytes: Uint8Array) => scanPng(joinPng([bytes])).chunks[0] as PngChunk;
const handmade = (type: string, ...parts: (string | Uint8Array)[]) => chunkOf(buildChunk(type, join(...parts)));

describe("encoding", () => {
  it.each([
    ["ASCII", "a,b\n1,2\n", "zTXt", "tEXt"],
    ["Latin-1", "café ÿ £\n", "zTXt", "tEXt"],
    ["the C1 range, which Windows-1252 reads otherwise", "\u0080\u0092\u009f", "zTXt", "tEXt"],
    ["an arrow", "a → b", "iTXt", "iTXt"],
    ["CJK", "図", "iTXt", "iTXt"],
    ["beyond the first plane", "😀", "iTXt", "iTXt"],
    ["a byte order mark", "\ufeffa,b", "iTXt", "iTXt"],
    ["nothing", "", "zTXt", "tEXt"],
    ["NUL", "a\0b", "zTXt", "tEXt"],
  ])("%s", async (_, text, compressed, plain) => {
    for (const [bytes, type] of [
      [compressedTextChunk("sidecar:x", text), compressed],
      [plainTextChunk("sidecar:x", text), plain],
    ] as const) {
      const chunk = chunkOf(bytes);
      expect(chunk).toMatchObject({ type, crcMatches: true });
      expect(await decodeTextChunk(chunk, LIMIT)).toEqual({ keyword: "sidecar:x", text, bytes: textBytes(text) });
    }
  });

  it("lays out the bytes as the standard says", () => {
    const z = chunkOf(compressedTextChunk("k", "é")).data;
    expect(Buffer.from(z)).toEqual(Buffer.from(join("k\0\0", deflate(Uint8Array.of(0xe9)))));
    const i = chunkOf(compressedTextChunk("k", "→")).data;
    expect(Buffer.from(i)).toEqual(Buffer.from(join("k\0\u0001\0\0\0", deflate(Buffer.from("→")))));
  });

  it("round-trips any text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: "grapheme" }), anyText()), async (text) => {
        expect((await decodeTextChunk(chunkOf(compressedTextChunk("k", text)), LIMIT)).text).toBe(text);
        expect((await decodeTextChunk(chunkOf(plainTextChunk("k", text)), LIMIT)).text).toBe(text);
      }),
    );
  });

  it.each([["k"], ["k".repeat(79)], ["two words"], ["é"]])("accepts keyword %j", (keyword) => {
    expect(keywordOf(chunkOf(compressedTextChunk(keyword, "")))).toBe(keyword);
  });

  it.each([[""], ["k".repeat(80)], [" k"], ["k "], ["two  spaces"], ["a\nb"], ["→"], ["a\0b"], ["\u00a0"]])(
    "refuses keyword %j",
    (keyword) => {
      expect(() => compressedTextChunk(keyword, "")).toThrow("can't be the keyword");
    },
  );
});

describe("decoding what others wrote", () => {
  it("reads language and translated keyword over", async () => {
    const chunk = handmade("iTXt", "k\0", "\0\0", "de\0", Buffer.from("Schlüssel"), "\0", Buffer.from("Text →"));
    expect(await decodeTextChunk(chunk, LIMIT)).toMatchObject({ keyword: "k", text: "Text →" });
  });

  it.each<[string, PngChunk, RegExp]>([
    ["no keyword", handmade("tEXt", "\0text"), /no keyword/],
    ["no NUL", handmade("tEXt", "text"), /no keyword/],
    ["a keyword of 80 bytes", handmade("tEXt", "k".repeat(80), "\0text"), /no keyword/],
    ["nothing after the keyword", handmade("zTXt", "k\0"), /unknown compression method/],
    ["another compression", handmade("zTXt", "k\0\u0001", deflate(join("x"))), /unknown compression method/],
    ["a cut stream", handmade("zTXt", "k\0\0", deflate(join("some text")).subarray(0, -5)), /cut off/],
    ["no stream", handmade("zTXt", "k\0\0"), /cut off/],
    ["rubbish for a stream", handmade("zTXt", "k\0\0", "rubbish rubbish"), /damaged/],
    ["an unknown flag", handmade("iTXt", "k\0\u0002\0\0\0", "x"), /neither/],
    ["no language", handmade("iTXt", "k\0\0\0en"), /ends before its text/],
    ["invalid UTF-8", handmade("iTXt", "k\0\0\0\0\0", Uint8Array.of(0xff)), /not valid UTF-8/],
    ["a long plain text", handmade("tEXt", "k\0", "x".repeat(LIMIT + 1)), /longer than 1,000,000 bytes/],
    ["a bomb", handmade("zTXt", "k\0\0", deflate(new Uint8Array(LIMIT * 50))), /inflates to more than 1,000,000 bytes/],
    ["a chunk without text", handmade("tIME", "k\0"), /holds no text/],
  ])("says what is wrong: %s", async (_, chunk, message) => {
    await expect(decodeTextChunk(chunk, LIMIT)).rejects.toThrow(message);
  });

  it.each([
    [1000, true],
    [999, false],
  ])("a text of 1000 bytes under a limit of %i: %j", async (limit, accepted) => {
    const inflated = inflate(deflate(new Uint8Array(1000)), limit);
    if (accepted) expect((await inflated).length).toBe(1000);
    else await expect(inflated).rejects.toThrow("more than 999 bytes");
  });
});

it.each([
  ["", 0],
  ["abc", 3],
  ["é→", 2],
  ["😀a", 2],
])("counts code points of %j: %i", (text, count) => expect(countCodePoints(text)).toBe(count));
