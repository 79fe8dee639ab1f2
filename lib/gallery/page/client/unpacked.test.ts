import { gzipSync } from "node:zlib";
import { Zstd } from "@hpcc-js/wasm-zstd";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { packedJson } from "../../packing.ts";
import { fetchedText, unpacked, unpackedJson } from "./unpacked.ts";

const zstd = await Zstd.load();
const bytes = new Uint8Array(300_000).map((_, i) => (i * i) % 251);

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ["gzip", (content: Uint8Array) => new Uint8Array(gzipSync(content))],
  ["zstd", (content: Uint8Array) => new Uint8Array(zstd.compress(content, 20))],
])("%s", (_, pack) => {
  it("is unpacked", async () => {
    expect(Buffer.from(await unpacked(pack(bytes))).equals(bytes)).toBe(true);
  });

  it("is refused when it is cut off", async () => {
    await expect(unpacked(pack(bytes).subarray(0, 90))).rejects.toThrow();
  });
});

describe("the text of a file", () => {
  beforeEach(() => vi.stubGlobal("location", { protocol: "https:" }));

  it.each([
    ["packed with gzip", gzipSync("a,b\n→,2\n")],
    ["packed with zstd", zstd.compress(Buffer.from("a,b\n→,2\n"))],
    ["from a host that sends it with Content-Encoding", Buffer.from("a,b\n→,2\n")],
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
