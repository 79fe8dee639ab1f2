/** The pages in Firefox: those that lean on what browsers do differently. */
import fs from "node:fs";
import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveSample } from "../testing/browser.ts";
import type { Served } from "./serve/serve.ts";

const executablePath = [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find((file) => file && fs.existsSync(file));
if (executablePath === undefined) console.warn("SKIPPED: tests in Firefox, because none is found (install it, or name it in FIREFOX).");

/** Longer than any busy machine takes. */
const PATIENCE_MS = 300_000;

describe.skipIf(executablePath === undefined)("in Firefox", () => {
  let served: Served;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    served = await serveSample();
    browser = await launch({
      browser: "firefox",
      executablePath: executablePath ?? "",
      timeout: PATIENCE_MS,
      protocolTimeout: PATIENCE_MS,
    });
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.setViewport({ width: 1280, height: 900 });
    page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => problems.push(`script: ${error}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(served.url) && !/^(data|blob|about):/.test(request.url())) problems.push(`elsewhere: ${request.url()}`);
    });
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const open = (address: string) => page.goto(served.url + address);
  const textOf = async (selector: string) => {
    const found = await page.waitForSelector(selector, { visible: true });
    return String(await found?.evaluate((element) => element.textContent));
  };
  /** The middle of the first of them, in sight. */
  const middleOf = async (selector: string) => {
    const found = await page.waitForSelector(selector);
    await found?.scrollIntoView();
    const box = await found?.boundingBox();
    if (!box) throw new Error(`${selector} is not shown`);
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };

  it("searches from the home page", async () => {
    await open("");
    expect(await textOf("h1")).toMatch(/^An atlas of [\d,]+/);
    await page.locator("[role=combobox]").fill("session_token_steps");
    await page.waitForSelector("[role=option]");
    expect(await page.$eval("[role=option]", (hit) => hit.getAttribute("href"))).toMatch(/session_token_steps\/index\.html$/);
  });

  it("draws a chart that answers to the pointer", async () => {
    await open("human_in_the_loop/human_input_wait/");
    await page.locator("::-p-aria([name='Interactive'][role='button'])").click();
    // The chart may begin to listen, or find its place, only after the first movement.
    const pointAndRead = async () => {
      const [x, y] = await middleOf(".plate-chart canvas");
      await page.mouse.move(x - 1, y);
      await page.mouse.move(x, y);
      return page.$$eval(".chart-tooltip:not([hidden])", (shown) => shown.map(({ textContent }) => textContent).join());
    };
    await expect.poll(pointAndRead).toContain("Waits up to this length");
  });

  it("draws the timeline of a session, whose steps answer to keys", async () => {
    await open("sessions/");
    await page.locator("main a:is([href^='codex-'], [href^='claude-'])").click();
    const timeline = await page.waitForSelector("[data-timeline=stage]", { visible: true });
    await timeline?.focus();
    for (const key of ["Home", "ArrowRight", "Enter"] as const) await page.keyboard.press(key);
    await page.waitForFunction(() => location.hash.includes("step="));
  });

  it("answers a question in SQL", async () => {
    await open("ask/");
    await page.locator("#ask-editor").fill("SELECT 6 * 7 AS answer");
    await page.locator("[data-ask=run]").click();
    expect(await textOf("[data-ask=table] tbody td")).toBe("42");
  });

  it("said nothing in the console and asked nothing of any other place", () => {
    expect(problems).toEqual([]);
  });
});
