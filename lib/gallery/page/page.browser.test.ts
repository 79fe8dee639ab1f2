import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, onPage, serveSample } from "../../testing/browser.ts";
import type { Served } from "../serve/serve.ts";

/** Of an experiment with three figures and four tables. */
const MOST_PRINTED_PAGES = 7;

describe.skipIf(!hasChromium)("in a browser", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveSample();
  });
  afterAll(() => served?.close());

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
      await page.emulateMedia({ forcedColors: "none" });
      expect(new Set(colors).size).toBe(4);
    }));

  it("prints in few pages, and says what it leaves out", () =>
    onPage(served.url, "tool_calls/tool_latency_distribution/", async (page) => {
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(MOST_PRINTED_PAGES);
      await page.emulateMedia({ media: "print" });
      const left = await page.locator("section[aria-labelledby=reproduce]").evaluate((part) => getComputedStyle(part, "::after").content);
      expect(left).toContain("Not printed");
    }));
});
