import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { unpacked } from "./unpacked.ts";

const bytes = new Uint8Array(300_000).map((_, i) => (i * i) % 251);

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ["with the browser's own decompression", () => {}],
  ["without", () => vi.stubGlobal("DecompressionStream", undefined)],
])("%s", (_, prepare) => {
  it("unpacks", async () => {
    prepare();
    expect(await unpacked(new Uint8Array(gzipSync(bytes)))).toEqual(bytes);
  });

  it("refuses what is damaged", async () => {
    prepare();
    await expect(unpacked(new Uint8Array(gzipSync(bytes).subarray(0, 90)))).rejects.toThrow();
  });
});
