import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import sharp, { type PngOptions } from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { deflate } from "./codec.ts";
import { embedPrepared, type PreparedEntry, prepareEntries, type SidecarEntry, type TextEntry } from "./embed.ts";
import { join, onePixel, otherChunks, RECORD, textChunks } from "./fixture.ts";
import { buildChunk, parsePng, scanPng } from "./png.ts";
import { readSidecar, sidecarEntries } from "./read.ts";
import { compressedTextChunk, plainTextChunk } from "./text-chunk-writer.ts";
import { keywordOf } from "./text-chunks.ts";

const MIB = 1024 * 1024;
const pixel = onePixel();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sidecar-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const embed = async (png: Uint8Array, entries: readonly SidecarEntry[], own: readonly TextEntry[] = []) =>
  embedPrepared(png, await prepareEntries(entries), own, RECORD);
const contents = async (png: Uint8Array) => Object.fromEntries(sidecarEntries(await readSidecar(png)).map(({ key, text }) => [key, text]));
const manifestOf = async (png: Uint8Array) => JSON.parse((await contents(png)).manifest as string);
const keywords = (png: Uint8Array) => textChunks(png).map(keywordOf);
const fileWith = (name: string, text: string | Uint8Array) => {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

describe("round trips", () => {
  it.each([
    ["an ASCII table", "a,b\n1,2\n", "zTXt"],
    ["é only", "café\n", "zTXt"],
    ["an arrow", "a → b\n", "iTXt"],
    ["CJK", "図表\n", "iTXt"],
    ["nothing", "", "zTXt"],
  ])("%s", async (_, text, type) => {
    const png = await embed(pixel, [{ key: "data/a.csv", text }]);
    expect((await contents(png))["data/a.csv"]).toBe(text);
    expect(textChunks(png).find((chunk) => keywordOf(chunk) === "sidecar:data/a.csv")?.type).toBe(type);
  });

  it.each([
    ["a\r\nb\r\n", "a\nb\n"],
    ["a\rb", "a\nb"],
    ["a\r\r\nb", "a\n\nb"],
  ])("line ends of %j become %j, from text and from a file", async (text, expected) => {
    const png = await embed(pixel, [
      { key: "data/a.csv", text },
      { key: "data/b.csv", file: fileWith("b.csv", text) },
    ]);
    expect(await contents(png)).toMatchObject({ "data/a.csv": expected, "data/b.csv": expected });
  });

  it("puts everything right after the header in the order given, the manifest last", async () => {
    const png = await embed(
      pixel,
      [
        { key: "readme", text: "# Steps\n" },
        { key: "code/lib/a.ts", text: "export {};\n" },
        { key: "data/steps.csv", file: fileWith("steps.csv", "a\n1\n") },
      ],
      [{ key: "spec.vl.json", text: "{}\n" }],
    );
    expect(parsePng(png).map((chunk) => chunk.type)).toEqual(["IHDR", "tEXt", "zTXt", "zTXt", "zTXt", "zTXt", "zTXt", "IDAT", "IEND"]);
    expect(keywords(png)).toEqual([
      "Figure ID",
      "sidecar:readme",
      "sidecar:code/lib.a.ts",
      "sidecar:data/steps.csv",
      "sidecar:spec.vl.json",
      "sidecar:manifest",
    ]);
    expect(otherChunks(png)).toEqual(otherChunks(pixel));
  });

  it("gives the same bytes for the same input, and does not duplicate what is there already", async () => {
    const entries = [
      { key: "readme", text: "one" },
      { key: "data/a.csv", text: "→" },
    ];
    const once = await embed(pixel, entries);
    expect(await embed(pixel, entries)).toEqual(once);
    expect(await embed(once, entries)).toEqual(once);
    expect(await contents(await embed(once, [{ key: "readme", text: "two" }]))).toMatchObject({ readme: "two" });
    expect(keywords(await embed(once, []))).toEqual(["Figure ID", "sidecar:manifest"]);
  });

  it("drops long keywords of an earlier program and keeps other programs' texts byte for byte", async () => {
    const foreign = [plainTextChunk("Software", "other"), buildChunk("iTXt", join("Title\0\0\0de\0Titel\0", Buffer.from("→")))];
    const before = onePixel([...foreign, compressedTextChunk(`sidecar:data/${"x".repeat(65)}~`, "old")]);
    const png = await embed(before, [{ key: `data/${"x".repeat(80)}.csv`, text: "new" }]);
    expect(keywords(png).filter((keyword) => keyword?.startsWith("sidecar:data/"))).toEqual([
      `sidecar:data/${"x".repeat(20)}-${"x".repeat(41)}.csv`,
    ]);
    const kept = textChunks(png).filter((chunk) => ["Software", "Title"].includes(keywordOf(chunk) ?? ""));
    expect(kept.map((chunk) => Buffer.from(chunk.bytes))).toEqual(foreign.map((bytes) => Buffer.from(bytes)));
  });

  it.each<[string, PngOptions]>([
    ["palette", { palette: true, colours: 8 }],
    ["interlaced", { progressive: true }],
    ["plain", {}],
  ])("leaves pixels and all other chunks of a %s image alone", async (_, options) => {
    const noise = Buffer.from(Array.from({ length: 40 * 30 * 4 }, (__, i) => (i * 7919) % 251));
    const image = sharp(noise, { raw: { width: 40, height: 30, channels: 4 } }).withMetadata({ density: 144 });
    const encoded = new Uint8Array(await image.png(options).toBuffer());
    const [header, ...rest] = parsePng(encoded).map((chunk) => chunk.bytes);
    const gamma = buildChunk("gAMA", Uint8Array.of(0, 0, 0xb1, 0x8f));
    const original = join(encoded.subarray(0, 8), header as Uint8Array, gamma, ...rest);
    const png = await embed(original, [{ key: "readme", text: "x" }]);
    expect(otherChunks(png)).toEqual(otherChunks(original));
    expect(scanPng(png).chunks.map((chunk) => chunk.type)).toEqual(
      expect.arrayContaining(["gAMA", "pHYs", ...(options.palette ? ["PLTE", "tRNS"] : [])]),
    );
    expect(await sharp(png).raw().toBuffer()).toEqual(await sharp(original).raw().toBuffer());
  });

  it("refuses an image that is not sound", async () => {
    await expect(embed(pixel.subarray(0, -1), [])).rejects.toThrow("not a sound PNG");
  });
});

describe("manifest", () => {
  it("lists entries in order with code points and SHA-256, then how the figure was made, in ASCII", async () => {
    const png = await embed(pixel, [
      { key: "readme", text: "😀é\r\n" },
      { key: "data/größe.csv", text: "a" },
    ]);
    const text = (await contents(png)).manifest as string;
    const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");
    expect(JSON.parse(text)).toEqual({
      entries: [
        { key: "sidecar:readme", chars: 3, sha256: sha256("😀é\n") },
        { key: "sidecar:data/gr-e.csv", chars: 1, sha256: sha256("a"), name: "data/größe.csv" },
      ],
      ...RECORD,
    });
    expect(text).toMatch(/^[\n -~]+$/);
    expect(text.startsWith('{\n  "entries": [\n    {\n      "key": "sidecar:readme",\n      "chars": 3,')).toBe(true);
  });

  it("shortens paths of this machine in flags and refuses them in texts", async () => {
    const here = path.join(process.cwd(), "prices.json");
    const png = embedPrepared(pixel, [], [], { ...RECORD, flags: ["--prices", here] });
    expect((await manifestOf(png)).flags).toEqual(["--prices", ".../prices.json"]);
    await expect(embed(pixel, [{ key: "readme", text: `see ${here}` }])).rejects.toThrow("readme contains a path of this machine");
    expect(() => embedPrepared(pixel, [], [{ key: "spec.vl.json", text: JSON.stringify({ here }) }], RECORD)).toThrow(
      "spec.vl.json contains",
    );
    expect(() => embedPrepared(pixel, [], [], { ...RECORD, footer: here })).toThrow("the manifest contains");
  });
});

describe("names", () => {
  it("keeps entries apart whose names are equal after shortening or in another case", async () => {
    const long = (middle: string) => `data/${"h".repeat(50)}${middle}${"t".repeat(50)}.csv`;
    const png = await embed(
      pixel,
      [
        { key: long("1"), text: "one" },
        { key: long("2"), text: "two" },
        { key: "code/axes.ts", text: "three" },
      ],
      [{ key: "code/Axes.ts", text: "four" }],
    );
    const found = await contents(png);
    const { manifest: _, ...texts } = found;
    expect(Object.values(texts).sort()).toEqual(["four", "one", "three", "two"]);
    expect(Object.keys(texts)).toContain("code/Axes-2.ts");
  });
});

describe("long entries", () => {
  const line = "0123456789abcde\n";
  const table = (bytes: number) => line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);

  it.each([
    ["1 MiB", MIB, 1],
    ["1 MiB + 1", MIB + 1, 2],
    ["3.5 MiB", 3.5 * MIB, 4],
  ])("%s travels in parts that readers of 1 MiB accept, and comes back whole", async (_, bytes, parts) => {
    const text = table(bytes);
    const png = await embed(pixel, [{ key: "data/events.csv", file: fileWith("events.csv", text) }]);
    const chunks = textChunks(png).filter((chunk) => keywordOf(chunk)?.startsWith("sidecar:data/"));
    expect(chunks.map(keywordOf)).toEqual(
      ["", ".part2", ".part3", ".part4"].slice(0, parts).map((part) => `sidecar:data/events.csv${part}`),
    );
    const found = await contents(png);
    expect(Object.keys(found)).toEqual(["data/events.csv", "manifest"]);
    expect(found["data/events.csv"] === text).toBe(true);
    const [entry] = (await manifestOf(png)).entries;
    expect(entry.chars).toBe(bytes);
    if (parts > 1) expect(entry.parts.reduce((sum: number, part: { chars: number }) => sum + part.chars, 0)).toBe(bytes);
    else expect(entry.parts).toBeUndefined();
  });

  it("does not split characters", async () => {
    const text = "図".repeat(MIB);
    const png = await embed(pixel, [{ key: "data/a.csv", text }]);
    expect(keywords(png).length).toBe(2 + 4);
    expect((await contents(png))["data/a.csv"] === text).toBe(true);
  });

  it("fits part names into the keyword", async () => {
    const png = await embed(pixel, [{ key: `data/${"x".repeat(90)}.csv`, text: table(2 * MIB) }]);
    const found = keywords(png).filter((keyword) => keyword?.includes("data/"));
    expect(found.map((keyword) => keyword?.length)).toEqual([73, 79, 79].slice(0, found.length));
    expect((await readSidecar(png)).warnings).toEqual([]);
  });

  it("becomes a stub above 16 MiB", async () => {
    const text = `h\n${table(16 * MIB)}`;
    const file = fileWith("huge.csv", text);
    const png = await embed(pixel, [{ key: "data/huge.csv", file }], [{ key: "spec.vl.json", text }]);
    const found = await contents(png);
    const full = { rows: MIB, bytes: 16 * MIB + 2, sha256: createHash("sha256").update(text).digest("hex") };
    expect(found["data/huge.csv"]).toBe(
      `# truncated: data/huge.csv is a table of another figure, or too long for this one\n# rows: ${full.rows}\n# bytes: ${full.bytes}\n# sha256: ${full.sha256}\n# it begins with:\nh\n${line.repeat(20)}`,
    );
    expect((await manifestOf(png)).entries).toMatchObject([
      { key: "sidecar:data/huge.csv", truncated: true, full },
      { key: "sidecar:spec.vl.json", truncated: true, full: { ...full, rows: MIB + 1 } },
    ]);
    expect(png.length).toBeLessThan(10_000);
  });

  it("becomes a stub where that is asked for", async () => {
    const file = fileWith("asked.csv", "h\n1\n2\n");
    const png = await embed(pixel, [{ key: "data/asked.csv", file, stub: true }]);
    expect((await contents(png))["data/asked.csv"]).toMatch(/^# truncated: data\/asked\.csv is .*\n# rows: 2\n[\s\S]*\nh\n1\n2\n$/);
    expect((await manifestOf(png)).entries).toMatchObject([{ truncated: true, full: { rows: 2, bytes: 6 } }]);
  });

  it("keeps the total below 64 MiB: the largest tables become stubs first", async () => {
    const [shared] = (await prepareEntries([{ key: "data/x.csv", text: table(15 * MIB) }])) as [PreparedEntry];
    const smaller = await prepareEntries([{ key: "data/s.csv", text: table(5 * MIB) }]);
    const copies = ["a", "b", "c", "d"].map((name) => ({ ...shared, key: `data/${name}.csv`, wanted: `data/${name}.csv` }));
    const code = { ...shared, key: "code/long.ts", wanted: "code/long.ts" };
    const png = embedPrepared(pixel, [code, ...copies, ...smaller], [], RECORD);
    const truncated = (await manifestOf(png)).entries.filter((entry: { truncated?: boolean }) => entry.truncated);
    expect(truncated.map((entry: { key: string }) => entry.key)).toEqual(["sidecar:data/a.csv", "sidecar:data/b.csv"]);
  });

  it("counts other programs' texts by what they may inflate to", async () => {
    const packed = deflate(Buffer.from(table(MIB)));
    const foreign = Array.from({ length: 60 }, (_, i) => buildChunk("zTXt", join(`Note ${i}\0\0`, packed)));
    const entry = { key: "data/a.csv", text: table(4 * MIB) };
    expect((await manifestOf(await embed(onePixel(foreign.slice(0, 58)), [entry]))).entries[0].truncated).toBeUndefined();
    expect((await manifestOf(await embed(onePixel(foreign), [entry]))).entries[0].truncated).toBe(true);
    await expect(embed(onePixel([...foreign, ...foreign]), [entry])).rejects.toThrow("leave no room");
  });

  it("refuses more texts than are read", async () => {
    const entries = Array.from({ length: 999 }, (_, i) => ({ key: `data/${i}.csv`, text: "" }));
    await expect(embed(pixel, entries)).rejects.toThrow("can carry 1000 texts, but this one would have 1001");
    expect(Object.keys(await contents(await embed(pixel, entries.slice(1)))).length).toBe(999);
  });
});
