import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityProblems, hasChromium, onPage, serveSample, watchedPage } from "../../testing/browser.ts";
import type { Served } from "../serve/serve.ts";

/** Of an experiment with three figures and four tables. */
const MOST_PRINTED_PAGES = 7;

/** Runs in the page. */
function hasColors(canvas: Element): boolean {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data = [] } = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height) ?? {};
  for (let i = 0; i < data.length; i += 4) {
    const channels = [...data.slice(i, i + 3)];
    if (Math.max(...channels) - Math.min(...channels) > 80) return true;
  }
  return false;
}

describe.skipIf(!hasChromium)("pages in a browser", () => {
  let served: Served & { readonly folder: string };
  beforeAll(async () => {
    served = await serveSample();
  });
  afterAll(() => served?.close());

  const firstSession = () =>
    `sessions/${fs.readdirSync(path.join(served.folder, "sessions")).find((name) => /^(claude|codex)-/.test(name))}/`;

  it.each<[string, () => string]>([
    ["home", () => ""],
    ["the list of experiments", () => "atlas/"],
    ["a category", () => "tool_calls/"],
    ["an experiment", () => "session/session_compaction_counts/"],
    ["the list of sessions", () => "sessions/"],
    ["a session", firstSession],
    ["two sessions", () => "sessions/compare/"],
    ["the providers", () => "compare/"],
    ["results of a search", () => "search/?q=cache"],
    ["the SQL console", () => "ask/"],
    ["a figure to open", () => "open/"],
    ["how a pool is counted", () => "readings/"],
    ["the SQL that experiments share", () => "relations/"],
  ])("of every kind keep nobody out, fit a phone, and ask nothing of any other place: %s", (_, address) =>
    onPage(served.url, address(), async (page) => {
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await accessibilityProblems(page, "all but colors")).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }),
  );

  it("lead home from an address without a page", async () => {
    const { page } = await watchedPage(served.url);
    expect((await page.goto(`${served.url}nothing/here/`))?.status()).toBe(404);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await accessibilityProblems(page, "colors")).toEqual([]);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe("rgba(0, 0, 0, 0)");
    await page.getByRole("link", { name: "The home page" }).click();
    await page.waitForURL(served.url);
    await page.context().close();
  });

  it("keeps the reader's choice of colors from page to page", () =>
    onPage(served.url, "", async (page) => {
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await background();
      await page.getByRole("button", { name: "Switch to dark mode" }).click();
      const dark = await background();
      expect(dark).not.toBe(light);
      await page.locator(".tile a").first().click();
      await page.waitForLoadState();
      expect(await background()).toBe(dark);
    }));

  it("keeps the colors of legends in high contrast", () =>
    onPage(served.url, "sessions/", async (page) => {
      await page.locator("main a:is([href^='codex-'], [href^='claude-'])").first().click();
      await page.locator(".timeline-legend .key").first().waitFor();
      await page.emulateMedia({ forcedColors: "active" });
      const colors = await page
        .locator(".timeline-legend :is(.key-prefix, .key-append, .key-generation, .key-tool)")
        .evaluateAll((keys) => keys.map((key) => getComputedStyle(key).backgroundColor));
      await page.reload();
      const canvas = page.locator("#timeline canvas").first();
      await canvas.waitFor();
      // It is drawn once its size is known.
      await expect.poll(() => canvas.evaluate(hasColors)).toBe(true);
      await page.emulateMedia({ forcedColors: "none" });
      expect(new Set(colors).size).toBe(4);
    }));

  it("prints in few pages, and says what it leaves out", () =>
    onPage(served.url, "tool_calls/tool_latency_distribution/", async (page) => {
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(MOST_PRINTED_PAGES);
      await page.emulateMedia({ media: "print" });
      const after = (selector: string) =>
        page.locator(selector).evaluateAll((parts) => parts.map((part) => getComputedStyle(part, "::after").content));
      expect(await after("section[aria-labelledby=reproduce]")).toEqual([expect.stringContaining("Not printed")]);
      const [first, second] = await after("section.table");
      expect([first, second]).toEqual([expect.stringMatching(/first 12 of .*34.* rows/), "none"]);
      expect(await page.locator("section.table").first().locator("tbody tr:visible").count()).toBe(12);
    }));
});
