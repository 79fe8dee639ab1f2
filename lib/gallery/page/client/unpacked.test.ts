import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { packedJson } from "../../packing.ts";
import { fetchedText, unpacked, unpackedJson } from "./unpacked.ts";

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

describe("the text of a file", () => {
  beforeEach(() => vi.stubGlobal("location", { protocol: "https:" }));

  it.each([
    ["from a host that serves it packed", gzipSync("a,b\n→,2\n")],
    ["from a host that has it unpacked on the way", Buffer.from("a,b\n→,2\n")],
  ])("%s", async (_, body) => {
    vi.stubGlobal("fetch", async () => new Response(new Uint8Array(body)));
    expect(await fetchedText("x.csv.gz")).toBe("a,b\n→,2\n");
  });

  it("is refused with the host's status", async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
    await expect(fetchedText("x.csv")).rejects.toThrow("The server returned 404 for x.csv.");
  });
});

it("reads any value that was packed into a script", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      expect(JSON.stringify(await unpackedJson(packedJson(value)))).toBe(JSON.stringify(value));
    }),
    { seed: 1, numRuns: 100 },
  );
});
