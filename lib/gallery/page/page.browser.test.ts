import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, onPage, serveSample } from "../../testing/browser.ts";
import type { Served } from "../serve/serve.ts";

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
});
