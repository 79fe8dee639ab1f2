import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../../files/hash.ts";
import { groupBy } from "../../../stats/group-by.ts";
import { accessibilityProblems, hasChromium, onPage, serveSample, watchedPage } from "../../../testing/browser.ts";

const PHONE = { width: 390, height: 844 };
const HOME_BYTES = 300_000;
const SITE_BYTES = 60e6;
const EXPERIMENT_BYTES = 500_000;
const BLOCKING_BYTES = 5_000;

describe.skipIf(!hasChromium)("the gallery in a browser", () => {
  let served: Awaited<ReturnType<typeof serveSample>>;
  beforeAll(async () => {
    served = await serveSample();
  });
  afterAll(() => served?.close());

  const field = (page: Page) => page.getByRole("combobox", { name: "Search the atlas" });
  const hits = (page: Page) => page.getByRole("option");
  const status = (page: Page) => page.locator(".search [role=status]");

  describe("searches", () => {
    it("by keyboard, from the slash to the part of a page", () =>
      onPage(served.url, "", async (page) => {
        await page.keyboard.press("/");
        await page.keyboard.type("compact");
        await hits(page).first().waitFor();
        expect(await field(page).getAttribute("aria-expanded")).toBe("true");
        expect(await page.locator(".hit mark").first().textContent()).toMatch(/compact/i);
        const part = page.locator(".hit-part").first();
        const title = await part.locator(".hit-title").textContent();
        while ((await part.getAttribute("aria-selected")) !== "true") await page.keyboard.press("ArrowDown");
        expect(await field(page).getAttribute("aria-activedescendant")).toBe(await part.getAttribute("id"));
        expect(await accessibilityProblems(page, "all", ".search")).toEqual([]);
        await page.keyboard.press("Enter");
        await page.waitForURL(/#(figure|table|readme)-/);
        const target = page.locator(`[id="${decodeURIComponent(new URL(page.url()).hash.slice(1))}"]`);
        expect(await target.textContent()).toContain(title as string);
      }));

    it.each([
      ["the name of a tool", "exec_command"],
      ["the name of a table", "tool_call_counts_every_tool"],
      ["a word of a question", "remembered prefix"],
      ["a word with two letters in the wrong order", "cahce"],
    ])("for %s", (_, query) =>
      onPage(served.url, "", async (page) => {
        await field(page).fill(query);
        await status(page).filter({ hasText: /\S/ }).waitFor();
        expect(await status(page).textContent()).toMatch(/found/);
      }),
    );

    it("closes with Escape and keeps the focus, then empties the field", () =>
      onPage(served.url, "", async (page) => {
        await field(page).fill("cache");
        await hits(page).first().waitFor();
        await page.keyboard.press("Escape");
        expect([await page.locator(".hit").first().isVisible(), await field(page).inputValue()]).toEqual([false, "cache"]);
        expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
        await page.keyboard.press("Escape");
        expect(await field(page).inputValue()).toBe("");
      }));

    it("for an exact name, which comes first, and lists everything on a page of its own", () =>
      onPage(served.url, "", async (page) => {
        await field(page).fill("session_token_steps");
        await hits(page).first().waitFor();
        expect(await hits(page).first().getAttribute("href")).toMatch(/session_token_steps\/index\.html$/);
        await page.getByRole("link", { name: "All results" }).click();
        await page.waitForURL(/search\/index\.html\?q=session_token_steps$/);
        await page.locator(".results .hit").first().waitFor();
        expect(await page.locator("[data-results-status]").textContent()).toMatch(/\d+ pages? found/);
        expect(await accessibilityProblems(page, "all")).toEqual([]);
      }));

    it.each([
      ["a tool", "exec_command", "Tool", /tool_calls\/\w+\/index\.html#table-\w+$/],
      ["a term", "agent step", "Term", /index\.html#terms$/],
    ])("for the name of %s, which comes first and leads to it", (_, query, place, address) =>
      onPage(served.url, "", async (page) => {
        await field(page).fill(query);
        const first = hits(page).first();
        await first.filter({ has: page.locator(".hit-place", { hasText: place }) }).waitFor();
        await first.click();
        await page.waitForURL(address);
        await page.locator(new URL(page.url()).hash).filter({ visible: true }).waitFor();
      }),
    );

    it("says when there is nothing, as text", () =>
      onPage(served.url, "", async (page) => {
        await field(page).fill("<b>zzzqqqxx");
        await status(page).filter({ hasText: "No results for “<b>zzzqqqxx" }).waitFor();
      }));

    it.each<[string, (page: Page) => Promise<unknown>]>([
      ["WebAssembly is refused", (page) => page.addInitScript("delete globalThis.WebAssembly")],
      ["a part of the index is missing", (page) => page.route(/\/wasm\.en\.pagefind/, (route) => route.abort())],
    ])("titles and questions when %s", async (_, spoil) => {
      const { page } = await watchedPage(served.url);
      await spoil(page);
      await page.goto(served.url);
      await field(page).fill("compactions");
      await hits(page).first().waitFor();
      expect(await status(page).textContent()).toContain("titles and questions only");
      await page.context().close();
    });

    it("titles and questions from a disk", () =>
      onPage("file://", path.join(served.folder, "index.html"), async (page) => {
        await page.keyboard.press("/");
        await page.keyboard.type("compactions");
        await hits(page).first().waitFor();
        expect(await status(page).textContent()).toContain("Opened from disk");
        await page.keyboard.press("Enter");
        await page.waitForURL(/session_compaction_counts\/index\.html$/);
        expect(await page.locator("h1").textContent()).toBe("Compactions per session");
      }));
  });

  it.each([
    ["in light and dark", {}],
    ["on a phone", { viewport: PHONE, isMobile: true }],
  ] as const)("keeps nobody out of the home page %s", async (_, options) => {
    const { page, problems } = await watchedPage(served.url, options);
    await page.goto(served.url);
    expect(await accessibilityProblems(page, "isMobile" in options ? "all but colors" : "all")).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await page.locator(".facts", { hasText: "Cost at published prices" }).textContent()).toMatch(
      /^Sessions.*prices\$[\d,.]+at most \$[\d,.]+Cost per active day\$[\d,.]+over \d+ days with priced stepsSaved by the cache\$[\d,.]+of/,
    );
    expect(await page.getByRole("link", { name: "Saved by the cache" }).getAttribute("href")).toBe("prefix_cache/cost_anatomy/index.html");
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await accessibilityProblems(page, "colors")).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("shows thumbnails in dark colors when the reader chooses dark", () =>
    onPage(served.url, "", async (page) => {
      const filter = () =>
        page
          .locator(".turns-dark img")
          .first()
          .evaluate((image) => getComputedStyle(image).filter);
      expect(await filter()).toBe("none");
      await page.getByRole("button", { name: "Switch to dark mode" }).click();
      expect(await filter()).toContain("#dark-figures");
    }));

  it("leads by keyboard: skip link, then the name of the site", () =>
    onPage(served.url, "", async (page) => {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe("Skip to content");
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.className)).toBe("wordmark");
    }));

  it("works without scripts", async () => {
    const { page, problems } = await watchedPage(served.url, { javaScriptEnabled: false });
    await page.goto(served.url);
    expect(await field(page).isVisible()).toBe(false);
    await page.locator(".tile a").first().click();
    await page.waitForURL(/\/somewhere\/[a-z_]+\/(index\.html)?$/);
    await page.locator(".card a").first().click();
    await page.waitForURL(/\/somewhere\/[a-z_]+\/[a-z_]+\//);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ["home on a desktop", "", { width: 1440, height: 900 }, 2],
    ["home on a phone", "", PHONE, 4],
    ["the atlas on a desktop", "atlas/", { width: 1440, height: 900 }, 4],
  ])("shows %s in few screens, below a masthead of 56 pixels", async (_, address, viewport, screens) => {
    const { page } = await watchedPage(served.url + address, { viewport });
    await page.goto(served.url + address);
    expect(await page.locator(".masthead").evaluate((masthead) => masthead.getBoundingClientRect().height)).toBe(56);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(screens * viewport.height);
    await page.context().close();
  });

  it("shows the first figure of an experiment in the first screen", async () => {
    const { page } = await watchedPage(served.url, { viewport: { width: 1440, height: 900 } });
    for (const id of ["prefix_cache/cost_anatomy", "trace_facts/volume_over_time", "llm_generation/output_append_assignment"]) {
      await page.goto(`${served.url}${id}/`);
      expect(
        await page
          .locator(".plate")
          .first()
          .evaluate((plate) => plate.getBoundingClientRect().top),
      ).toBeLessThan(600);
      const question = await page.locator(".question").textContent();
      expect(await page.getByText(question as string, { exact: true }).count()).toBe(1);
    }
    await page.context().close();
  });

  it("opens the menu of a phone without scripts", async () => {
    const { page } = await watchedPage(served.url, { viewport: PHONE, javaScriptEnabled: false });
    await page.goto(served.url);
    await page.getByRole("button", { name: "Pages" }).click();
    await page.getByRole("link", { name: "Atlas", exact: true }).click();
    await page.waitForURL(/\/atlas\//);
    await page.context().close();
  });

  it.each([
    ["a desktop", { width: 1440, height: 900 }],
    ["a phone", PHONE],
  ])("cuts no title and no number in the list of experiments on %s", (_, viewport) =>
    onPage(
      served.url,
      "atlas/",
      async (page) => {
        const shown = page.locator(".as-list h3, .as-list dt, .as-list dd").filter({ visible: true });
        expect(await shown.count()).toBeGreaterThan(100);
        expect(
          await shown.evaluateAll((parts) => parts.filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.textContent)),
        ).toEqual([]);
      },
      { viewport },
    ),
  );

  it("filters and sorts the list of experiments, and the address says how", () =>
    onPage(served.url, "atlas/", async (page) => {
      const titles = () => page.locator(".card h3").allTextContents();
      const all = await titles();
      await page.getByLabel("Category").selectOption({ label: "Tool calls" });
      await page.getByLabel("Sort by").selectOption({ label: "Title" });
      const chosen = await titles();
      expect(chosen.length).toBeLessThan(all.length);
      expect(chosen).toEqual(chosen.toSorted((a, b) => a.localeCompare(b, "en")));
      expect(await page.locator("output").textContent()).toBe(`${chosen.length} of ${all.length} experiments`);
      await expect.poll(() => new URL(page.url()).search).toBe("?category=tool_calls&sort=title");
      await page.reload();
      expect(await titles()).toEqual(chosen);
      await page.getByLabel("Cards").check();
      expect(await page.locator(".panel").first().isVisible()).toBe(true);
      expect(await accessibilityProblems(page, "all")).toEqual([]);
    }));

  describe("stays light:", () => {
    it.each([
      ["home", "", HOME_BYTES],
      ["the list of all experiments", "atlas/", HOME_BYTES],
      ["an experiment with many figures", "llm_generation/prefix_append_distribution/", EXPERIMENT_BYTES],
      ["an experiment with many tables", "tool_calls/codex_wall_internal_gap/", EXPERIMENT_BYTES],
    ])("%s", (_, address, budget) =>
      onPage(served.url, address, async (page) => {
        await page.waitForLoadState("networkidle");
        const sizes = new Map(
          (
            await page.evaluate(() =>
              [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(
                (entry) => [entry.name, (entry as PerformanceResourceTiming).decodedBodySize] as const,
              ),
            )
          ).filter(([name]) => !/\.(png|webp|svg)$/.test(name)),
        );
        expect(sizes.size).toBeGreaterThan(3);
        expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(budget);
        const { blocking, unsized, eager } = await page.evaluate(() => {
          const images = Array.from(document.images).filter((image) => image.hasAttribute("src"));
          return {
            blocking: Array.from(document.scripts, (script) => (script.defer || script.async ? "" : script.src)).filter(Boolean),
            unsized: images.filter((image) => !image.getAttribute("width") || !image.getAttribute("height")).length,
            eager: images.filter((image) => image.loading !== "lazy" && image.getBoundingClientRect().top + scrollY > 2 * innerHeight)
              .length,
          };
        });
        for (const url of blocking) expect(sizes.get(url)).toBeLessThan(BLOCKING_BYTES);
        expect([unsized, eager]).toEqual([0, 0]);
      }),
    );

    it("every page of an experiment", () => {
      const heavy = pagesBelow(served.folder)
        .map((file) => ({ file, bytes: fs.statSync(path.join(served.folder, file)).size }))
        .filter(({ bytes }) => bytes > EXPERIMENT_BYTES);
      expect(heavy).toEqual([]);
    });

    it("the whole site, in which no file is twice", () => {
      const files = filesBelow(served.folder);
      expect(files.reduce((sum, file) => sum + fs.statSync(path.join(served.folder, file)).size, 0)).toBeLessThan(SITE_BYTES);
      expect(files.filter((file) => files.includes(`${file}.gz`) || files.includes(`${file}.zst`))).toEqual([]);
      // Two figures may draw the same rows.
      const own = files.filter((file) => !file.includes("/charts/"));
      const byContent = groupBy(own, (file) => sha256(fs.readFileSync(path.join(served.folder, file))));
      expect([...byContent.values()].filter((same) => same.length > 1)).toEqual([]);
    });
  });
});

function pagesBelow(folder: string): string[] {
  return filesBelow(folder).filter((file) => file.endsWith("index.html"));
}

function filesBelow(folder: string): string[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
}
