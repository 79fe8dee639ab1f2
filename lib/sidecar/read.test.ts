import fs from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasShared, shared } from "../testing/paths.ts";
import { deflate } from "./codec.ts";
import { embedPrepared, prepareEntries } from "./embed.ts";
import { join, latin1, onePixel, RECORD, textChunks } from "./fixture.ts";
import { planExtraction } from "./plan.ts";
import { buildChunk } from "./png.ts";
import { readSidecar, sidecarEntries } from "./read.ts";
import { compressedTextChunk, plainTextChunk } from "./text-chunk-writer.ts";
import { verifySidecar } from "./verify.ts";

const MIB = 1024 * 1024;
const keysOf = async (png: Uint8Array) => sidecarEntries(await readSidecar(png)).map((entry) => entry.key);
const z = (keyword: string, stream: Uint8Array) => buildChunk("zTXt", join(keyword, "\0\0", stream));
const manifest = (json: unknown) => compressedTextChunk("sidecar:manifest", JSON.stringify(json));

describe("what is readable", () => {
  it("is listed by keyword, other programs' texts apart", async () => {
    const png = onePixel([
      plainTextChunk("Software", "x"),
      plainTextChunk("sidecar:readme", "→"),
      compressedTextChunk("sidecar:data/a.csv", "😀\n"),
    ]);
    expect(await readSidecar(png)).toEqual({
      texts: [
        { keyword: "Software", key: null, text: "x", chars: 1 },
        { keyword: "sidecar:data/a.csv", key: "data/a.csv", text: "😀\n", chars: 2 },
        { keyword: "sidecar:readme", key: "readme", text: "→", chars: 1 },
      ],
      manifest: null,
      problems: [],
      warnings: [],
    });
  });

  it("includes texts after the pixels", async () => {
    const [readme] = textChunks(onePixel([compressedTextChunk("sidecar:readme", "x")]));
    const png = onePixel();
    expect(await keysOf(join(png.subarray(0, -12), readme?.bytes as Uint8Array, png.subarray(-12)))).toEqual(["readme"]);
  });

  it("includes what precedes the place where a file is cut off", async () => {
    const png = onePixel([compressedTextChunk("sidecar:readme", "x"), compressedTextChunk("sidecar:code/a.ts", "y".repeat(1000))]);
    const sidecar = await readSidecar(png.subarray(0, png.indexOf(latin1("code/a.ts")[0] as number, 70) + 10));
    expect(sidecar.problems.length).toBeGreaterThan(0);
    expect(sidecarEntries(sidecar).map((entry) => entry.key)).toEqual(["readme"]);
  });
});

describe("faulty texts are reported by name, the others still read", () => {
  const fine = compressedTextChunk("sidecar:readme", "fine");
  const damaged = Uint8Array.from(compressedTextChunk("sidecar:data/a.csv", "some text"));
  damaged[damaged.length - 8] = 0;

  it.each<[string, Uint8Array[], RegExp]>([
    [
      "a cut zlib stream",
      [z("sidecar:data/a.csv", deflate(latin1("some text")).subarray(0, -6))],
      /"sidecar:data\/a.csv" is left out: its compressed text is damaged or cut off/,
    ],
    [
      "a wrong zlib checksum",
      [z("sidecar:data/a.csv", join(deflate(latin1("some text")).subarray(0, -1), "\u0001"))],
      /"sidecar:data\/a.csv" is left out: its compressed text is damaged or cut off/,
    ],
    ["a wrong chunk checksum", [damaged], /"sidecar:data\/a.csv" is left out: its checksum differs/],
    [
      "a bomb",
      [z("sidecar:data/a.csv", deflate(new Uint8Array(20 * MIB)))],
      /"sidecar:data\/a.csv" is left out: inflates to more than 16,777,216 bytes/,
    ],
    ["no keyword", [buildChunk("tEXt", latin1("text"))], /"a tEXt chunk" is left out: has no keyword/],
    ["a duplicate", [compressedTextChunk("sidecar:readme", "earlier")], /"sidecar:readme" is there more than once/],
    [
      "a keyword in another case",
      [compressedTextChunk("sidecar:README", "other")],
      /"sidecar:README" and "sidecar:readme" differ in case only/,
    ],
    ["a manifest that is no JSON", [compressedTextChunk("sidecar:manifest", "{")], /manifest can't be read/],
    ["a manifest without entries", [manifest({})], /no list of entries/],
  ])("%s", async (_, chunks, warning) => {
    const sidecar = await readSidecar(onePixel([...chunks, fine]));
    expect(sidecar.warnings.join("\n")).toMatch(warning);
    expect(sidecar.texts).toContainEqual({ keyword: "sidecar:readme", key: "readme", text: "fine", chars: 4 });
  });

  it("of duplicates the last counts", async () => {
    const png = onePixel(["one", "two", "three"].map((text) => compressedTextChunk("sidecar:readme", text)));
    expect((await readSidecar(png)).texts.map((text) => text.text)).toEqual(["three"]);
  });

  it.each([
    ["bombs of 1000 times 15 MiB", 15, 1000, 4],
    ["bombs of 1000 times 40 MiB", 40, 1000, 0],
  ])("stops at 64 MiB in total: %s", async (_, mib, count, readable) => {
    const stream = deflate(new Uint8Array(mib * MIB));
    const sidecar = await readSidecar(onePixel(Array.from({ length: count }, (__, i) => z(`sidecar:data/${i}`, stream))));
    expect(sidecar.texts.length).toBe(readable);
    expect(sidecar.warnings.at(-1)).toBe("texts beyond 67,108,864 bytes in total are not read");
  });

  it("reads the first thousand texts", async () => {
    const sidecar = await readSidecar(onePixel(Array.from({ length: 5000 }, (_, i) => plainTextChunk(`sidecar:data/${i}`, "x"))));
    expect(sidecar.texts.length).toBe(1000);
    expect(sidecar.warnings).toEqual(["of 5000 texts only the first 1000 are read"]);
  });
});

describe("parts", () => {
  const [one, two] = ["sidecar:data/a.csv", "sidecar:data/a.csv.part2"];
  const part = (key: string | undefined) => ({ key, chars: 1 });
  const chunks = [
    compressedTextChunk(one as string, "1"),
    compressedTextChunk(two as string, "2"),
    compressedTextChunk("sidecar:readme", "r"),
  ];
  it.each<[string, unknown, RegExp | null, string[]]>([
    ["are joined", [part(one), part(two)], null, ["12", "r"]],
    ["may not be those of others", [part(one), part("sidecar:readme")], /not joined/, ["1", "2", "r"]],
    ["may not repeat", [part(one), part(one)], /not joined/, ["1", "2", "r"]],
    [
      "must be there",
      [part(one), part(two), part(`${one}.part3`)],
      /"sidecar:data\/a.csv" is not whole: "sidecar:data\/a.csv.part3" is missing/,
      ["1", "2", "r"],
    ],
    ["of a wrong type are none", "many", null, ["1", "2", "r"]],
    [
      "may not be too many",
      Array.from({ length: 2000 }, (_, i) => part(i === 0 ? one : `${one}.part${i + 1}`)),
      /not joined/,
      ["1", "2", "r"],
    ],
  ])("%s", async (_, parts, warning, expected) => {
    const sidecar = await readSidecar(onePixel([...chunks, manifest({ entries: [{ key: one, chars: 2, parts }] })]));
    expect(
      sidecarEntries(sidecar)
        .filter((entry) => entry.key !== "manifest")
        .map((entry) => entry.text),
    ).toEqual(expected);
    if (warning) expect(sidecar.warnings.join()).toMatch(warning);
    else expect(sidecar.warnings).toEqual([]);
  });
});

describe("hostile files", () => {
  it("never crash, whatever bytes are changed, cut out or put in", async () => {
    const entries = [
      { key: "readme", text: "# é\n" },
      { key: "data/a.csv", text: "a,b\n→,2\n" },
    ];
    const sound = embedPrepared(onePixel(), await prepareEntries(entries), [{ key: "spec.vl.json", text: "{}" }], RECORD);
    const at = fc.nat({ max: sound.length - 1 });
    const mutation = fc.record({ at, remove: fc.nat({ max: 40 }), put: fc.uint8Array({ maxLength: 12 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        const png = mutations.reduce((bytes, m) => join(bytes.subarray(0, m.at), m.put, bytes.subarray(m.at + m.remove)), sound);
        const sidecar = await readSidecar(png);
        verifySidecar(sidecar, 1);
        planExtraction(sidecarEntries(sidecar));
      }),
      { numRuns: 300 },
    );
  });

  it("never crash when the checksums are right but the contents are not", async () => {
    const type = fc.constantFrom("tEXt", "zTXt", "iTXt");
    const data = fc.tuple(
      fc.constantFrom("", "sidecar:readme\0", "sidecar:data/a\0\0", "sidecar:manifest\0\0\0\0\0"),
      fc.uint8Array({ maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(type, data), { maxLength: 6 }), fc.json(), async (chunks, json) => {
        const made = chunks.map(([each, [keyword, bytes]]) => buildChunk(each, join(keyword, bytes)));
        const sidecar = await readSidecar(onePixel([...made, compressedTextChunk("sidecar:manifest", json)]));
        expect(sidecar.problems).toEqual([]);
        verifySidecar(sidecar, 1);
      }),
    );
  });

  it("never crash on a manifest or a specification of any shape", async () => {
    const entry = fc.record(
      { key: fc.anything(), chars: fc.anything(), sha256: fc.anything(), parts: fc.anything() },
      { requiredKeys: [] },
    );
    const made = fc.record({
      entries: fc.array(entry),
      figureId: fc.anything(),
      footer: fc.anything(),
      scale: fc.anything(),
      versions: fc.anything(),
    });
    await fc.assert(
      fc.asyncProperty(made, async (json) => {
        const text = JSON.stringify(json, (_, value) => (typeof value === "bigint" ? String(value) : value));
        verifySidecar(await readSidecar(onePixel([compressedTextChunk("sidecar:manifest", text)])), 1);
      }),
    );
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const record = { ...RECORD, entries: [] };
    for (const text of [deep, "{"]) {
      const sidecar = await readSidecar(onePixel([compressedTextChunk("sidecar:spec.vl.json", text), manifest(record)]));
      expect(
        verifySidecar(sidecar, 1)
          .map((check) => check.what)
          .join("\n"),
      ).toContain("not computed again");
    }
  });

  it("leaves Object alone", async () => {
    await readSidecar(
      onePixel([compressedTextChunk("sidecar:manifest", '{"entries":[],"__proto__":{"x":1},"versions":{"__proto__":"y"}}')]),
    );
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe.skipIf(!hasShared)("an image of the published system", () => {
  const png = () => fs.readFileSync(shared("data", "sidecar-by-pillow.png"));

  it("is read whole", async () => {
    const sidecar = await readSidecar(png());
    expect(sidecar.warnings).toEqual([]);
    expect(sidecar.problems).toEqual([]);
    expect(sidecar.texts.map((text) => [text.keyword, text.chars])).toEqual([
      ["Software", 47],
      ["sidecar:code/plot.py", 17],
      ["sidecar:data/plain.csv", 8],
      ["sidecar:data/points.csv", 26],
      ["sidecar:manifest", expect.any(Number)],
      ["sidecar:readme", 65],
    ]);
    expect(sidecar.texts.find((text) => text.key === "readme")?.text).toContain("Café, 20 µs.");
    expect(verifySidecar(sidecar, 1).every((check) => check.ok)).toBe(true);
  });

  it("takes our sidecar in place of its own", async () => {
    const ours = embedPrepared(png(), await prepareEntries([{ key: "readme", text: "ours\n" }]), [], RECORD);
    expect((await readSidecar(ours)).texts.map((text) => text.keyword)).toEqual([
      "Figure ID",
      "Software",
      "sidecar:manifest",
      "sidecar:readme",
    ]);
  });
});
