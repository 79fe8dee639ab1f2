import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTrace } from "./decompress.ts";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "decompress-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const BLOCK_BYTES = 128 * 1024;

/** A zstd frame of blocks that each repeat a byte: four bytes that unpack to 128 KiB. */
function zstdBomb(blocks: number): Buffer {
  const repeat = (isLast: boolean) => {
    const block = Buffer.alloc(4, "a");
    block.writeUIntLE((isLast ? 1 : 0) | (1 << 1) | (BLOCK_BYTES << 3), 0, 3);
    return block;
  };
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3]);
  return Buffer.concat([head, ...Array.from({ length: blocks }, (_, i) => repeat(i === blocks - 1))]);
}

async function read(name: string, bytes: Buffer): Promise<{ unpacked: number; error: string | null }> {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  let unpacked = 0;
  try {
    for await (const chunk of openTrace({ name, path: file, size: bytes.length }).chunks) {
      unpacked += chunk.length;
    }
    return { unpacked, error: null };
  } catch (error) {
    return { unpacked, error: String(error) };
  }
}

it("a file of 400 KB that unpacks to 13 GB ends in a sentence after a gigabyte", async () => {
  const { unpacked, error } = await read("bomb.zst", zstdBomb(100_000));
  expect(error).toBe(
    "UserError: bomb.zst unpacks to more than 1,000 times its size, far more than a trace does. Unpack it yourself if you trust it.",
  );
  expect(unpacked).toBeLessThanOrEqual(2 ** 30);
});

it.each([
  ["small.zst", zstdBomb(1000), 1000 * BLOCK_BYTES],
  ["small.gz", gzipSync(Buffer.alloc(50_000_000, "a")), 50_000_000],
])("%s, which a memory holds, is read whatever its ratio", async (name, bytes, size) => {
  expect(await read(name, bytes)).toMatchObject({ unpacked: size, error: null });
});
