import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityProblems, hasChromium, openBrowser, serveSample, watchedPage } from "../../testing/browser.ts";
import type { Served } from "../serve/serve.ts";

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  let served: Served;
  beforeAll(async () => {
    [browser, served] = await Promise.all([openBrowser(), serveSample()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it("an experiment has no problems and nothing that keeps readers out, in light and dark", async () => {
    const { page, problems } = await watchedPage(browser, served.url, { colorScheme: "light" });
    await page.goto(`${served.url}session/session_token_steps/`, { waitUntil: "networkidle" });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await accessibilityProblems(page, "colors")).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("keeps the reader's choice of colors from page to page", async () => {
    const { page, problems } = await watchedPage(browser, served.url, { colorScheme: "light" });
    await page.goto(served.url);
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByRole("button", { name: "Switch to dark mode" }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.getByRole("link", { name: "Token use over a session" }).or(page.locator(".card a")).first().click();
    await page.waitForLoadState();
    expect(await background()).toBe(dark);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
