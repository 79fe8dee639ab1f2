import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zstdSkippable, zstdStored } from "../testing/unpack-fixture.ts";
import { Damaged } from "./damaged.ts";
import { gunzip } from "./gunzip.ts";
import { gunzip as gunzipInBrowser } from "./gunzip-browser.ts";
import { type Packing, packingOf, unpack } from "./unpack.ts";

/** Output of `printf a | zstd` and of `printf a | zstd --no-check`. */
const ZSTD_A = Buffer.from("KLUv/QRYCQAAYVtujKk=", "base64");
const ZSTD_A_WITHOUT_CHECKSUM = Buffer.from("KLUv/QBYCQAAYQ==", "base64");

async function* cutBy(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpacked(bytes: Buffer, packing: Packing, size = 1 << 20): Promise<{ text: string; failure: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of unpack(cutBy(bytes, size), packing)) chunks.push(chunk);
    return { text: Buffer.concat(chunks).toString(), failure: null };
  } catch (failure) {
    return { text: Buffer.concat(chunks).toString(), failure };
  }
}

it.each([
  ["plain", Buffer.from('{"a":1}'), "x.jsonl.zst"],
  ["plain", Buffer.alloc(0), "x.jsonl"],
  ["plain", Buffer.from("{}"), "x.jsonl.gz"],
  ["gzip", gzipSync("a"), "x.jsonl"],
  ["gzip", Buffer.from([0x1f]), "x.jsonl.gz"],
  ["gzip", Buffer.alloc(0), "x.jsonl.gz"],
  ["zstd", ZSTD_A, "x.jsonl"],
  ["zstd", zstdSkippable(0), "x.jsonl"],
  ["zstd", Buffer.alloc(0), "x.jsonl.zst"],
] as const)("%s is recognized by the first bytes %j of %s", (packing, head, name) => {
  expect(packingOf(head, name)).toBe(packing);
});

/** Frames of one byte, 10 bytes each: thousands of them are in one piece. */
const tinyFrames = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from("28b52ffd200109000061", "hex")));

describe.each([1, 7, 1 << 20])("in pieces of %d bytes", (size) => {
  it.each([
    ["plain", "plain", Buffer.from("ab\n"), "ab\n"],
    ["gzip", "gzip", gzipSync("ab\n"), "ab\n"],
    ["gzip of several members, one of them empty", "gzip", Buffer.concat([gzipSync("a"), gzipSync(""), gzipSync("b\n")]), "ab\n"],
    ["gzip padded with zeros", "gzip", Buffer.concat([gzipSync("ab\n"), Buffer.alloc(5000)]), "ab\n"],
    ["zstd", "zstd", ZSTD_A, "a"],
    ["zstd without checksum", "zstd", ZSTD_A_WITHOUT_CHECKSUM, "a"],
    ["zstd of several frames", "zstd", Buffer.concat([ZSTD_A, zstdStored("héllo\n\n\0"), ZSTD_A]), "ahéllo\n\n\0a"],
    [
      "zstd between skippable frames",
      "zstd",
      Buffer.concat([zstdSkippable(0), zstdSkippable(99), ZSTD_A, zstdSkippable(3), zstdSkippable(0)]),
      "a",
    ],
    ["zstd of very many frames", "zstd", tinyFrames, "a".repeat(20_000)],
  ] as const)("%s", async (_, packing, bytes, text) => {
    expect(await unpacked(bytes, packing, size)).toEqual({ text, failure: null });
  });
});

const LINES = Array.from({ length: 40 }, (_, i) => `{"i":${i}}\n`).join("");

it.each([
  ["gzip", gzipSync(LINES), [0]],
  ["gzip", Buffer.concat([gzipSync(LINES), gzipSync(LINES)]), [0, gzipSync(LINES).length]],
  ["zstd", Buffer.concat([zstdStored(LINES), ZSTD_A]), [0, zstdStored(LINES).length]],
  ["zstd", Buffer.concat([zstdSkippable(5), ZSTD_A]), [0, 13]],
] as const)("%s says wherever it is cut off, after what came before", async (packing, whole, boundaries: readonly number[]) => {
  const { text } = await unpacked(whole, packing);
  for (let end = 0; end < whole.length; end++) {
    const cut = await unpacked(whole.subarray(0, end), packing, 5);
    expect(text.startsWith(cut.text)).toBe(true);
    if (end === 0 || !boundaries.includes(end)) {
      expect(cut.failure, `cut at ${end}`).toBeInstanceOf(Damaged);
      expect(cut.failure).toMatchObject({ cutOff: true, message: "it ends within its compressed data" });
    } else expect(cut.failure).toBe(null);
  }
});

it("returns what a cut-off gzip holds", async () => {
  const numbers = Array.from({ length: 20_000 }, (_, i) => `${Math.imul(i, 2654435761)}\n`).join("");
  const packed = gzipSync(numbers);
  const { text, failure } = await unpacked(packed.subarray(0, packed.length >> 1), "gzip");
  expect(failure).toMatchObject({ cutOff: true });
  expect(numbers.startsWith(text)).toBe(true);
  expect(text.length).toBeGreaterThan(numbers.length * 0.4);
});

it.each([
  ["gzip", gzipSync(LINES)],
  ["zstd", Buffer.concat([zstdStored(LINES), ZSTD_A])],
] as const)("%s with something behind it is damaged, after all of it", async (packing, whole) => {
  const { text, failure } = await unpacked(Buffer.concat([whole, Buffer.from("garbage, much of it")]), packing, whole.length);
  expect(text.startsWith(LINES)).toBe(true);
  expect(failure).toMatchObject({ cutOff: false, message: expect.stringMatching(/^its compressed data are damaged \(/) });
});

it("any damage ends in text or in a failure that says so", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<[Packing, Buffer]>(["gzip", gzipSync(LINES)], ["zstd", Buffer.concat([ZSTD_A, zstdStored(LINES)])]),
      fc.nat(),
      fc.nat(255),
      fc.integer({ min: 1, max: 60 }),
      async ([packing, bytes], at, value, size) => {
        const damagedBytes = Buffer.from(bytes);
        damagedBytes[at % bytes.length] = value;
        const { failure } = await unpacked(damagedBytes, packing, size);
        expect(failure === null || failure instanceof Damaged).toBe(true);
      },
    ),
  );
});

it("the gunzip of browsers gives what the other one gives, of files that are cut anywhere too", async () => {
  const members = Buffer.concat([gzipSync(LINES), gzipSync("b\n".repeat(50_000))]);
  const outcome = async (unpacked: AsyncIterable<Uint8Array>): Promise<{ text: string; cutOff: boolean | null }> => {
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of unpacked) chunks.push(chunk);
      return { text: Buffer.concat(chunks).toString(), cutOff: null };
    } catch (error) {
      return { text: Buffer.concat(chunks).toString(), cutOff: error instanceof Damaged && error.cutOff };
    }
  };
  for (let end = 0; end <= members.length; end++) {
    const cut = members.subarray(0, end);
    const [here, there] = [await outcome(gunzip(cutBy(cut, 50))), await outcome(gunzipInBrowser(cutBy(cut, 50)))];
    expect(there.cutOff, `cut at ${end}`).toBe(here.cutOff);
    expect(there.text.length === here.text.length || here.cutOff, `cut at ${end}`).toBe(true);
  }
});

it.each([
  ["plain", Buffer.from("a")],
  ["gzip", gzipSync("a")],
  ["zstd", ZSTD_A],
] as const)("an error of the source passes through %s", async (packing, bytes) => {
  const broken = async function* (): AsyncGenerator<Buffer> {
    yield bytes;
    throw new Error("the disk is gone");
  };
  const read = async () => {
    for await (const _ of unpack(broken(), packing));
  };
  await expect(read()).rejects.toThrow("the disk is gone");
});
