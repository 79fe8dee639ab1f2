import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityProblems, hasChromium, onPage, serveSample, watchedPage } from "../../../testing/browser.ts";
import { reportOf, withRun } from "../../../testing/finished-run.ts";
import { buildGallery } from "../../build.ts";
import { type Served, serveGallery } from "../../serve/serve.ts";
import { SOURCE } from "./comparison.ts";
import { comparisonDocument } from "./fixture.ts";

const HOSTILE = `<img src=x onerror="document.title='taken'">`;
const PHONE = { width: 390, height: 844 };

describe.skipIf(!hasChromium)("the comparison of the sample", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveSample();
  });
  afterAll(() => served?.close());

  const onComparison = (use: (page: Page) => Promise<void>, visit: Parameters<typeof onPage>[3] = {}) =>
    onPage(served.url, "compare/", use, { reducedMotion: "reduce", ...visit });

  it("keeps nobody out: light, dark, phone", () =>
    onComparison(async (page) => {
      await page.getByRole("button", { name: "Show all formulas" }).click();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await accessibilityProblems(page, "colors")).toEqual([]);
      await page.setViewportSize(PHONE);
      expect(await accessibilityProblems(page, "all but colors")).toEqual([]);
    }));

  it("is found in the navigation", () =>
    onComparison(async (page) => {
      await page.goto(served.url);
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Compare" }).click();
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Providers side by side");
    }));

  it("has bars as long as the values of a row, and judges no hit rate", () =>
    onComparison(async (page) => {
      const widths = await page
        .locator("#row-agent_steps .compare-bar rect")
        .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
      const steps = (await page.locator("#row-agent_steps .compare-value").allTextContents()).map((text) =>
        Number(text.replaceAll(",", "")),
      );
      expect(widths[0] && (widths[1] ?? 0) / widths[0]).toBeCloseTo((steps[1] ?? 0) / (steps[0] ?? 1), 1);
      expect(await page.locator("#row-hit_rate .compare-arrow, #row-hit_rate .compare-tag").count()).toBe(0);
      expect(await page.locator("#row-decode_throughput .compare-arrow").count()).toBe(1);
      expect(await page.getByRole("columnheader", { name: /^Codex [\d,]+ steps$/ }).count()).toBe(1);
    }));

  it("unfolds a formula by keyboard, without scripts too", async () => {
    const unfold = async (page: Page) => {
      const row = page.locator("#row-hit_rate");
      const formula = row.getByText("Sum of prefix tokens ÷ sum of total input");
      expect(await formula.isVisible()).toBe(false);
      await row.locator("summary").focus();
      await page.keyboard.press("Enter");
      expect(await formula.isVisible()).toBe(true);
      await page.keyboard.press("Space");
      expect(await formula.isVisible()).toBe(false);
    };
    const address = "compare/#row-hit_rate";
    await onPage(served.url, address, unfold);
    const { page, problems } = await watchedPage(served.url, { javaScriptEnabled: false });
    await page.goto(served.url + address);
    await unfold(page);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("unfolds all formulas, and the button knows", () =>
    onComparison(async (page) => {
      const open = () => page.locator(".compare-frame details[open]").count();
      await page.getByRole("button", { name: "Show all formulas" }).click();
      const all = await page.locator(".compare-frame details").count();
      expect(await open()).toBe(all);
      await page.locator("#row-hit_rate summary").click();
      expect(await open()).toBe(all - 1);
      await page.getByRole("button", { name: "Show all formulas" }).click();
      await page.getByRole("button", { name: "Hide all formulas" }).click();
      expect(await open()).toBe(0);
    }));

  it.each([
    ["wide", { width: 1280, height: 900 }],
    ["phone", PHONE],
  ])("keeps the head of the table in sight, and fits the screen: %s", (_, viewport) =>
    onComparison(
      async (page) => {
        await page.locator("#row-hit_rate").scrollIntoViewIfNeeded();
        const head = await page.getByRole("columnheader", { name: /^Codex/ }).boundingBox();
        expect(head?.y).toBeGreaterThanOrEqual(0);
        expect(head?.y).toBeLessThan(20);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
        expect(await page.getByRole("rowheader", { name: "Overall hit rate" }).count()).toBe(1);
      },
      { viewport },
    ),
  );
});

describe.skipIf(!hasChromium)("a comparison of many providers", () => {
  it("scrolls beside the names of rows, and shows names with markup as text, wide and on a phone", () =>
    withRun(async (run) => {
      const names = ["claude", "codex", HOSTILE, "__proto__", "a-provider-with-a-very-long-name-that-has-no-spaces", "zeta"];
      const documents = { "provider_comparison.json": JSON.stringify(comparisonDocument(names)) };
      const experiment = await run.add({ id: SOURCE, documents, tables: { provider_comparison: "group\nx\n" } });
      const { index } = await buildGallery({ ...run, report: reportOf([experiment]) });
      const served = await serveGallery(path.dirname(index), { port: 0 });
      const check = async (page: Page) => {
        const heads = (await page.getByRole("columnheader").allTextContents()).slice(0, names.length + 1);
        expect(heads.map((head) => head.replace(/ \d+ steps$/, ""))).toEqual(["Measure", ...names]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(page.viewportSize()?.width);
        const box = page.locator(".compare-many .scroll");
        await box.evaluate((element) => element.scrollTo(element.scrollWidth, 0));
        const [name, frame] = await Promise.all([page.locator("#row-hit_rate > th").boundingBox(), box.boundingBox()]);
        expect(Math.abs((name?.x ?? 0) - (frame?.x ?? 0))).toBeLessThan(3);
        expect(await accessibilityProblems(page)).toEqual([]);
        expect(await page.title()).not.toBe("taken");
      };
      for (const viewport of [{ width: 1000, height: 700 }, PHONE]) await onPage(served.url, "compare/", check, { viewport });
      await served.close();
    }));
});
