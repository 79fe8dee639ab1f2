import zlib from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../testing/any-text.ts";
import * as node from "./codec.ts";
import * as browser from "./codec-browser.ts";

const LIMIT = 5000;

/** Content or message. */
async function outcome(inflated: Promise<Uint8Array>): Promise<string> {
  return inflated.then(
    (bytes) => Buffer.from(bytes).toString("base64"),
    (error: Error) => `failed: ${error.message}`,
  );
}

async function sameOutcome(stream: Uint8Array): Promise<string> {
  const [expected, found] = [await outcome(node.inflate(stream, LIMIT)), await outcome(browser.inflate(stream, LIMIT))];
  expect(found).toBe(expected);
  return found;
}

describe("the codec for browsers gives what the one for Node gives", () => {
  it("CRC-32, also in pieces", () => {
    const bytes = fc.uint8Array({ maxLength: 3000 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(browser.crc32(b, browser.crc32(a))).toBe(node.crc32(Buffer.concat([a, b])));
      }),
    );
  });

  it("Latin-1", () => {
    const long = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256);
    expect(browser.fromLatin1(long)).toBe(node.fromLatin1(long));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => browser.fromLatin1(bytes) === node.fromLatin1(bytes)));
  });

  it("SHA-256 of texts of every length around a block, and of lone surrogates", () => {
    for (let length = 0; length < 200; length++) expect(browser.sha256("é".repeat(length))).toBe(node.sha256("é".repeat(length)));
    fc.assert(fc.property(anyText(), (text) => browser.sha256(text) === node.sha256(text)));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        return browser.sha256(text) === node.sha256(text);
      }),
    );
  });

  const content = Buffer.from("some text, some more text\n".repeat(100));
  const sound = zlib.deflateSync(content);
  it.each<[string, Uint8Array, RegExp]>([
    ["a sound stream", sound, /^[^f]/],
    ["a stored one", zlib.deflateSync(content, { level: 0 }), /^[^f]/],
    ["as much as is allowed", zlib.deflateSync(Buffer.alloc(LIMIT)), /^A/],
    ["a byte more", zlib.deflateSync(Buffer.alloc(LIMIT + 1)), /^failed: inflates to more than 5,000 bytes/],
    ["a bomb", zlib.deflateSync(Buffer.alloc(200e6)), /^failed: inflates to more than 5,000 bytes/],
    ["nothing", new Uint8Array(0), /^failed: .* is damaged or cut off/],
    ["a cut one", sound.subarray(0, -6), /^failed: .* is damaged or cut off/],
    ["another beginning", Buffer.concat([Buffer.from("zz"), sound]), /^failed: .* is damaged or cut off/],
    ["a wrong checksum", Buffer.concat([sound.subarray(0, -1), Buffer.of(255)]), /^failed: .* is damaged or cut off/],
  ])("inflating %s", async (_, stream, expected) => {
    expect(await sameOutcome(stream)).toMatch(expected);
  });

  it("inflating any stream, changed at any place", async () => {
    const at = fc.nat({ max: sound.length - 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(at, fc.nat({ max: 255 })), { maxLength: 3 }), at, async (changes, end) => {
        const stream = Uint8Array.from(sound);
        for (const [place, byte] of changes) stream[place] = byte;
        await sameOutcome(stream);
        await sameOutcome(stream.subarray(0, end));
      }),
      { numRuns: 200 },
    );
  });
});

it("bytes after a stream are refused", async () => {
  await expect(node.inflate(Buffer.concat([zlib.deflateSync(Buffer.from("x")), Buffer.of(0)]), LIMIT)).rejects.toThrow("is damaged");
});
