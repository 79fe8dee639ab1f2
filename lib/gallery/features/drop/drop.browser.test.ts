import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { printable } from "../../../files/printable.ts";
import { unpackedEntries } from "../../../sidecar/code.ts";
import { deflate } from "../../../sidecar/codec.ts";
import { embedPrepared, prepareEntries } from "../../../sidecar/embed.ts";
import { join, latin1, onePixel, RECORD } from "../../../sidecar/fixture.ts";
import { buildChunk, joinPng, parsePng, scanPng } from "../../../sidecar/png.ts";
import { readSidecar, sidecarEntries } from "../../../sidecar/read.ts";
import { compressedTextChunk, plainTextChunk } from "../../../sidecar/text-chunk-writer.ts";
import { isTextChunk } from "../../../sidecar/text-chunks.ts";
import { verifySidecar } from "../../../sidecar/verify.ts";
import { accessibilityProblems, hasChromium, serveSample, type WatchedPage, watchedPage } from "../../../testing/browser.ts";
import { hasShared, shared } from "../../../testing/paths.ts";

const MIB = 1024 * 1024;
const SPEC = { data: { values: [{ x: 1 }, { x: 3 }] }, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } };
const PAGE = "open/";
/** Damaged files; `FUZZ_RUNS=1000` for a thorough run. */
const FUZZED = Number(process.env.FUZZ_RUNS ?? 12);

async function figureWith(spec: unknown, entries: readonly { key: string; text: string }[] = []): Promise<Uint8Array> {
  return embedPrepared(
    onePixel(),
    await prepareEntries(entries),
    [{ key: "spec.vl.json", text: typeof spec === "string" ? spec : JSON.stringify(spec) }],
    RECORD,
  );
}

function zTXt(keyword: string, stream: Uint8Array): Uint8Array {
  return buildChunk("zTXt", join(keyword, "\0\0", stream));
}

function withoutText(png: Uint8Array): Uint8Array {
  return joinPng(
    parsePng(png)
      .filter((chunk) => !isTextChunk(chunk))
      .map((chunk) => chunk.bytes),
  );
}

describe.skipIf(!hasChromium)("open a figure", () => {
  let served: Awaited<ReturnType<typeof serveSample>>;
  /** Nearly all cases open their file in the same page; those that change more than its contents take one of their own. */
  let common: WatchedPage;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    served = await serveSample();
    common = await watchedPage(served.url);
    await openIn(common);
  });
  afterAll(async () => {
    await common?.page.context().close();
    await served?.close();
  });
  beforeEach(async () => {
    watched = common;
    page = common.page;
    await page.emulateMedia({ colorScheme: "light" });
  });
  /** Whatever is opened: no error, and no request to another place. */
  afterEach(async () => {
    expect(watched.problems.splice(0)).toEqual([]);
    if (watched !== common) await page.context().close();
  });

  async function openIn(which: WatchedPage, address = served.url): Promise<void> {
    watched = which;
    page = which.page;
    await page.goto(`${address}${PAGE}index.html`);
  }

  async function choose(png: Uint8Array, name = "figure.png"): Promise<void> {
    await page.setInputFiles("#drop-input", { name, mimeType: "image/png", buffer: Buffer.from(png) });
    await page.waitForFunction(() => !document.getElementById("drop-status")?.textContent?.startsWith("Reading"));
  }

  const status = () => page.textContent("#drop-status");
  const checks = () => page.locator(".drop-checks li").allTextContents();

  async function redrawn(): Promise<string> {
    await page.getByRole("button", { name: "Redraw" }).click();
    await page.locator(".drop-redrawn canvas, .drop-redrawn .state-failed").waitFor();
    return (await page.textContent(".drop-redrawn")) ?? "";
  }

  function sampleFigure(): { file: string; png: Uint8Array } {
    const folder = path.join(served.folder, "session", "session_token_steps", "files");
    const name = fs.readdirSync(folder).find((each) => each.endsWith(".png")) as string;
    return { file: path.join(folder, name), png: fs.readFileSync(path.join(folder, name)) };
  }

  describe("a figure of this gallery", () => {
    it("is shown with its facts, README, tables and code", async () => {
      const { file, png } = sampleFigure();
      const sidecar = await readSidecar(png);
      await choose(png, path.basename(file));
      expect(await status()).toBe(`${path.basename(file)} is open. It contains ${unpackedEntries(sidecar).length} texts.`);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("drop-title");
      expect(await page.getByRole("heading", { name: "It matches its manifest" }).count()).toBe(1);
      expect(await checks()).toEqual(verifySidecar(sidecar, scanPng(png).chunks.length).map(({ what }) => `Passed: ${what}`));
      expect(await page.textContent(".drop-facts")).toContain("this gallery's pool");
      expect(await page.locator(".drop-facts a").getAttribute("href")).toContain("/session/session_token_steps/index.html#figure-");
      expect(await page.locator(".drop-prose h4").first().textContent()).toBeTruthy();

      const table = page.getByRole("region", { name: "Tables" });
      await table.locator("summary").first().click();
      await table.locator("th").first().waitFor();
      const csv = sidecarEntries(sidecar).find(({ key }) => key.endsWith(".csv"))?.text as string;
      expect(await table.locator("th").allTextContents()).toEqual(csv.split("\n", 1)[0]?.split(","));
      await table.locator("th button").first().click();
      expect(await table.locator("th").first().getAttribute("aria-sort")).toBe("ascending");

      const code = page.getByRole("region", { name: /^Code/ });
      await code.locator("summary").first().click();
      expect(await code.locator(".drop-numbers").textContent()).toMatch(/^1\n2\n3\n/);
      expect(await accessibilityProblems(page)).toEqual([]);
    });

    it("can be taken apart: each text as a file, and all as a ZIP", async () => {
      const { png } = sampleFigure();
      await choose(png);
      const [one] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save README.md" }).click()]);
      const readme = sidecarEntries(await readSidecar(png)).find(({ key }) => key === "readme")?.text;
      expect(fs.readFileSync(await one.path(), "utf8")).toBe(readme);
      const [all] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /as a \.zip/ }).click()]);
      expect(all.suggestedFilename()).toBe("figure.zip");
      expect(
        fs
          .readFileSync(await all.path())
          .subarray(0, 4)
          .toString("latin1"),
      ).toBe("PK\u0003\u0004");
    });

    it.each(["light", "dark"] as const)("is drawn again, in %s colors of the page", async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await choose(sampleFigure().png);
      expect(await redrawn()).toMatch(/^Redrawn: \d+ × \d+ px\.$/);
      const colors = await page.locator(".drop-redrawn canvas").evaluate((canvas: HTMLCanvasElement) => {
        const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
        const context = copy.getContext("2d") as CanvasRenderingContext2D;
        context.drawImage(canvas, 0, 0);
        return new Set(new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer)).size;
      });
      expect(colors).toBeGreaterThan(20);
      expect(
        await accessibilityProblems(
          page,
          colorScheme === "light" ? "all" : "colors",
          colorScheme === "light" ? ".drop-redrawn" : undefined,
        ),
      ).toEqual([]);
    });

    it("is opened by a drop and from the clipboard", async () => {
      const bytes = [...(await figureWith(SPEC))];
      for (const type of ["drop", "paste"]) {
        await page.evaluate(
          ([kind, content]) => {
            const data = new DataTransfer();
            data.items.add(new File([Uint8Array.from(content)], `${kind}.png`, { type: "image/png" }));
            const event =
              kind === "drop"
                ? new DragEvent("drop", { dataTransfer: data, bubbles: true })
                : new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
            document.body.dispatchEvent(event);
          },
          [type, bytes] as const,
        );
        await page.getByRole("heading", { name: `${type}.png` }).waitFor();
      }
    });

    it("works on a page opened from a disk", async () => {
      const address = `${pathToFileURL(served.folder).href}/`;
      await openIn(await watchedPage(address), address);
      await choose(sampleFigure().png);
      expect(await checks()).toHaveLength(4);
      expect(await redrawn()).toMatch(/^Redrawn/);
    });
  });

  it.skipIf(!hasShared)("a figure of the published system is read whole, and offers no redrawing", async () => {
    await choose(fs.readFileSync(shared("data", "sidecar-by-pillow.png")));
    expect((await checks()).every((check) => check.startsWith("Passed: "))).toBe(true);
    expect(await page.textContent(".drop-prose")).toContain("Café, 20 µs.");
    expect(await page.getByRole("button", { name: "Redraw" }).count()).toBe(0);
  });

  describe("a figure without its sidecar", () => {
    it("is explained", async () => {
      await choose(withoutText(sampleFigure().png));
      expect(await status()).toBe("figure.png is open. It has no sidecar.");
      expect(await page.textContent(".drop-figure .notes")).toMatch(
        /an id of ten characters; the gallery that published it has the original/,
      );
      await page.getByRole("link", { name: "Look it up here" }).click();
      await page.getByLabel("Id or title").fill("no such figure");
      expect(await page.textContent("#find-status")).toBe("No figure in this gallery matches.");
    });

    it("is found again by an id that is left in its name", async () => {
      const id = (await page.locator("[data-figure]").first().getAttribute("data-figure")) as string;
      await choose(withoutText(sampleFigure().png), `slide ${id}.png`);
      expect(await page.textContent(".drop-figure .notes")).toContain("this gallery has the original");
    });
  });

  it("an SVG leads to its figure: by the id in its footer, or by its name", async () => {
    const svg = fs.readFileSync(sampleFigure().file.replace(/png$/, "svg"));
    const href = () => page.locator("#drop-status a").getAttribute("href");
    await choose(svg, "renamed.svg");
    expect(await status()).toMatch(/^"renamed\.svg" is an SVG, which has no sidecar; .* This gallery has it: .+\.$/);
    expect(await href()).toContain("/session/session_token_steps/index.html#figure-");
    const name = (await href())?.split("#figure-")[1];
    await choose(latin1("<svg/>"), `${name}.svg`);
    expect(await href()).toContain(`#figure-${name}`);
    await choose(latin1("<svg/>"), "other.svg");
    expect(await page.locator("#drop-status a").count()).toBe(0);
  });

  it("texts without a manifest are called that, counted in words, and listed by number", async () => {
    const csv = (at: number) => compressedTextChunk(`sidecar:data/f${at}.csv`, `a\n${at}\n`);
    await choose(onePixel([0, 10, 2].map(csv)));
    expect(await page.getByRole("heading", { name: "It has no manifest" }).count()).toBe(1);
    expect(await page.getByRole("heading", { name: "match" }).count()).toBe(0);
    expect(await page.locator(".drop-figure summary").allTextContents()).toEqual([0, 2, 10].map((at) => `data/f${at}.csv 1 row`));
  });

  describe("hostile files", () => {
    const readme = compressedTextChunk("sidecar:readme", "fine");
    const headless = (length: number, type = "zTXt") =>
      join(onePixel().subarray(0, 33), Buffer.from(Uint32Array.of(length).buffer).reverse(), type, new Uint8Array(20));

    it.each<[string, () => Uint8Array, RegExp]>([
      ["nothing", () => new Uint8Array(0), /^"figure.png" is not a PNG; a sidecar exists only in the PNG that was written with it\.$/],
      ["text", () => latin1("<h1>no</h1>"), /is not a PNG/],
      ["a signature alone", () => onePixel().subarray(0, 8), /^"figure.png" is damaged: its first chunk is not IHDR\.$/],
      ["a cut file", () => onePixel().subarray(0, 40), /is damaged: it ends inside the frame of a chunk/],
      ["a chunk that claims gigabytes", () => headless(0x7fffffff), /is damaged: chunk zTXt at byte 33 says 2147483647 bytes, but only/],
      ["a chunk without a type", () => headless(0, "\0\0\0\0"), /is damaged: the chunk at byte 33 has no valid type/],
    ])("%s: one sentence", async (_, png, sentence) => {
      await choose(png());
      expect(await status()).toMatch(sentence);
      expect(await page.locator("#drop-result > *").count()).toBe(0);
    });

    const bomb = deflate(new Uint8Array(40 * MIB));
    it.each<[string, Uint8Array[], RegExp]>([
      ["a bomb", [zTXt("sidecar:data/a.csv", bomb)], /left out: inflates to more than 16,777,216 bytes/],
      [
        "many bombs",
        Array.from({ length: 20 }, (_, i) => zTXt(`sidecar:data/${i}`, bomb)),
        /texts beyond 67,108,864 bytes in total are not read/,
      ],
      [
        "a cut stream",
        [zTXt("sidecar:data/a.csv", deflate(latin1("some text")).subarray(0, -6))],
        /left out: its compressed text is damaged/,
      ],
      [
        "bytes after a stream",
        [zTXt("sidecar:data/a.csv", join(deflate(latin1("text")), "more"))],
        /left out: its compressed text is damaged/,
      ],
      ["text that is no UTF-8", [buildChunk("iTXt", join("sidecar:data/a.csv\0\0\0\0\0", "\u00ff\u00fe"))], /left out: is not valid UTF-8/],
    ])("%s: what is wrong is named, the rest is read", async (_, chunks, what) => {
      await choose(onePixel([readme, ...chunks]));
      expect((await checks()).join("\n")).toMatch(what);
      expect(await page.textContent(".drop-prose")).toBe("fine");
    });

    it("a wrong checksum: the damage is named first", async () => {
      const png = onePixel([readme]);
      png[png.length - 18] = 1;
      await choose(png);
      expect(await page.textContent(".state-failed")).toMatch(/^This file is damaged: chunk IDAT .* What could still be read is below\.$/);
    });

    it("a drop that is no file is explained", async () => {
      await page.evaluate(() => dispatchEvent(new DragEvent("drop", { dataTransfer: new DataTransfer() })));
      expect(await status()).toMatch(/^That was not a file\./);
    });

    it(
      "names the same faults as the command line, whatever is changed",
      async () => {
        const entries = [
          { key: "readme", text: "# é\n" },
          { key: "data/a.csv", text: "a,b\n→,2\n" },
        ];
        const sound = await figureWith(SPEC, entries);
        const mutation = fc.record({
          at: fc.nat({ max: sound.length - 1 }),
          remove: fc.nat({ max: 5 }),
          put: fc.uint8Array({ maxLength: 5 }),
        });
        for (const m of fc.sample(mutation, { numRuns: FUZZED, seed: 7 })) {
          const png = join(sound.subarray(0, m.at), m.put, sound.subarray(m.at + m.remove));
          const sidecar = await readSidecar(png);
          const expected = verifySidecar(sidecar, scanPng(png).chunks.length).map(
            ({ ok, what }) => `${ok ? "Passed" : "Failed"}: ${printable(what)}`,
          );
          await choose(png);
          const isEmpty = sidecarEntries(sidecar).length === 0 && sidecar.warnings.length === 0;
          expect(await checks()).toEqual(isEmpty ? [] : expected);
        }
      },
      FUZZED * 60_000,
    );
  });

  it("markup in names, texts and cells is text; pictures and odd links are left out", async () => {
    const markup = `<img src=x onerror="document.title='owned'">`;
    const text = [
      `# ${markup}`,
      markup,
      "![picture](https://elsewhere.example/x.png) [script](javascript:alert(1)) [data](data:text/html,x) [web](https://elsewhere.example/)",
    ].join("\n\n");
    const png = onePixel([
      plainTextChunk(`Note ${markup}`.slice(0, 79), markup),
      compressedTextChunk("sidecar:readme", text),
      compressedTextChunk("sidecar:data/a.csv", `"${markup.replaceAll('"', '""')}",b\n"<script>document.title='owned'</script>",2\n`),
      compressedTextChunk("sidecar:code/<b>.ts", "</pre><script>document.title='owned'</script>"),
      compressedTextChunk("sidecar:code/../../x", "outside"),
      compressedTextChunk(
        "sidecar:manifest",
        JSON.stringify({ entries: [], experiment: markup, figure: markup, footer: "\u202eabc", versions: { "<b>": "<i>" } }),
      ),
    ]);
    await choose(png, "<b>name</b>\u202e.png");
    for (const summary of await page.locator(".drop-figure summary").all()) await summary.click();
    expect(await page.locator(".drop-figure :is(.drop-prose, .fold, .drop-facts) :is(img, script, b, i)").count()).toBe(0);
    expect(await page.locator(".drop-prose h4").textContent()).toBe(markup);
    expect(await page.locator(".drop-prose a").evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))).toEqual([
      "https://elsewhere.example/",
    ]);
    expect(await page.locator(".drop-prose a").textContent()).toBe("web (leaves for elsewhere.example)");
    expect(await page.locator(".drop-figure td").first().textContent()).toBe("<script>document.title='owned'</script>");
    expect(await page.textContent("#drop-title")).toBe("<b>name</b>\\u{202e}.png");
    expect(await page.textContent(".drop-facts")).toContain("\\u{202e}abc");
    expect(await page.locator(".fold").filter({ hasText: "code/../../x" }).textContent()).toContain("Not offered as a file");
    expect(await page.title()).toContain("Open a figure");
  });

  describe("hostile specifications", () => {
    const rows = Array.from({ length: 2000 }, (_, x) => ({ x }));
    const deep = `${'{"layer":['.repeat(3000)}${"]}".repeat(3000)}`;
    it.each<[string, unknown, RegExp]>([
      [
        "a long sequence",
        { ...SPEC, data: { sequence: { start: 0, stop: 1e9 } } },
        /makes a sequence of more than 100000 values, so it isn't drawn/,
      ],
      [
        "a long one in an expression",
        { ...SPEC, transform: [{ calculate: "sequence(0, 1e9)", as: "y" }] },
        /makes a sequence of more than/,
      ],
      [
        "a long text",
        { ...SPEC, transform: [{ calculate: "pad('x', 5e8, 'ab', 'left')", as: "y" }] },
        /makes a text of more than 100000 characters/,
      ],
      ["a huge chart", { ...SPEC, width: 1e9 }, /asks for a width of 1000000000 px/],
      ["a large one", { ...SPEC, width: 19_000, height: 19_000 }, /more than a browser can show/],
      ["deep nesting", deep, /nested more than 100 levels deep/],
      ["an address", { ...SPEC, data: { url: "https://elsewhere.example/x.json" } }, /requests "https:\/\/elsewhere.example\/x.json"/],
      ["no chart", { x: 1 }, /It can't be drawn/],
      [
        "code in an expression",
        { ...SPEC, transform: [{ calculate: "constructor.constructor('return 1')()", as: "y" }] },
        /It can't be drawn/,
      ],
    ])("%s: one sentence", async (_, spec, sentence) => {
      await choose(await figureWith(spec));
      expect(await redrawn()).toMatch(sentence);
    });

    it("one that does not end is ended, and the page stays alive meanwhile: rows, a regular expression", async () => {
      const manyRows = [
        { calculate: "sequence(0, 3000)", as: "y" },
        { flatten: ["y"] },
        { joinaggregate: [{ op: "median", as: "z", field: "y" }], groupby: ["y"] },
      ];
      const backtracking = [{ calculate: `test(regexp('(a+)+$'), '${"a".repeat(60)}b')`, as: "y" }];
      await openIn(await watchedPage(served.url));
      await page.clock.install();
      for (const transform of [manyRows, backtracking]) {
        await choose(await figureWith({ ...SPEC, data: { values: rows }, transform }));
        await Promise.all([page.waitForEvent("worker"), page.getByRole("button", { name: "Redraw" }).click()]);
        expect(await page.evaluate(() => 1 + 1)).toBe(2);
        await page.clock.fastForward(10_000);
        await page.locator(".drop-redrawn .state-failed").waitFor();
        expect(await page.textContent(".drop-redrawn")).toMatch(/took longer than 10 seconds and was stopped/);
      }
      await choose(await figureWith(SPEC));
      expect(await redrawn()).toMatch(/^Redrawn/);
    });
  });
});
