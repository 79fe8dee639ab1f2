import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import Papa from "papaparse";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FONT_SIZE } from "../../../chart/theme.ts";
import { at } from "../../../stats/known.ts";
import { accessibilityProblems, hasChromium, onPage as openPage, serveSample, watchedPage } from "../../../testing/browser.ts";
import { reportOf, withRun } from "../../../testing/finished-run.ts";
import { buildGallery } from "../../build.ts";
import type { DrawChart } from "../../page/client/draw-chart.ts";
import { type Served, serveGallery } from "../../serve/serve.ts";

const STEPS = "session/session_token_steps/";
const LATENCY = "tool_calls/tool_latency_distribution/";
/** Has every kind of part that a page may have. */
const CATEGORIES = "tool_calls/tool_category_distribution/";
const PREFILL = "prefix_cache/redundant_prefill/";
const EVICTION = "prefix_cache/eviction_tradeoff/";
/** Claude and Codex in light colors. */
const PROVIDERS = [
  [180, 95, 6],
  [31, 98, 214],
];
const PHONE = { width: 390, height: 844 };
const LONG = process.env.LONG === "1";
const HOSTILE = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;

describe.skipIf(!hasChromium)("the page of an experiment", () => {
  let served: Served & { readonly folder: string };
  beforeAll(async () => {
    served = await serveSample();
  });
  afterAll(() => served?.close());

  const onPage = (address: string, use: (page: Page) => Promise<void>, visit: Parameters<typeof openPage>[3] = {}) =>
    openPage(served.url, address, use, { reducedMotion: "reduce", ...visit });

  describe("enlarges figures", () => {
    const scale = (page: Page) => page.locator(".lightbox img").evaluate((image) => new DOMMatrix(getComputedStyle(image).transform).a);

    it("by keyboard, and gives the focus back", () =>
      onPage(STEPS, async (page) => {
        const first = page.locator("a.plate-picture").first();
        await first.focus();
        await page.keyboard.press("Enter");
        const dialog = page.getByRole("dialog", { name: "Figure at full size" });
        await dialog.waitFor();
        const caption = dialog.locator(".lightbox-caption");
        expect(await caption.textContent()).toContain("Figure 1");
        await page.keyboard.press("+");
        await page.keyboard.press("+");
        expect(await scale(page)).toBeCloseTo(1.8 ** 2);
        await page.keyboard.press("-");
        expect(await scale(page)).toBeCloseTo(1.8);
        for (let i = 0; i < 9; i++) await page.keyboard.press("+");
        expect(await scale(page)).toBe(8);
        await page.keyboard.press("0");
        expect(await scale(page)).toBe(1);
        await page.keyboard.press("ArrowRight");
        expect(await caption.textContent()).toContain("Figure 2");
        await page.keyboard.press("ArrowLeft");
        await page.keyboard.press("ArrowLeft");
        expect(await caption.textContent()).toContain(`Figure ${await page.locator(".plate").count()}`);
        expect(await accessibilityProblems(page, "all", ".lightbox")).toEqual([]);
        await page.keyboard.press("Escape");
        expect(await dialog.isVisible()).toBe(false);
        expect(await first.evaluate((link) => link === document.activeElement)).toBe(true);
      }));

    it("with an address, its drawing as SVG, downloads, and the focus on the figure", () =>
      onPage(LATENCY, async (page) => {
        const [plate] = await page.locator(".plate").all();
        const id = await plate?.getAttribute("id");
        await page.locator("a.plate-picture").first().click();
        // Its events come after the key or click that caused them.
        const hash = () => page.evaluate(() => location.hash);
        await expect.poll(hash).toBe(`#full-${id}`);
        await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe("lightbox");
        const files = page.locator(".lightbox-files a");
        expect(await files.allTextContents()).toEqual(["PNG", "SVG"]);
        expect(await page.locator(".lightbox img").getAttribute("src")).toBe(
          await files.last().evaluate((link: HTMLAnchorElement) => link.href),
        );
        await page.reload();
        await page.getByRole("dialog", { name: "Figure at full size" }).waitFor();
        await page.keyboard.press("Escape");
        await expect.poll(hash).toBe(`#${id}`);
      }));

    it("by mouse: click, wheel toward the pointer, drag, and a click at the largest", () =>
      onPage(LATENCY, async (page) => {
        await page.getByRole("button", { name: "Enlarge" }).first().click();
        const image = page.locator(".lightbox img");
        const stage = (await page.locator(".lightbox-stage").boundingBox()) as { x: number; y: number; width: number; height: number };
        const [x, y] = [stage.x + stage.width * 0.6, stage.y + stage.height * 0.6];
        await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.complete && element.naturalWidth > 0)).toBe(true);
        await page.mouse.move(x, y);
        const under = () =>
          image.evaluate(
            (element, at) => {
              const box = element.getBoundingClientRect();
              return [(at[0] - box.x) / box.width, (at[1] - box.y) / box.height] as const;
            },
            [x, y] as const,
          );
        await page.mouse.click(x, y);
        expect(await scale(page)).toBeCloseTo(1.8);
        const [before] = await under();
        await page.mouse.wheel(0, -100);
        await expect.poll(() => scale(page)).toBeCloseTo(1.8 * 1.18);
        expect((await under())[0]).toBeCloseTo(before, 2);
        const left = () => image.evaluate((element) => element.getBoundingClientRect().x);
        const start = await left();
        await page.mouse.down();
        await page.mouse.move(x + 40, y, { steps: 4 });
        await page.mouse.up();
        expect((await left()) - start).toBeCloseTo(40, 0);
        for (let i = 0; i < 4; i++) await page.mouse.click(x, y);
        expect(await scale(page)).toBe(1);
        await page.getByRole("button", { name: "Close" }).click();
        expect(await page.locator(".lightbox").isVisible()).toBe(false);
      }));

    it("and without scripts links to the file", async () => {
      const { page } = await watchedPage(served.url, { javaScriptEnabled: false });
      await page.goto(served.url + STEPS);
      const href = await page.locator("a.plate-picture").first().getAttribute("href");
      const response = await page.request.get(new URL(String(href), page.url()).href);
      expect([response.status(), response.headers()["content-type"]]).toEqual([200, "image/png"]);
      await page.context().close();
    });
  });

  it("shows figures as light pictures, with text of eleven pixels and their titles on a phone without scripts", async () => {
    const { page } = await watchedPage(served.url, { viewport: PHONE, javaScriptEnabled: false });
    await page.goto(served.url + LATENCY);
    const pictures = await page.locator(".plate-picture img:visible").all();
    for (const picture of pictures) {
      const scale = ((await picture.boundingBox())?.width ?? 0) / Number(await picture.getAttribute("width"));
      expect(scale * FONT_SIZE.small).toBeGreaterThan(11);
      expect(await picture.getAttribute("src")).toMatch(/\.(svg|webp)$/);
    }
    const plate = page.locator(".plate").first();
    const top = async (part: string) => (await plate.locator(part).boundingBox())?.y ?? Number.NaN;
    expect(await top("h3")).toBeLessThan(await top(".plate-picture"));
    await page.context().close();
  });

  it("copies figures as pictures, drawings, rows, Markdown, address and references", () =>
    onPage(LATENCY, async (page) => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const plate = page.locator(".plate").first();
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      const hrefOf = (ending: string) =>
        plate
          .locator(`.downloads a[href$="${ending}"]`)
          .first()
          .evaluate((link: HTMLAnchorElement) => link.href);
      const textOf = async (ending: string) => (await page.request.get(await hrefOf(ending))).text();
      const copy = async (what: string) => {
        await plate.getByRole("button", { name: `Copy ${what}` }).click();
        await expect.poll(() => plate.locator(".plate-tools [role=status]").textContent()).toContain(`${what} copied.`);
      };
      await plate.locator(".plate-copy > summary").click();
      await copy("PNG");
      expect(await page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types))).toContain("image/png");
      for (const [what, ending] of [
        ["SVG", ".svg"],
        ["CSV", ".csv"],
      ] as const) {
        await copy(what);
        expect(await clipboard()).toBe(await textOf(ending));
      }
      const permalink = (await hrefOf("index.html")).replace("index.html", "");
      await copy("Link");
      expect(await clipboard()).toBe(permalink);
      await copy("Markdown");
      expect(await clipboard()).toMatch(
        new RegExp(`^!\\[.+\\]\\(${await hrefOf(".png")}\\)\\n\\n\\*\\*Figure 1 .+\\[Source\\]\\(${permalink}\\)\\n$`, "s"),
      );
      await plate.getByText("Cite").click();
      await plate.getByRole("button", { name: "Copy the BibTeX entry" }).click();
      await expect.poll(clipboard).toMatch(/^@misc\{trace-atlas-[0-9a-f]{10},/);
    }));

  it("saves a picture and copies text where the clipboard is not for pages", () =>
    onPage(LATENCY, async (page) => {
      await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
      const plate = page.locator(".plate").first();
      const status = plate.locator(".plate-tools [role=status]");
      await plate.locator(".plate-copy > summary").click();
      const saved = page.waitForEvent("download");
      await plate.getByRole("button", { name: "Copy PNG" }).click();
      expect((await saved).suggestedFilename()).toMatch(/\.png$/);
      await expect.poll(() => status.textContent()).toContain("The PNG was saved instead.");
      await plate.getByRole("button", { name: "Copy Link" }).click();
      await expect.poll(() => status.textContent()).toBe("Link copied.");
    }));

  describe("draws charts in place", () => {
    it(`${LONG ? "all" : "the first of every second experiment"}, without a complaint`, () =>
      onPage(PREFILL, async (page) => {
        await page.getByRole("button", { name: "Interactive" }).click();
        await page.locator(".plate-chart canvas").waitFor();
        const charts = chartScripts(served.folder);
        expect(charts.length).toBeGreaterThan(LONG ? 60 : 15);
        for (const file of charts) {
          await page.addScriptTag({ url: served.url + file.split("/").map(encodeURIComponent).join("/") });
          const ink = await page.evaluate(inkOfChart, path.posix.basename(file, ".js"));
          expect({ file, ink }).toEqual({ file, ink: expect.any(Number) });
          expect(ink).toBeGreaterThan(0.002);
        }
      }));

    it("with rows at the pointer also where the chart is scaled, and with a way back", () =>
      onPage(
        PREFILL,
        async (page) => {
          await page.getByRole("button", { name: "Interactive" }).click();
          const canvas = page.locator(".plate-chart canvas");
          await canvas.waitFor();
          await canvas.scrollIntoViewIfNeeded();
          const { visible, natural } = await canvas.evaluate((element: HTMLCanvasElement) => ({
            visible: Element.prototype.getBoundingClientRect.call(element).width,
            natural: element.offsetWidth,
          }));
          expect(visible).toBeLessThan(natural);
          const tooltip = page.locator(".chart-tooltip");
          const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
          // Bars end just right of it, so a place that is not scaled back would miss them.
          const texts: string[] = [];
          for (let step = 0; step < 60 && !texts.at(-1)?.includes("Codex"); step++) {
            await page.mouse.move(box.x + visible * 0.9, box.y + (box.height * step) / 60);
            if (await tooltip.isVisible()) texts.push(String(await tooltip.textContent()));
          }
          expect(texts.at(-1)).toContain("Codex");
          expect(texts.every((text) => !/#[0-9a-f]{6}/.test(text))).toBe(true);
          await page.getByRole("button", { name: "Back to image" }).click();
          expect([await page.locator(".plate-picture").isVisible(), await canvas.count(), await tooltip.count()]).toEqual([true, 0, 0]);
        },
        { viewport: { width: 1000, height: 1400 } },
      ));

    it("that can be moved where there is one view", () =>
      onPage("human_in_the_loop/human_input_wait/", async (page) => {
        const plate = page.locator(".plate").first();
        await plate.getByRole("button", { name: "Interactive" }).click();
        const canvas = plate.locator("canvas");
        await canvas.waitFor();
        await canvas.scrollIntoViewIfNeeded();
        expect(await plate.locator(".plate-tools [role=status]").textContent()).toContain("Drag to pan");
        const box = (await plate.locator(".plate-chart").boundingBox()) as { x: number; y: number; width: number; height: number };
        const picture = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
        const before = await picture();
        const tooltip = page.locator(".chart-tooltip");
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        expect(await tooltip.textContent()).toContain("Waits up to this length");
        await page.keyboard.press("Escape");
        await plate.getByRole("group", { name: /^Values of the chart/ }).press("ArrowRight");
        expect(await tooltip.textContent()).toContain("Wait from the event before to the user message");
        await page.mouse.down();
        await page.mouse.move(box.x + box.width / 2 + 80, box.y + box.height / 2 + 10, { steps: 5 });
        await page.mouse.up();
        await expect.poll(picture).not.toBe(before);
      }));

    it("in the reader's colors, also when they change", () =>
      onPage(
        PREFILL,
        async (page) => {
          await page.getByRole("button", { name: "Interactive" }).click();
          const corner = () =>
            page
              .locator(".plate-chart canvas")
              .evaluate((element: HTMLCanvasElement) => [...(element.getContext("2d")?.getImageData(2, 2, 1, 1).data ?? [])]);
          await page.locator(".plate-chart canvas").waitFor();
          expect(await corner()).toEqual([0x10, 0x15, 0x1f, 255]);
          await page.getByRole("button", { name: "Switch to light mode" }).click();
          await expect.poll(corner).toEqual([255, 255, 255, 255]);
        },
        { colorScheme: "dark" },
      ));

    it("by themselves and laid out for a phone, where a tap reads values and two fingers zoom", async () => {
      const { page, problems } = await watchedPage(served.url, { viewport: PHONE, hasTouch: true, isMobile: true });
      await page.goto(served.url + EVICTION);
      const plate = page.locator(".plate").first();
      await plate.scrollIntoViewIfNeeded();
      const canvas = plate.locator("canvas");
      await canvas.waitFor();
      await expect.poll(() => plate.locator(".plate-tools [role=status]").textContent()).toContain("Tap a mark");
      expect(await page.locator(".plate").last().locator("canvas").count()).toBe(0);
      const scale = await canvas.evaluate(
        (element: HTMLCanvasElement) => Element.prototype.getBoundingClientRect.call(element).width / element.offsetWidth,
      );
      expect(scale * FONT_SIZE.label).toBeGreaterThan(11);
      expect(await plate.locator(".plate-chart").evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
      await plate.locator(".plate-chart").evaluate((box) => box.scrollIntoView({ behavior: "instant" }));
      const box = await canvas.boundingBox();
      // In the first panel.
      const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 4];
      const tooltip = page.locator(".chart-tooltip");
      await page.touchscreen.tap(x, y);
      await expect.poll(() => tooltip.textContent()).toContain("Achievable hit rate");
      const picture = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
      const before = await picture();
      const session = await page.context().newCDPSession(page);
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", spread: number) =>
        session.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: type === "touchEnd" ? [] : [-1, 1].map((side, id) => ({ x: x + side * spread, y, id })),
        });
      await touch("touchStart", 20);
      for (const spread of [30, 45, 60]) await touch("touchMove", spread);
      await touch("touchEnd", 0);
      await expect.poll(picture).not.toBe(before);
      expect(problems).toEqual([]);
      await page.context().close();
    });

    describe("in which a range can be selected", () => {
      const words = (page: Page) => page.locator(".plate").first().locator(".chart-range-words");
      const toolsOf = (page: Page) => page.locator(".plate").first();
      const pixels = (page: Page) =>
        page
          .locator(".plate canvas")
          .first()
          .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      const drawn = async (page: Page) => {
        const box = page.locator(".plate-chart").first();
        if (!(await box.isVisible())) await page.getByRole("button", { name: "Interactive" }).first().click();
        await box.locator("canvas").waitFor();
        await box.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));
        return (await box.locator("canvas").boundingBox()) as { x: number; y: number; width: number; height: number };
      };
      const RANGE = /^Cache eviction timeout from .+ to .+:Claude, Achievable hit rate: [\d.]+% to [\d.]+%\.Codex, /;

      it("by dragging with Shift, in all panels with the same axis, and zoomed to", () =>
        onPage(EVICTION, async (page) => {
          const { x, y, width, height } = await drawn(page);
          const before = await pixels(page);
          await page.keyboard.down("Shift");
          await page.mouse.move(x + 0.4 * width, y + 0.3 * height);
          await page.mouse.down();
          await page.mouse.move(x + 0.7 * width, y + 0.3 * height, { steps: 3 });
          await page.mouse.up();
          await page.keyboard.up("Shift");
          expect(await words(page).textContent()).toMatch(RANGE);
          expect(await words(page).textContent()).toContain("Prefill amplification");
          const bands = await page
            .locator(".chart-range")
            .evaluateAll((all) => all.map((band) => band.getAttribute("style")?.replace(/(top|height): [^;]+;/g, "")));
          expect([bands.length, new Set(bands).size]).toEqual([3, 1]);
          expect(await pixels(page)).toBe(before);
          expect(await accessibilityProblems(page, "all", ".plate-chart")).toEqual([]);
          await toolsOf(page).getByRole("button", { name: "Zoom to the range" }).click();
          await expect.poll(() => pixels(page)).not.toBe(before);
          expect(await page.locator(".chart-range").count()).toBe(0);
          await toolsOf(page).getByRole("button", { name: "Reset zoom" }).click();
          await expect.poll(() => pixels(page)).toBe(before);
        }));

      it("by keys: Shift with arrows marks, Enter zooms, Escape takes back", () =>
        onPage(EVICTION, async (page) => {
          await drawn(page);
          const before = await pixels(page);
          const chart = page.getByRole("group", { name: /^Values of the chart/ }).first();
          for (const key of ["Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"]) await chart.press(key);
          const three = await words(page).textContent();
          expect(three).toMatch(RANGE);
          await chart.press("Shift+ArrowLeft");
          expect(await words(page).textContent()).not.toBe(three);
          await chart.press("Escape");
          expect([await words(page).textContent(), await page.locator(".chart-range").count()]).toEqual(["", 0]);
          for (const key of ["Shift+ArrowRight", "Shift+ArrowRight", "Enter"]) await chart.press(key);
          await expect.poll(() => pixels(page)).not.toBe(before);
          await chart.press("Escape");
          await expect.poll(() => pixels(page)).toBe(before);
        }));

      it("by one finger, after its button is pressed", async () => {
        const { page, problems } = await watchedPage(served.url, { viewport: PHONE, hasTouch: true, isMobile: true });
        await page.goto(served.url + EVICTION);
        await page.locator(".plate").first().scrollIntoViewIfNeeded();
        await page.locator(".plate canvas").first().waitFor();
        await toolsOf(page).getByRole("button", { name: "Select a range" }).tap();
        const { x, y, width, height } = await drawn(page);
        const session = await page.context().newCDPSession(page);
        const touch = (type: "touchStart" | "touchMove" | "touchEnd", share: number) =>
          session.send("Input.dispatchTouchEvent", {
            type,
            touchPoints: type === "touchEnd" ? [] : [{ x: x + share * width, y: y + 0.25 * height }],
          });
        await touch("touchStart", 0.4);
        for (const share of [0.5, 0.6, 0.7]) await touch("touchMove", share);
        await touch("touchEnd", 0);
        await expect.poll(() => words(page).textContent()).toMatch(RANGE);
        await toolsOf(page).getByRole("button", { name: "Clear" }).click();
        await expect.poll(() => words(page).textContent()).toBe("");
        expect(problems).toEqual([]);
        await page.context().close();
      });
    });

    it("with the same series in all panels when one is pointed at", () =>
      onPage(EVICTION, async (page) => {
        await page.getByRole("button", { name: "Interactive" }).first().click();
        const canvas = page.locator(".plate-chart canvas").first();
        await canvas.waitFor();
        await canvas.scrollIntoViewIfNeeded();
        /** Pixels in the colors of providers: fewer where their curves are pale. */
        const inked = async () => {
          const pixels = await sharp(await canvas.screenshot())
            .removeAlpha()
            .raw()
            .toBuffer();
          const counts = PROVIDERS.map(() => 0);
          for (let i = 0; i < pixels.length; i += 3) {
            const provider = PROVIDERS.findIndex((color) => color.every((level, j) => level === pixels[i + j]));
            if (provider >= 0) counts[provider] = (counts[provider] ?? 0) + 1;
          }
          return counts;
        };
        const before = await inked();
        const paled = async () => (await inked()).map((count, i) => count < at(before, i) / 2);
        const box = await canvas.boundingBox();
        // The first name of the legend.
        await page.mouse.move((box?.x ?? 0) + 0.3 * (box?.width ?? 0), (box?.y ?? 0) + 95);
        await expect.poll(paled).toEqual([false, true]);
        await page.mouse.move(0, 0);
        await expect.poll(paled).toEqual([false, false]);
      }));

    it("from a disk", () =>
      openPage("file://", path.join(served.folder, PREFILL, "index.html"), async (page) => {
        await page.getByRole("button", { name: "Interactive" }).click();
        await page.locator(".plate-chart canvas").waitFor();
      }));
  });

  it.each([
    ["by a filter", PREFILL, "redundant_prefill"],
    ["by a drawing of their own", LATENCY, "tool_latency_weighted_bins"],
  ])("shows figures in dark colors on dark pages, %s, and offers the white file", (_, address, name) =>
    onPage(
      address,
      async (page) => {
        const plate = page.locator(`[data-chart="${name}"]`);
        const corner = async () => {
          const { data } = await sharp(await plate.locator(".plate-picture img:visible").screenshot())
            .raw()
            .toBuffer({ resolveWithObject: true });
          return [...data.subarray(0, 3)];
        };
        await expect.poll(corner).toEqual([0x10, 0x15, 0x1f]);
        expect(await plate.getByRole("link", { name: "PNG", exact: true }).getAttribute("href")).toBe(`files/${name}.png`);
        await page.getByRole("button", { name: "Switch to light mode" }).click();
        await expect.poll(corner).toEqual([255, 255, 255]);
        await page.getByRole("button", { name: "Switch to dark mode" }).click();
        await expect.poll(corner).toEqual([0x10, 0x15, 0x1f]);
        await page.emulateMedia({ media: "print" });
        await expect.poll(corner).toEqual([255, 255, 255]);
      },
      { colorScheme: "dark" },
    ),
  );

  describe("sorts tables", () => {
    const column = (page: Page, table: number, index: number) =>
      page
        .locator(".table")
        .nth(table)
        .locator(`tbody tr:visible td:nth-child(${index + 1})`)
        .allTextContents();

    it("by number and by name, down, up and back", () =>
      onPage(LATENCY, async (page) => {
        const header = page.locator(".table").first().getByRole("columnheader", { name: "calls", exact: true });
        const original = await column(page, 0, 1);
        const numbers = original.map(numberIn);
        expect(original.some((text) => /^\d{1,3}(,\d{3})+$/.test(text))).toBe(true);
        await header.getByRole("button").focus();
        await page.keyboard.press("Enter");
        expect(await header.getAttribute("aria-sort")).toBe("ascending");
        expect((await column(page, 0, 1)).map(numberIn)).toEqual([...numbers].sort((a, b) => a - b));
        await page.keyboard.press("Enter");
        expect(await header.getAttribute("aria-sort")).toBe("descending");
        expect((await column(page, 0, 1)).map(numberIn)).toEqual([...numbers].sort((a, b) => b - a));
        await page.keyboard.press("Enter");
        expect(await column(page, 0, 1)).toEqual(original);
      }));

    it("filters long ones and says what is covered", () =>
      onPage(LATENCY, async (page) => {
        const table = page.locator(".table").first();
        await table.getByLabel("Filter rows").fill("bash");
        expect((await column(page, 0, 0)).every((name) => /bash/i.test(name))).toBe(true);
        expect(await table.locator("output").textContent()).toMatch(/^\d+ of 34 rows match\.$/);
        expect(await page.locator(".table").nth(1).getByLabel("Filter rows").count()).toBe(0);
      }));
  });

  it("pages through all rows of a long table, sorts and filters all of them", () =>
    onPage(LATENCY, async (page) => {
      const long = page.locator(".table").nth(2);
      const say = () => long.locator("output").textContent();
      expect(await say()).toBe("Rows 1 to 50 of 902.");
      await long.getByRole("button", { name: "Next" }).click();
      await expect.poll(say).toBe("Rows 51 to 100 of 902.");
      const header = long.locator("th.numeric").first();
      await header.getByRole("button").click();
      await header.getByRole("button").click();
      const file = await page.request.get(new URL((await long.getAttribute("data-csv")) as string, page.url()).href);
      const text = gunzipSync(await file.body()).toString();
      const [names = [], ...rows] = Papa.parse<string[]>(text, { skipEmptyLines: true }).data;
      const index = names.indexOf(((await header.textContent()) as string).trim());
      const largest = Math.max(...rows.map((cells) => Number(cells[index] ?? "")).filter(Number.isFinite));
      const first = long.locator("tbody tr").first().locator("td").nth(index);
      expect(Number((await first.getAttribute("title")) ?? (await first.textContent()))).toBe(largest);
      const [saved] = await Promise.all([page.waitForEvent("download"), long.locator(".downloads a[download]").click()]);
      expect([saved.suggestedFilename(), fs.readFileSync(await saved.path(), "utf8")]).toEqual([expect.stringMatching(/^\w+\.csv$/), text]);
    }));

  it("colors code that is opened", () =>
    onPage(LATENCY, async (page) => {
      const fold = page.locator('details[data-code$=".sql"]').first();
      const text = await fold.locator("code").textContent();
      expect(await fold.locator(".code-keyword").count()).toBe(0);
      await fold.locator("summary").click();
      await fold.locator(".code-keyword").first().waitFor();
      expect(await fold.locator("code").textContent()).toBe(text);
    }));

  it("says what is covered where the rest of a table can't be loaded", async () => {
    const { page } = await watchedPage(served.url);
    await page.route(/\.csv\.gz$/, (route) => route.abort());
    await page.goto(served.url + LATENCY);
    const long = page.locator(".table").nth(2);
    await long.getByLabel("Filter rows").fill("e");
    await expect.poll(() => long.locator("output").textContent()).toContain("apply to the 50 rows shown, out of 902.");
    await page.context().close();
  });

  it.each(LONG ? [CATEGORIES, STEPS, LATENCY, PREFILL] : [CATEGORIES])("%s keeps nobody out and fits", async (address) => {
    const fits = async (page: Page) =>
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await onPage(address, async (page) => {
      await page.evaluate(() => {
        // All code at once is more than a check of contrasts gets through.
        const code = Array.from(document.querySelectorAll<HTMLDetailsElement>("details:has(.code)")).slice(0, 2);
        for (const fold of [...code, ...Array.from(document.querySelectorAll<HTMLDetailsElement>("details:not(:has(.code))"))])
          fold.open = true;
      });
      await page.getByRole("button", { name: "Interactive" }).first().click();
      await page.locator(".plate-chart canvas").waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await fits(page);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await accessibilityProblems(page, "colors")).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await accessibilityProblems(page, "all but colors")).toEqual([]);
      await fits(page);
    });
  });

  it("is under 400 kB without pictures and what comes on demand", () =>
    onPage(LATENCY, async (page) => {
      const kilobytes = await page.evaluate(() =>
        [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
          .filter((entry) => !/\.(png|webp|svg)$/.test(entry.name))
          .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).decodedBodySize / 1000, 0),
      );
      expect(kilobytes).toBeLessThan(400);
      expect(kilobytes).toBeGreaterThan(50);
    }));

  it("shows names with markup as text, in pictures' words, tables, charts and code", async () => {
    await withRun(async (run) => {
      run.source("session/steps", "README.md", `# ${HOSTILE}\n\n## Method\n\n${HOSTILE}\n`);
      run.source("session/steps", "query.sql", `SELECT '${HOSTILE}'\n`);
      const table = `tool,calls\n"${HOSTILE.replaceAll('"', '""')}",1\nb,2\n`;
      const experiment = await run.add({
        id: "session/steps",
        title: HOSTILE,
        figures: [{ name: "steps", title: HOSTILE, caption: HOSTILE, spec: hostileSpec() }],
        tables: { tools: table },
        notes: [HOSTILE],
      });
      const { index } = await buildGallery({ ...run, report: reportOf([experiment]) });
      const hostile = await serveGallery(path.dirname(index), { port: 0 });
      await openPage(
        hostile.url,
        "session/steps/",
        async (page) => {
          await page.getByRole("button", { name: "tool", exact: true }).click();
          await page.getByRole("button", { name: "Enlarge" }).click();
          expect(await page.locator(".lightbox-caption").textContent()).toContain(HOSTILE);
          await page.keyboard.press("Escape");
          await page.getByRole("button", { name: "Interactive" }).click();
          const canvas = page.locator(".plate-chart canvas");
          await canvas.waitFor();
          await canvas.hover();
          await expect.poll(() => page.locator(".chart-tooltip").textContent()).toContain(HOSTILE);
          expect(await page.title()).not.toBe("taken");
          expect(await page.locator("img[src='x'], [onerror]").count()).toBe(0);
        },
        { reducedMotion: "reduce" },
      );
      await hostile.close();
    });
  });
});

function numberIn(text: string): number {
  return Number(text.replaceAll(",", ""));
}

/** One bar that fills the chart, of a tool with a hostile name; and an address that nothing may ask for. */
function hostileSpec(): string {
  return JSON.stringify({
    data: { values: [{ tool: HOSTILE, calls: 3 }] },
    usermeta: { embedOptions: { actions: true, defaultStyle: true, ast: false } },
    width: 200,
    height: 200,
    layer: [
      {
        mark: "bar",
        encoding: {
          y: { field: "tool", type: "nominal", axis: null },
          x: { field: "calls", type: "quantitative" },
          href: { value: "https://example.org/" },
        },
      },
    ],
  });
}

/** Figures of one experiment are mostly of one kind, and each kind has several experiments: the first of every second one, or with LONG=1 all. */
function chartScripts(folder: string): string[] {
  const files = fs.readdirSync(folder, { recursive: true }).map((file) => String(file).replaceAll("\\", "/"));
  const charts = files.filter((file) => /^[^/]+\/[^/]+\/charts\/.*\.js$/.test(file)).sort();
  if (LONG) return charts;
  const firsts = charts.filter((file, i) => path.posix.dirname(file) !== path.posix.dirname(charts[i - 1] ?? ""));
  return firsts.filter((_, i) => i % 2 === 0);
}

/** Runs in the page: draws the chart of a script that is loaded, and gives the share of its pixels that differ from the first. */
async function inkOfChart(name: string): Promise<number> {
  const { traceAtlasVega, traceAtlasSpecs } = globalThis as unknown as {
    traceAtlasVega: DrawChart;
    traceAtlasSpecs: ReadonlyMap<string, string>;
  };
  const packed = Uint8Array.from(atob(traceAtlasSpecs.get(name) ?? ""), (character) => character.charCodeAt(0));
  const spec = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  const box = document.body.appendChild(document.createElement("div"));
  const chart = await traceAtlasVega(box, spec, { dark: false, panAndZoom: true });
  const canvas = box.querySelector("canvas") as HTMLCanvasElement;
  const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint32Array(data.buffer);
  const ink = pixels.reduce((count, pixel) => count + Number(pixel !== pixels[0]), 0);
  chart.remove();
  box.remove();
  return ink / pixels.length;
}
