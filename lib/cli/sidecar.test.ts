import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import type { TopLevelSpec } from "vega-lite";
import { afterAll, describe, expect, it, vi } from "vitest";
import { renderWithin } from "../render/pool.ts";
import { type RenderRequest, renderFigure } from "../render/render.ts";
import { embedPrepared, prepareEntries } from "../sidecar/embed.ts";
import { figureId } from "../sidecar/figure-id.ts";
import { join, onePixel, RECORD } from "../sidecar/fixture.ts";
import type { FigureRecord } from "../sidecar/manifest.ts";
import { buildChunk } from "../sidecar/png.ts";
import { readSidecar } from "../sidecar/read.ts";
import { compressedTextChunk, plainTextChunk } from "../sidecar/text-chunk-writer.ts";
import { hasShared, shared } from "../testing/paths.ts";
import { main } from "./main.ts";
import { sidecarCommand } from "./sidecar.ts";
import type { SidecarTools } from "./sidecar-verbs.ts";

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "sidecar-")));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const SPEC = { data: { values: [{ x: 1 }, { x: 3 }] }, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } };
const ID = figureId({ experiment: RECORD.experiment, figure: RECORD.figure, fingerprint: RECORD.fingerprint, spec: SPEC });
const SOUND: FigureRecord = { ...RECORD, figureId: ID, footer: `session/steps · figure ${ID}` };
const ENTRIES = await prepareEntries([
  { key: "readme", text: "# Steps →\n" },
  { key: "data/steps.csv", text: `step\n${"1\n".repeat(1000)}` },
]);
const embed = (
  png: Uint8Array,
  { record = SOUND, spec = SPEC as unknown, own = [{ key: "spec.vl.json", text: JSON.stringify(spec) }] } = {},
) => embedPrepared(png, ENTRIES, own, record);
const FIGURE = embed(onePixel());

let count = 0;
const fileOf = (png: Uint8Array, name = `figure${++count}.png`) => {
  fs.writeFileSync(path.join(folder, name), png);
  return path.join(folder, name);
};
const fresh = () => path.join(folder, `out${++count}`);

async function run(argv: readonly string[], { isTTY = false, render = fail as SidecarTools["render"] } = {}) {
  const [out, err] = [[] as string[], [] as string[]];
  const wasTTY = process.stdout.isTTY;
  process.stdout.isTTY = isTTY;
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0),
  ];
  const status = await main(["sidecar", ...argv], [sidecarCommand({ render })]);
  for (const spy of spies) spy.mockRestore();
  process.stdout.isTTY = wasTTY;
  return { status, out: out.join(""), err: err.join("") };
}

async function fail(): Promise<never> {
  throw new Error("nothing to draw");
}

describe("wrong calls end with 2 and one sentence", () => {
  const figure = fileOf(FIGURE);
  it.each([
    [[], "Name a command of sidecar: list, show, extract, verify, redraw."],
    [["unpack", figure], 'Unknown command of sidecar: "unpack". Commands: list, show, extract, verify, redraw.'],
    [["lst", figure], 'Unknown command of sidecar: "lst". Did you mean list?'],
    [["toString", figure], 'Unknown command of sidecar: "toString". Commands: list, show, extract, verify, redraw.'],
    [["list"], '"list <png>" takes more words: 0 of 1 were given. See --help.'],
    [["list", figure, "more"], '"more" is one word too many. See --help.'],
    [["show", figure], '"show <png> <key>" takes more words: 1 of 2 were given. See --help.'],
    [["list", figure, "--force"], "Unknown option: --force. See --help."],
    [["extract", figure, "-o"], "-o needs a value. See --help."],
    [["list", path.join(folder, "absent.png")], `${path.join(folder, "absent.png")} was not found; give the path of a figure.`],
    [["list", folder], `${folder} was not found; give the path of a figure.`],
  ])("%j", async (argv, sentence) => {
    expect(await run(argv)).toEqual({ status: 2, out: "", err: `${sentence}\n` });
  });
});

describe("list", () => {
  it("shows characters and keyword, sorted", async () => {
    const { status, out, err } = await run(["list", fileOf(FIGURE)]);
    const manifest = (await readSidecar(FIGURE)).texts.find((text) => text.key === "manifest")?.chars as number;
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toBe(
      [
        "    2,005  sidecar:data/steps.csv",
        `${manifest.toLocaleString("en-US").padStart(9)}  sidecar:manifest`,
        "       10  sidecar:readme",
        `${String(JSON.stringify(SPEC).length).padStart(9)}  sidecar:spec.vl.json`,
        "",
      ].join("\n"),
    );
  });

  it("--all adds other texts, and shows them where there is no sidecar", async () => {
    expect((await run(["list", fileOf(FIGURE), "--all"])).out).toContain("       10  Figure ID\n");
    expect(await run(["list", "--all", fileOf(onePixel([plainTextChunk("Software", "x")]))])).toMatchObject({
      status: 0,
      out: "        1  Software\n",
    });
  });

  it("steers no terminal", async () => {
    const png = onePixel([buildChunk("tEXt", join("sidecar:\u001b[2J\u001b]0;title\u0007data/a\nb\u009b31m\0text"))]);
    for (const isTTY of [true, false]) {
      const { out, err } = await run(["list", fileOf(png)], { isTTY });
      expect(out).toBe("        4  sidecar:\\u{1b}[2J\\u{1b}]0;title\\u{7}data/a\\u{a}b\\u{9b}31m\n");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });

  it("warns of what can't be read", async () => {
    const { status, err } = await run(["list", fileOf(FIGURE.subarray(0, -3))]);
    expect({ status, err }).toEqual({ status: 0, err: expect.stringMatching(/^warning: it ends inside the frame/) });
  });
});

describe("show", () => {
  it.each(["sidecar:readme", "readme"])("finds %s", async (key) => {
    expect(await run(["show", fileOf(FIGURE), key])).toEqual({ status: 0, out: "# Steps →\n", err: "" });
  });

  it("adds a line end, and shows other texts too", async () => {
    expect((await run(["show", fileOf(FIGURE), "Figure ID"])).out).toBe(`${ID}\n`);
  });

  it("ends with 1 for an unknown key", async () => {
    const { status, out, err } = await run(["show", fileOf(FIGURE), "sidecar:nothing"]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toMatch(/has no "sidecar:nothing"/);
  });

  const text = "a\tb\u001b[31mred\u001b[0m\u001b]8;;http://x\u0007link\u001b]8;;\u0007\r\u0008\u202ez\n";
  it.each([
    [true, "a\tb\\u{1b}[31mred\\u{1b}[0m\\u{1b}]8;;http://x\\u{7}link\\u{1b}]8;;\\u{7}\\u{d}\\u{8}\\u{202e}z\n"],
    [false, text],
  ])("escape sequences on a terminal (%j)", async (isTTY, expected) => {
    const png = onePixel([compressedTextChunk("sidecar:readme", text)]);
    expect((await run(["show", fileOf(png), "readme"], { isTTY })).out).toBe(expected);
  });
});

describe("extract", () => {
  it("writes every entry and says so", async () => {
    const out = fresh();
    const { status, out: lines, err } = await run(["extract", fileOf(FIGURE), "-o", out]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const names = ["data/steps.csv", "manifest.json", "README.md", "spec.vl.json"];
    expect(lines).toBe(names.map((name) => `wrote ${path.join(out, name)}\n`).join(""));
    expect(fs.readFileSync(path.join(out, "README.md"), "utf8")).toBe("# Steps →\n");
  });

  it("goes to extracted_<name> in the working folder by default", async () => {
    const figure = fileOf(FIGURE, "my.figure.png");
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(await run(["extract", figure])).toMatchObject({
        status: 0,
        out: expect.stringContaining(`wrote ${path.join("extracted_my.figure", "README.md")}\n`),
      });
    } finally {
      process.chdir(before);
    }
    expect(fs.existsSync(path.join(folder, "extracted_my.figure", "data", "steps.csv"))).toBe(true);
  });

  it("overwrites with --force only", async () => {
    const out = fresh();
    const figure = fileOf(FIGURE);
    expect((await run(["extract", figure, "-o", out])).status).toBe(0);
    expect(await run(["extract", figure, "-o", out])).toMatchObject({ status: 1, out: "", err: expect.stringContaining("add --force") });
    expect((await run(["extract", figure, "-o", out, "--force"])).status).toBe(0);
  });

  it("skips what would leave the folder", async () => {
    const out = fresh();
    const png = onePixel([compressedTextChunk("sidecar:code/../../evil", "x"), compressedTextChunk("sidecar:readme", "fine")]);
    const { status, err } = await run(["extract", fileOf(png), "-o", out]);
    expect({ status, err }).toEqual({ status: 0, err: expect.stringMatching(/^warning: "code\/..\/..\/evil" is not unpacked/) });
    expect(fs.readdirSync(out)).toEqual(["README.md"]);
  });

  it("tells what the system refuses", async () => {
    const { status, err } = await run(["extract", fileOf(FIGURE), "-o", path.join(fileOf(FIGURE), "below")]);
    expect({ status, err }).toEqual({ status: 1, err: expect.stringMatching(/EEXIST|ENOTDIR/) });
  });
});

describe("an image without a sidecar", () => {
  const stripped =
    /carries no sidecar: its text was probably stripped on the way\. The footer of the figure shows its id, by which the gallery has the original/;
  it.each(["list", "show", "extract", "verify", "redraw"])("is explained by %s", async (verb) => {
    const argv = [verb, fileOf(onePixel()), ...(verb === "show" ? ["readme"] : [])];
    const { status, err } = await run(argv);
    expect(status).toBe(1);
    expect(err).toMatch(stripped);
    expect(err.trimEnd()).not.toContain("\n");
  });

  it.each([
    ["a plain text", onePixel([plainTextChunk("Figure ID", "0a1b2c3d4e")]), "a.png", `; its text "Figure ID" says 0a1b2c3d4e.`],
    [
      "a description",
      onePixel([plainTextChunk("XML:com.adobe.xmp", "x · figure 0a1b2c3d4e · y")]),
      "b.png",
      `; its text "XML:com.adobe.xmp" says 0a1b2c3d4e.`,
    ],
    ["the file name", onePixel(), "steps-0a1b2c3d4e.png", "; its file name says 0a1b2c3d4e."],
    ["no place", onePixel([plainTextChunk("Figure ID", "no id")]), "aaaaaaaaaaaaaaa.png", "has the original."],
  ])("tells the id it finds in %s", async (_, png, name, ending) => {
    const { err } = await run(["list", fileOf(png, name)]);
    expect(err.trimEnd().endsWith(ending)).toBe(true);
  });

  it("may be no PNG at all", async () => {
    const jpeg = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
      .jpeg()
      .toBuffer();
    expect(await run(["list", fileOf(jpeg, "steps 0a1b2c3d4e.jpg")])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/is not a PNG; .*; its file name says 0a1b2c3d4e\./),
    });
  });
});

describe("verify", () => {
  it("tells what it checked", async () => {
    const { status, out } = await run(["verify", fileOf(FIGURE)]);
    expect(out).toBe(
      [
        "ok     8 chunks, all whole and in order, every checksum right",
        "ok     4 entries readable",
        "ok     3 entries as the manifest lists them (3 with SHA-256, 0 of them stubs)",
        `ok     figure id ${ID}`,
        "",
      ].join("\n"),
    );
    expect(status).toBe(0);
  });

  const withLast = (chunk: Uint8Array) => join(FIGURE.subarray(0, -12), chunk, FIGURE.subarray(-12));
  it.each<[string, Uint8Array, RegExp]>([
    ["a cut file", FIGURE.subarray(0, -4), /wrong {2}it ends inside the frame/],
    [
      "a text that differs",
      withLast(compressedTextChunk("sidecar:readme", "# Steps x\n")),
      /wrong {2}sidecar:readme differs from the SHA-256/,
    ],
    [
      "a shorter text",
      withLast(compressedTextChunk("sidecar:readme", "#")),
      /wrong {2}sidecar:readme has 1 characters, the manifest says 10/,
    ],
    ["an entry more", withLast(compressedTextChunk("sidecar:data/b.csv", "#")), /wrong {2}sidecar:data\/b.csv is not in the manifest/],
    [
      "an entry less",
      onePixel([compressedTextChunk("sidecar:manifest", '{"entries":[{"key":"sidecar:readme","chars":3}]}')]),
      /wrong {2}sidecar:readme is in the manifest but not in the image/,
    ],
    ["no manifest", onePixel([compressedTextChunk("sidecar:readme", "x")]), /wrong {2}there is no manifest/],
    [
      "another id in the footer",
      embed(onePixel(), { record: { ...SOUND, footer: "figure 9999999999" } }),
      /wrong {2}the footer does not show the figure id/,
    ],
    ["another id in the plain text", withLast(plainTextChunk("Figure ID", "9999999999")), /wrong {2}the text "Figure ID" says 9999999999/],
    [
      "another specification",
      embed(onePixel(), { spec: { mark: "bar" } }),
      /wrong {2}the specification and the database give the figure id [0-9a-f]{10}, the manifest says/,
    ],
  ])("finds %s", async (_, png, fault) => {
    const { status, out } = await run(["verify", fileOf(png)]);
    expect(status).toBe(1);
    expect(out).toMatch(fault);
  });

  it.skipIf(!hasShared)("takes an image of the published system", async () => {
    const { status, out } = await run(["verify", shared("data", "sidecar-by-pillow.png")]);
    expect(out).toContain("ok     4 entries as the manifest lists them (0 with SHA-256, 0 of them stubs)\nok     no figure id");
    expect(status).toBe(0);
  });
});

describe("redraw", () => {
  it("refuses a specification that asks for too much, before it draws", async () => {
    const spec = { ...SPEC, data: { sequence: { start: 0, stop: 1e9 } } };
    expect(await run(["redraw", fileOf(embed(onePixel(), { spec })), "-o", fresh()])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/can't be redrawn: its specification makes a sequence of more than 100000 values\.\n$/),
    });
  });

  it("ends one that takes longer than it may", async () => {
    const spec = { ...SPEC, transform: [{ calculate: `test(/(a+)+$/, '${"a".repeat(60)}b')`, as: "y" }] };
    expect(
      await run(["redraw", fileOf(embed(onePixel(), { spec })), "-o", fresh(), "--timeout", "1"], { render: renderWithin }),
    ).toMatchObject({
      status: 1,
      err: expect.stringMatching(/can't be redrawn: drawing it takes longer than 1 second\n$/),
    });
  });

  const square = (color: string) => sharp({ create: { width: 4, height: 4, channels: 3, background: color } }).png();
  const drawn = async (color: string) => ({ png: new Uint8Array(await square(color).toBuffer()) });

  it("draws what the image carries, compares, and gives the new image the same sidecar", async () => {
    const original = embed((await drawn("#102030")).png);
    const requests: RenderRequest[] = [];
    const out = fresh();
    const render = async (request: RenderRequest) => {
      requests.push(request);
      return drawn("#102030");
    };
    const figure = fileOf(original, "steps.png");
    expect(await run(["redraw", figure, "-o", out], { render })).toEqual({
      status: 0,
      out: `wrote ${out}\nsame: all 16 pixels are equal\n`,
      err: "",
    });
    expect(requests).toEqual([{ name: "steps", spec: SPEC, footer: SOUND.footer, scale: 2 }]);
    expect(await readSidecar(fs.readFileSync(out))).toEqual(await readSidecar(original));
    expect(await run(["redraw", figure, "-o", out], { render })).toMatchObject({
      status: 1,
      err: expect.stringContaining("exists already"),
    });
  });

  it("tells how much differs, and what the original was drawn with", async () => {
    const original = embed((await drawn("#102030")).png);
    const { status, out, err } = await run(["redraw", fileOf(original), "-o", fresh()], { render: () => drawn("#102033") });
    expect(status).toBe(1);
    expect(out).toContain("different: 16 of 16 pixels, by at most 3 of 255\n");
    expect(err).toBe("The original was drawn with trace-atlas 1.2.3 vega 6.0.0.\n");
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["of another size", embed(onePixel()), /different: the original has 1 x 1 px, the new one 4 x 4 px/],
    ["without a specification", embed(onePixel(), { own: [] }), /carries no spec\.vl\.json/],
    ["with a stub of one", embed(onePixel(), { own: [{ key: "spec.vl.json", text: " ".repeat(17 * 1024 * 1024) }] }), /only a stub/],
    ["with a specification that is no JSON", embed(onePixel(), { own: [{ key: "spec.vl.json", text: "{" }] }), /is not JSON/],
    ["at a huge scale", embed(onePixel(), { record: { ...SOUND, scale: 1e9 } }), /asks for scale 1000000000/],
    ["at no scale", embed(onePixel(), { record: { ...SOUND, scale: -1 } }), /asks for scale -1/],
  ])("ends with 1 for an image %s", async (_, png, message) => {
    const { status, out, err } = await run(["redraw", fileOf(png), "-o", fresh()], { render: () => drawn("red") });
    expect(status).toBe(1);
    expect(out + err).toMatch(message);
  });

  it("tells why a specification can't be drawn", async () => {
    expect(await run(["redraw", fileOf(FIGURE), "-o", fresh()])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/can't be redrawn: nothing to draw\n$/),
    });
  });

  it("gives the same pixels from the file alone", async () => {
    const spec = SPEC as unknown as TopLevelSpec;
    const { png } = await renderFigure({ name: "steps", spec, footer: SOUND.footer, scale: 2 });
    const out = fresh();
    const figure = fileOf(embed(png));
    expect(await run(["redraw", figure, "-o", out], { render: renderFigure })).toMatchObject({
      status: 0,
      out: expect.stringContaining("\nsame: all "),
    });
    expect(fs.readFileSync(out)).toEqual(fs.readFileSync(figure));
  });

  it("opens no file that a foreign specification names", async () => {
    const spec = { ...SPEC, data: { url: "file:///etc/passwd", format: { type: "csv" } } };
    const { status, err } = await run(["redraw", fileOf(embed(onePixel(), { spec })), "-o", fresh()], { render: renderFigure });
    expect(status).toBe(1);
    expect(err).toMatch(/refused to open file:\/\/\/etc\/passwd/);
  });
});

describe("redraw with a changed specification", () => {
  const figure = fileOf(FIGURE, "steps.png");
  const specFile = (spec: unknown) => {
    const file = path.join(folder, `changed${++count}.vl.json`);
    fs.writeFileSync(file, typeof spec === "string" ? spec : JSON.stringify(spec));
    return file;
  };
  const CHANGED = { ...SPEC, mark: "bar" };

  it("draws it, and says in footer and sidecar what it was made of", async () => {
    const out = fresh();
    const requests: RenderRequest[] = [];
    const render = (request: RenderRequest) => {
      requests.push(request);
      return renderFigure(request);
    };
    expect(await run(["redraw", figure, "--spec", specFile(CHANGED), "-o", out], { render })).toEqual({
      status: 0,
      out: `wrote ${out}\n`,
      err: "",
    });
    const id = figureId({ ...SOUND, spec: CHANGED });
    expect(requests).toMatchObject([{ spec: CHANGED, scale: 2, footer: `session/steps · figure ${id}, changed from ${ID}` }]);
    const { texts, manifest } = await readSidecar(fs.readFileSync(out));
    expect(manifest?.record).toMatchObject({ figureId: id, experiment: SOUND.experiment });
    expect(Object.fromEntries(texts.map(({ keyword, text }) => [keyword, text]))).toMatchObject({
      "sidecar:readme": "# Steps →\n",
      "sidecar:spec.vl.json": JSON.stringify(CHANGED),
      "sidecar:data/plotted-1.csv": "x\n1\n3\n",
    });
    expect((await run(["verify", out])).status).toBe(0);
  });

  it.each<[string, unknown, number, RegExp]>([
    ["data of an address", { ...SPEC, data: { url: "https://example.org/a.csv" } }, 1, /can't be drawn: .*refused to open https:/],
    ["data of a file", { ...SPEC, data: { url: "/etc/passwd" } }, 1, /can't be drawn: .*refused to open \/etc\/passwd/],
    ["too much", { ...SPEC, data: { sequence: { start: 0, stop: 1e9 } } }, 2, /the specification makes a sequence of more than 100000/],
    ["a list", [], 2, /is not an object/],
    ["other text", "{", 1, /--spec .*changed\d+\.vl\.json is not JSON/],
  ])("refuses %s", async (_, spec, status, message) => {
    const out = fresh();
    expect(await run(["redraw", figure, "--spec", specFile(spec), "-o", out], { render: renderFigure })).toMatchObject({
      status,
      err: expect.stringMatching(message),
    });
    expect(fs.existsSync(out)).toBe(false);
  });

  it("refuses a file that is not there, and a figure of another program", async () => {
    const absent = path.join(folder, "absent.vl.json");
    expect(await run(["redraw", figure, "--spec", absent])).toMatchObject({ status: 2, err: expect.stringContaining("was not found") });
    const foreign = fileOf(onePixel([compressedTextChunk("sidecar:readme", "x")]));
    expect(await run(["redraw", foreign, "--spec", specFile(SPEC)])).toMatchObject({
      status: 1,
      err: expect.stringContaining("does not say which figure it is"),
    });
  });
});
